/**
 * A second running chat of a client halves what is left: under the policy `run` the advisor sees that before the clock
 * starts (UX.md, "Shared countdown"). Under `stop` the chat before it stops, so there is nothing to ask.
 */
import { create } from 'zustand';
import type { LiveClient, LiveSnapshot } from '../../shared/live.ts';
import type { Chat } from '../../shared/rows.ts';
import { api } from '../api.ts';
import type { DecisionDocument } from '../database/documents.ts';
import type { LocalDatabase } from '../database/local-database.ts';
import { plainList } from '../database/plain.ts';
import { showWritten } from '../records/transcript.ts';
import { previousChatInPairInForce } from '../replication/policy-in-force.ts';
import { formatCountdown } from '../words/format.ts';
import { useLive } from './live.ts';

const PREFIX = 'chatclock.start.';

/** The chat whose advisor is asked before its clock starts. */
export const useStartQuestion = create<{ chatId: string | null }>(() => ({ chatId: null }));

export function askBeforeStart(chatId: string): void {
  useStartQuestion.setState({ chatId });
}

/** Pure: whether starting `chat` shortens what is left of a countdown that runs. */
export function hasStartEffect(
  live: Pick<LiveSnapshot, 'chats' | 'clients'>,
  chat: Pick<Chat, 'id' | 'userId'>,
  previousChatInPair: 'stop' | 'run',
): boolean {
  if (previousChatInPair === 'stop') return false;
  const own = live.chats.find((one) => one.chatId === chat.id);
  if (own?.timer === 'running' || (own?.runningElsewhere ?? null) !== null) return false;
  const client = live.clients.find((one) => one.userId === chat.userId);
  if (client === undefined || client.runningChats === 0 || client.totalLeftMs === null) return false;
  const next = client.whatIf.find((one) => one.chats === client.runningChats + 1);
  return next !== undefined && next.totalLeftMs !== null && next.totalLeftMs < client.totalLeftMs;
}

export type PreviousChatInPair = 'stop' | 'run';

export async function readPreviousChatInPair(
  database: LocalDatabase,
  nowMs: number,
): Promise<PreviousChatInPair> {
  const found = await database.decision.find({ selector: { type: 'policyChange' } }).exec();
  return previousChatInPairInForce(plainList<DecisionDocument>(found), nowMs);
}

/** What one more chat of this client would do, before it starts, e.g. "15:42 → 07:51 at 2 chats". Pure. */
export function startEffectWords(
  client: LiveClient | undefined,
  { runsHere, policy }: { runsHere: boolean; policy: PreviousChatInPair },
): string {
  if (client === undefined) return '';
  if (client.kind === 'exhausted') return 'No credits: the clock will not start';
  if (client.totalLeftMs === null) return '';
  if (runsHere && policy === 'stop') return 'Stops their chat that runs';
  const now = formatCountdown(client.totalLeftMs);
  const chats = client.runningChats + 1;
  const next = client.whatIf.find((one) => one.chats === chats)?.totalLeftMs ?? null;
  return client.runningChats === 0 || next === null
    ? `${now} left`
    : `${now} → ${formatCountdown(next)} at ${chats} chats`;
}

/** Journals a chat with this client and opens its window, which starts its clock or asks. Throws AppError. */
export async function startChatWith(
  database: LocalDatabase | null,
  client: { id: string; name: string },
): Promise<Chat | null> {
  const { row } = await api.call('writeRow', { row: { type: 'chat', userId: client.id } });
  if (row.type !== 'chat') return null;
  if (database !== null) await showWritten(database, row);
  await api.call('openChat', { chat: row, clientName: client.name });
  return row;
}

/** The advisor asked not to be asked again for this client today. `today` is the local date. */
export function isStartRemembered(userId: string, today: string): boolean {
  return localStorage.getItem(PREFIX + userId) === today;
}

/** The local date of the device's server clock, as a text that only serves for comparison. */
export function todayOf(nowMs: number): string {
  return new Date(nowMs).toDateString();
}

/** Throws AppError. */
export async function startDespiteEffect(
  chat: Chat,
  { isRemembered }: { isRemembered: boolean },
): Promise<void> {
  useStartQuestion.setState({ chatId: null });
  const nowMs = useLive.getState().live?.serverNowMs;
  if (isRemembered && nowMs !== undefined) {
    try {
      localStorage.setItem(PREFIX + chat.userId, todayOf(nowMs));
    } catch {
      // The store is full: the advisor is asked again.
    }
  }
  await api.call('startTimer', { chat });
}

export function startNotNow(): void {
  useStartQuestion.setState({ chatId: null });
}
