/**
 * Calls the advisor who does not look: takes what happened, waits a moment so that a burst is one call, and shows one
 * notice of each kind. What is said, and when it is worth saying, is in `shared/notices/`.
 */
import type { AwaySnapshot } from '../../shared/ipc/away-commands.ts';
import type { LiveSnapshot } from '../../shared/live.ts';
import { messageNotices, type AttentionChat } from '../../shared/notices/attention.ts';
import { lookAtMoney, type ToldMoney } from '../../shared/notices/money-notices.ts';
import {
  NOTICE_KINDS,
  withNotices,
  type HeldNotices,
  type Notice,
  type NoticeKind,
} from '../../shared/notices/notice.ts';
import { noticeWords, type NoticeDetail } from '../../shared/notices/notice-words.ts';
import type { Preferences } from '../../shared/preferences.ts';
import type { DeviceClock } from '../clock.ts';
import type { Schedule } from '../schedule.ts';
import type { NoticePort, ShownNotice } from './system-notifications.ts';

/** What comes within this time is one call, ms. */
const COLLECT_MS = 800;
/** Messages call again after this time at the earliest; until then they add up, ms. */
const MESSAGES_AGAIN_MS = 10_000;

/** The window with the keyboard: a chat's, another of ours (`chatId` null); null = none of ours. */
export type FocusedWindow = { chatId: string | null; isDesk: boolean } | null;

export interface NoticesDeps {
  port: NoticePort;
  schedule: Schedule;
  clock: Pick<DeviceClock, 'monoMs' | 'wallMs'>;
  serverNowMs(): number;
  preferences(): Pick<Preferences, 'notices' | 'quietUntilMs' | 'mutedChatIds' | 'soundVolume'>;
  focused(): FocusedWindow;
  /** Chats with a window on this device. */
  openChats(): { chatId: string; userId: string; clientName: string }[];
  sound(kind: NoticeKind): void;
  /** The person follows a notice. */
  follow(notices: readonly Notice[]): void;
  /** Chats that need the advisor have changed. */
  onAttention(): void;
}

export type Notices = ReturnType<typeof createNotices>;

export function createNotices(deps: NoticesDeps) {
  let toldMoney: ToldMoney | null = null;
  let attention: readonly AttentionChat[] | null = null;
  /** The first list came: what was written before calls nobody, server instant. */
  let attendedSinceMs = 0;
  let awayRows: number | null = null;
  let isLocked = false;
  /** Came, and not told yet. */
  let waiting: HeldNotices = [];
  /** Told and not dealt with, by kind. */
  const held = new Map<NoticeKind, HeldNotices>();
  const shown = new Map<NoticeKind, { notice: ShownNotice; detail: NoticeDetail }>();
  let cancelTelling: (() => void) | null = null;
  let messagesFromMonoMs = -Infinity;

  function take(notices: readonly Notice[]): void {
    const { mutedChatIds } = deps.preferences();
    const worth = notices.filter((one) => one.kind !== 'message' || !mutedChatIds.includes(one.chatId));
    if (worth.length === 0) return;
    waiting = withNotices(waiting, worth);
    planTelling(COLLECT_MS);
  }

  function planTelling(inMs: number): void {
    if (cancelTelling !== null) return;
    cancelTelling = deps.schedule(inMs, () => {
      cancelTelling = null;
      tell();
    });
  }

  function tell(): void {
    const now = deps.clock.monoMs();
    const mayMessage = now >= messagesFromMonoMs;
    const due = waiting.filter(({ kind }) => mayMessage || kind !== 'message');
    waiting = waiting.filter((one) => !due.includes(one));
    if (waiting.length > 0) planTelling(Math.max(1, messagesFromMonoMs - now));
    if (deps.preferences().quietUntilMs > deps.clock.wallMs()) return;
    const unseen = due.filter((one) => !isSeen(one));
    // Whoever writes in a chat does not look at its clock: money is heard there too.
    const heard = NOTICE_KINDS.find((kind) =>
      (kind === 'low' || kind === 'stopped' ? due : unseen).some((one) => one.kind === kind),
    );
    if (heard !== undefined && deps.preferences().soundVolume > 0) deps.sound(heard);
    for (const kind of NOTICE_KINDS) {
      const came = unseen.filter((one) => one.kind === kind);
      if (came.length === 0) continue;
      if (kind === 'message') messagesFromMonoMs = now + MESSAGES_AGAIN_MS;
      // What a client's money did last is what holds: an older word about it is out of date.
      for (const other of ['low', 'stopped', 'resumed'] as const)
        if (other !== kind) drop(other, isSame(came));
      held.set(kind, withNotices(held.get(kind) ?? [], came));
      show(kind);
    }
  }

  function show(kind: NoticeKind): void {
    hide(kind);
    const notices = held.get(kind) ?? [];
    const { notices: choice } = deps.preferences();
    if (notices.length === 0 || choice === 'off') return void held.delete(kind);
    const detail = isLocked ? 'hidden' : choice;
    const nameOf = (userId: string) =>
      deps.openChats().find((chat) => chat.userId === userId)?.clientName ?? null;
    let notice: ShownNotice | null = null;
    notice = deps.port.show(noticeWords(notices, detail, nameOf), {
      click() {
        dealtWith(kind, notice);
        deps.follow(notices);
      },
      closed: () => dealtWith(kind, notice),
    });
    if (notice !== null) shown.set(kind, { notice, detail });
  }

  /** Clicked or put away by the person; one that we replaced has nothing to say any more. */
  function dealtWith(kind: NoticeKind, notice: ShownNotice | null): void {
    if (shown.get(kind)?.notice !== notice) return;
    shown.delete(kind);
    held.delete(kind);
  }

  function hide(kind: NoticeKind): void {
    const before = shown.get(kind);
    shown.delete(kind);
    before?.notice.close();
  }

  /** Takes back what is out of date; a notice with nothing left to say goes. */
  function drop(kind: NoticeKind, isOld: (notice: Notice) => boolean): void {
    const before = held.get(kind);
    if (before === undefined || !before.some(isOld)) return;
    const left = before.filter((one) => !isOld(one));
    if (left.length > 0) held.set(kind, left);
    else {
      held.delete(kind);
      hide(kind);
    }
  }

  function isOpen(chatId: string): boolean {
    return deps.openChats().some((one) => one.chatId === chatId);
  }

  /** The window it speaks of has the keyboard; a chat that was opened here waits for nobody. */
  function isSeen(notice: Notice): boolean {
    const focused = deps.focused();
    if (notice.kind === 'message' && notice.count === 0 && isOpen(notice.chatId)) return true;
    if (focused === null) return false;
    if (notice.kind === 'away') return focused.isDesk;
    if (notice.kind === 'message')
      return focused.isDesk ? !isOpen(notice.chatId) : focused.chatId === notice.chatId;
    return deps
      .openChats()
      .some(({ chatId, userId }) => chatId === focused.chatId && userId === notice.userId);
  }

  return {
    /** What the desk says: which chats need the advisor. */
    attend(chats: readonly AttentionChat[]): void {
      if (attention === null) attendedSinceMs = deps.serverNowMs();
      const came = messageNotices(attention, chats, attendedSinceMs);
      attention = chats;
      const unread = new Set(chats.map(({ chatId }) => chatId));
      const isRead = (one: Notice) => one.kind === 'message' && !unread.has(one.chatId);
      waiting = waiting.filter((one) => !isRead(one));
      drop('message', isRead);
      take(came);
      deps.onAttention();
    },
    attention: (): readonly AttentionChat[] => attention ?? [],
    live(live: LiveSnapshot): void {
      const looked = lookAtMoney(toldMoney, live);
      toldMoney = looked.told;
      take(looked.notices);
    },
    away({ rows }: Pick<AwaySnapshot, 'rows'>): void {
      const before = awayRows ?? 0;
      awayRows = rows.length;
      if (rows.length > before) take([{ kind: 'away', chats: rows.length }]);
      else if (rows.length === 0) drop('away', () => true);
    },
    /** A locked screen shows no names: notices that name somebody go. */
    lock(): void {
      isLocked = true;
      for (const [kind, { detail }] of [...shown]) if (detail === 'full') hide(kind);
    },
    unlock(): void {
      isLocked = false;
    },
    /** Shown at once, whatever else holds; false = this system shows none. */
    showExample(): boolean {
      const { notices: choice } = deps.preferences();
      const clientName = 'Mara Lindt';
      const example: Notice = {
        kind: 'message',
        chatId: '',
        clientName,
        text: 'and the second card?',
        count: 1,
      };
      const words = noticeWords([example], choice === 'full' ? 'full' : 'hidden', () => null);
      const nothing = () => undefined;
      return deps.port.show(words, { click: nothing, closed: nothing }) !== null;
    },
    /** Another member, or none: nothing of the last one is told. */
    forget(): void {
      cancelTelling?.();
      cancelTelling = null;
      toldMoney = null;
      attention = null;
      awayRows = null;
      waiting = [];
      held.clear();
      for (const kind of [...shown.keys()]) hide(kind);
      deps.onAttention();
    },
  };
}

/** Speaks of the money of one of the same clients. */
function isSame(came: readonly Notice[]): (notice: Notice) => boolean {
  const users = new Set(came.flatMap((one) => ('userId' in one ? [one.userId] : [])));
  return (notice) => 'userId' in notice && users.has(notice.userId);
}
