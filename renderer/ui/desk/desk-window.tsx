/** The desk: hosts the one replicator, shows every chat by urgency and the selected client. */
import { useEffect, useMemo, useRef, type ReactElement } from 'react';
import { combineLatest, distinctUntilChanged, map, switchMap, type Observable } from 'rxjs';
import type { RecordTotals, User } from '../../../shared/rows.ts';
import type { DeskPlace } from '../../../shared/ipc/palette-commands.ts';
import { api } from '../../api.ts';
import type { LocalDatabase } from '../../database/local-database.ts';
import { plainList } from '../../database/plain.ts';
import { observeDeskChats, type DeskChat } from '../../records/desk-lists.ts';
import { observeCountedTime, type CountedStretch } from '../../records/time-at-desk.ts';
import { useReportAttention } from '../../stores/attention.ts';
import { followAway } from '../../stores/away.ts';
import { listsOf, NO_DESK_CHATS, useDeskChats } from '../../stores/desk-chats.ts';
import { followDatabase, useDeskDatabase } from '../../stores/desk-database.ts';
import { setDesk, useDesk } from '../../stores/desk.ts';
import { followLive, useLive } from '../../stores/live.ts';
import { useOutside } from '../../stores/outside.ts';
import { followQueue } from '../../stores/queue.ts';
import { followReceipts } from '../../stores/receipts.ts';
import { followSounds } from '../../stores/sounds.ts';
import { followSession, useSignedIn } from '../../stores/session.ts';
import { codeOfError } from '../../words/errors.ts';
import { startOfDayMs } from '../../words/format.ts';
import { followPreferences } from '../../stores/preferences.ts';
import { useFollowOutside } from '../outside/use-follow-outside.ts';
import { OutsidePage } from '../outside/outside-page.tsx';
import { SettingsPage } from '../settings/settings-page.tsx';
import { HistoryPage } from '../history/history-page.tsx';
import { OutboxPage } from '../outbox/outbox-page.tsx';
import { useObservable } from '../use-observable.ts';
import { goToNextThatNeedsMe, openChat, selectLinked } from './actions.ts';
import { ChatLists, NoChats } from './chat-lists.tsx';
import { ClientPanel } from './client-panel.tsx';
import { DeskAnnouncer } from './desk-announcer.tsx';
import { DeskStrip } from './desk-strip.tsx';
import { Hints } from './hints.tsx';
import { Overlays } from './overlays.tsx';
import { ReceiptToast } from './receipt-toast.tsx';
import { ReceiptsPage } from './receipts-page.tsx';
import { TimelinePage } from '../review/timeline-page.tsx';
import { SupervisorPage } from './supervisor-page.tsx';
import { TitleBar } from './title-bar.tsx';
import { TodayStrip } from './today-strip.tsx';
import { useDeskKeys } from './use-desk-keys.ts';

function sayProblem(error: unknown): void {
  setDesk({ problem: codeOfError(error) });
}

function showWanted(place: DeskPlace): void {
  setDesk({ overlay: 'none' });
  if (place.page === 'keys' || place.page === 'newChat') setDesk({ overlay: place.page });
  else if (place.page === 'nextChat') goToNextThatNeedsMe();
  else if (place.page === 'history') {
    const { userId: historyUserId, chatId: historyChatId, areNotesShown: areHistoryNotesShown } = place;
    setDesk({ page: 'history', historyUserId, historyChatId, areHistoryNotesShown });
  } else setDesk({ page: place.page });
}

async function start(): Promise<void> {
  await followSession();
  await followLive();
}

export function DeskWindow(): ReactElement {
  const session = useSignedIn();
  const databaseName = session?.databaseName ?? null;
  const isSupervising = session !== null && session.member.role !== 'advisor';
  useEffect(() => {
    start().catch(sayProblem);
    const stops = [
      api.on('chatWanted', ({ chatId }) =>
        setDesk(({ wantedChatIds }) => ({ wantedChatIds: [...wantedChatIds, chatId] })),
      ),
      api.on('chatLinked', ({ chatId }) => selectLinked(chatId)),
    ];
    return () => stops.forEach((stop) => stop());
  }, []);
  useEffect(() => followDatabase(databaseName), [databaseName]);
  useEffect(() => (databaseName === null ? undefined : followReceipts(sayProblem)), [databaseName]);
  useEffect(() => (databaseName === null ? undefined : followQueue(sayProblem)), [databaseName]);
  const followsAway = databaseName !== null && !isSupervising;
  useEffect(() => (followsAway ? followAway(sayProblem) : undefined), [followsAway]);
  useEffect(() => followPreferences(sayProblem), []);
  useEffect(() => followSounds(), []);
  useEffect(() => api.on('deskPageWanted', showWanted), []);
  useFollowChats();
  useFollowOutside(databaseName, sayProblem);
  useReportAttention(isSupervising, sayProblem);
  useWantedChats();
  useDeskKeys();
  const page = useDesk((state) => state.page);
  return (
    <div className="win">
      <TitleBar isSupervising={isSupervising} />
      {session === null ? (
        <div />
      ) : page === 'outbox' ? (
        <OutboxPage />
      ) : page === 'settings' ? (
        <SettingsPage />
      ) : page === 'outside' && !isSupervising ? (
        <OutsidePage />
      ) : page === 'history' && !isSupervising ? (
        <HistoryPage />
      ) : page === 'receipts' && !isSupervising ? (
        <ReceiptsPage />
      ) : page === 'timeline' && isSupervising ? (
        <TimelinePage />
      ) : isSupervising ? (
        <Supervision />
      ) : (
        <AdvisorDesk />
      )}
      {session !== null && !isSupervising && <ReceiptToast />}
      {session !== null && !isSupervising && <DeskAnnouncer />}
      <Overlays />
    </div>
  );
}

function AdvisorDesk(): ReactElement {
  const chats = useDeskChats((state) => state.chats);
  const live = useLive((state) => state.live);
  const isComplete = useIsComplete(chats !== null, (chats?.length ?? 0) > 0);
  const lists = useMemo(() => listsOf(chats, live), [chats, live]);
  const timers = useOutside((state) => state.timers.length);
  const isEmpty = lists.live.length + lists.waiting.length + lists.endedToday.length + timers === 0;
  return (
    <div className="deskbody">
      <TodayStrip isQuiet={isEmpty} />
      <div className="desk">
        <main className="desk-main" aria-label="Chats">
          <div>
            <h1 className="hidden">Desk</h1>
            <DeskStrip />
          </div>
          {isComplete ? (
            isEmpty ? (
              <NoChats />
            ) : (
              <ChatLists lists={lists} />
            )
          ) : (
            <div className="center muted" role="status">
              <p>Getting your chats…</p>
            </div>
          )}
          <Hints />
        </main>
        <ClientPanel />
      </div>
    </div>
  );
}

function Supervision(): ReactElement {
  const database = useDeskDatabase((state) => state.database);
  const isComplete = useIsComplete(database !== null, false);
  return (
    <main className="desk-main" aria-label="Advisors">
      <DeskStrip />
      {database !== null && isComplete ? (
        <SupervisorPage database={database} />
      ) : (
        <div className="center muted" role="status">
          <p>Getting chats and times…</p>
        </div>
      )}
    </main>
  );
}

/**
 * Whether what is here is a complete picture: there is data, or a pull went through, or the server is out of reach.
 * The first time it is on screen, main is told.
 */
function useIsComplete(isRead: boolean, hasData: boolean): boolean {
  const phase = useDeskDatabase((state) => state.status?.phase);
  const connection = useLive((state) => state.live?.connection.phase);
  const isServerOut =
    phase === 'refused' || phase === 'retrying' || connection === 'offline' || connection === 'refused';
  const isComplete = isRead && (hasData || phase === 'streaming' || isServerOut);
  const isReported = useRef(false);
  useEffect(() => {
    if (!isComplete || isReported.current) return;
    isReported.current = true;
    // After the paint that follows this effect.
    setTimeout(() => void api.call('reportDeskReady', null).catch(sayProblem), 0);
  }, [isComplete]);
  return isComplete;
}

/** Keeps chats, totals and clients of the local database in the store that all parts of the desk read. */
function useFollowChats(): void {
  const database = useDeskDatabase((state) => state.database);
  const nowMs = useLive((state) => state.live?.serverNowMs);
  const dayMs = nowMs === undefined ? null : startOfDayMs(nowMs);
  const rows$ = useMemo(
    () => (database === null || dayMs === null ? null : observeRows(database, dayMs)),
    [database, dayMs],
  );
  const rows = useObservable(rows$, sayProblem);
  useEffect(() => {
    useDeskChats.setState(rows ?? NO_DESK_CHATS);
  }, [rows]);
}

interface DeskRows {
  chats: DeskChat[];
  totals: Map<string, RecordTotals>;
  users: User[];
  counted: CountedStretch[];
}

function observeRows(database: LocalDatabase, endedSinceMs: number): Observable<DeskRows> {
  const chats$ = observeDeskChats(database, { endedSinceMs });
  const withTotals$ = chats$.pipe(
    switchMap((chats) =>
      database.recordTotals.findByIds(chats.map(({ chat }) => chat.id)).$.pipe(
        map((totals) => ({
          chats,
          totals: new Map([...totals].map(([id, one]) => [id, one.toJSON() as RecordTotals])),
        })),
      ),
    ),
  );
  const users$ = database.user.find().$.pipe(map((users) => plainList<User>(users)));
  const ids$ = chats$.pipe(
    map((chats) => chats.map(({ chat }) => chat.id)),
    distinctUntilChanged((a, b) => a.join() === b.join()),
  );
  const counted$ = observeCountedTime(database, ids$);
  return combineLatest([withTotals$, users$, counted$]).pipe(
    map(([{ chats, totals }, users, counted]) => ({ chats, totals, users, counted })),
  );
}

/** Opens what the replay wants as soon as it is here. */
function useWantedChats(): void {
  const chats = useDeskChats((state) => state.chats);
  const wanted = useDesk((state) => state.wantedChatIds);
  useEffect(() => {
    const here = chats?.filter(({ chat }) => wanted.includes(chat.id)) ?? [];
    if (here.length === 0) return;
    setDesk({ wantedChatIds: wanted.filter((id) => !here.some(({ chat }) => chat.id === id)) });
    for (const one of here) void openChat(one);
  }, [chats, wanted]);
}
