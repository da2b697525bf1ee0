/** The chat of this window: given by main, opened in the local database, its record made, its timer started. */
import { create } from 'zustand';
import type { ErrorCode } from '../../shared/errors.ts';
import type { EventPayload } from '../../shared/ipc.ts';
import type { Chat } from '../../shared/rows.ts';
import { api } from '../api.ts';
import type { LocalDatabase } from '../database/local-database.ts';
import { createTimeTracking } from '../records/time-tracking.ts';
import { showWritten } from '../records/transcript.ts';
import { openLocalDatabase, type OpenedHere } from '../ui/open-local-database.ts';
import { codeOfError } from '../words/errors.ts';
import { useLive } from './live.ts';
import {
  askBeforeStart,
  hasStartEffect,
  isStartRemembered,
  readPreviousChatInPair,
  startNotNow,
  todayOf,
} from './start-effect.ts';
import { useSession, type SignedIn } from './session.ts';

type Assignment = EventPayload<'chatAssigned'>;

interface ChatWindowState {
  assignment: Assignment | null;
  database: LocalDatabase | null;
  problem: ErrorCode | null;
  areSnippetsShown: boolean;
}

export const useChatWindow = create<ChatWindowState>(() => ({
  assignment: null,
  database: null,
  problem: null,
  areSnippetsShown: false,
}));

let opened: { name: string; here: Promise<OpenedHere> } | null = null;
let takes = 0;

export function sayProblem(error: unknown): void {
  useChatWindow.setState({ problem: codeOfError(error) });
}

/** Opens the database before a chat is given, so that a chat is on screen at once. */
export function prepareDatabase(session: SignedIn): Promise<OpenedHere> {
  if (opened?.name === session.databaseName) return opened.here;
  const here = openLocalDatabase(session.databaseName, { mayRebuild: false });
  const previous = opened?.here;
  opened = { name: session.databaseName, here };
  void previous?.then(({ database }) => database.close()).catch(() => undefined); // It is not used any more.
  here.catch(() => {
    if (opened?.here === here) opened = null; // Opened again when it is needed.
  });
  return here;
}

async function currentDatabase(session: SignedIn): Promise<LocalDatabase> {
  const here = await prepareDatabase(session);
  if (!here.isOutdated()) return here.database;
  if (opened?.name === session.databaseName) opened = null;
  void here.database.close();
  return (await prepareDatabase(session)).database;
}

/** Waits for this window's chat. A window that was reloaded shows its chat but starts no time of its own. */
export async function followAssignment(): Promise<void> {
  api.on('chatAssigned', (assignment) => void take(assignment, { mayStart: true }));
  const before = takes;
  const assignment = await api.call('readAssignedChat', null);
  if (assignment !== null && takes === before) await take(assignment, { mayStart: !isReload() });
}

function isReload(): boolean {
  const [navigation] = performance.getEntriesByType('navigation');
  return (navigation as PerformanceNavigationTiming | undefined)?.type === 'reload';
}

async function take(assignment: Assignment, { mayStart }: { mayStart: boolean }): Promise<void> {
  const mine = (takes += 1);
  useChatWindow.setState({ assignment, problem: null });
  startNotNow();
  const { session } = useSession.getState();
  if (session?.phase !== 'signedIn') return;
  try {
    const database = await currentDatabase(session);
    if (mine !== takes) return;
    if ((await database.chat.findOne(assignment.chat.id).exec()) === null)
      await showWritten(database, assignment.chat);
    useChatWindow.setState({ database });
    if (assignment.chat.advisorId === session.member.id)
      await openRecord(database, session, assignment.chat, mayStart);
  } catch (error) {
    sayProblem(error);
  }
}

async function openRecord(
  database: LocalDatabase,
  session: SignedIn,
  chat: Chat,
  mayStart: boolean,
): Promise<void> {
  const tracking = createTimeTracking({ database, api, memberId: session.member.id });
  const stored = await database.chat.findOne(chat.id).exec();
  if (stored !== null && stored.endedAtMs > 0) return;
  await tracking.initializeTimeTrackingForChat(chat.id);
  if (!mayStart) return;
  // What runs on another device is taken over when the advisor says so, not by looking at it.
  const live = useLive.getState().live?.chats.find((one) => one.chatId === chat.id);
  if (live !== undefined && live.runningElsewhere !== null) return;
  if (await isWorthAsking(database, chat)) askBeforeStart(chat.id);
  else await api.call('startTimer', { chat });
}

async function isWorthAsking(database: LocalDatabase, chat: Chat): Promise<boolean> {
  const { live } = useLive.getState();
  if (live === null || isStartRemembered(chat.userId, todayOf(live.serverNowMs))) return false;
  return hasStartEffect(live, chat, await readPreviousChatInPair(database, live.serverNowMs));
}

/** Journals a message and shows it; true when it is on disk. The text stays with its author otherwise. */
export async function writeMessage(chatId: string, text: string): Promise<boolean> {
  const { database } = useChatWindow.getState();
  try {
    const { row } = await api.call('writeRow', { row: { type: 'message', chatId, text } });
    useChatWindow.setState({ problem: null });
    if (database !== null) await showWritten(database, row);
    return true;
  } catch (error) {
    sayProblem(error);
    return false;
  }
}
