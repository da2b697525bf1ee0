/** When money is worth a notice: running low once, the joint stop, going on again (UX.md, "Low", "Exhausted"). Pure. */
import type { LiveChat, LiveSnapshot } from '../live.ts';
import type { MoneyNotice } from './notice.ts';

/** The one quiet notice of running low; 5:00 and 1:00 are shown and spoken, but call nobody (UX.md). */
export const LOW_NOTICE_MS = 120_000;
/** With more than this left, running low is worth a notice again, ms. */
const LOW_OVER_MS = 300_000;

/** What was told of a client, so that a pause or a figure that wavers tells nothing twice. */
export interface ToldClient {
  isLowTold: boolean;
  /** Chats that stood still for want of credits. */
  exhausted: readonly string[];
  /** There were credits again, and the advisor was to decide. */
  isAsked: boolean;
}
export type ToldMoney = ReadonlyMap<string, ToldClient>;

const NOTHING_TOLD: ToldClient = { isLowTold: false, exhausted: [], isAsked: false };

/** Looks at a snapshot; of the first one (`told` null) everything is known already. */
export function lookAtMoney(
  told: ToldMoney | null,
  live: LiveSnapshot,
): { told: ToldMoney; notices: MoneyNotice[] } {
  const next = new Map<string, ToldClient>();
  const notices: MoneyNotice[] = [];
  const ofUser = new Map<string, LiveChat[]>();
  for (const chat of live.chats) ofUser.set(chat.userId, [...(ofUser.get(chat.userId) ?? []), chat]);
  const clients = new Map(live.clients.map((client) => [client.userId, client]));
  for (const [userId, chats] of ofUser) {
    const before = told?.get(userId) ?? NOTHING_TOLD;
    const stopped = chats.filter(({ timer }) => timer === 'exhausted');
    const client = clients.get(userId);
    const warningMs = client?.warningMs ?? null;
    const leftMs = client?.totalLeftMs ?? null;
    const isLow = warningMs !== null && warningMs <= LOW_NOTICE_MS;
    const isOver = leftMs === null || leftMs > LOW_OVER_MS;
    const now: ToldClient = {
      isLowTold: isLow || (before.isLowTold && !isOver),
      exhausted: stopped.map(({ chatId }) => chatId),
      isAsked: stopped.some(({ mayResume }) => mayResume === 'ask'),
    };
    next.set(userId, now);
    const newlyStopped = stopped.filter(({ chatId }) => !before.exhausted.includes(chatId));
    const goesOn = chats.some(
      ({ chatId, timer }) => timer === 'running' && before.exhausted.includes(chatId),
    );
    if (newlyStopped.length > 0) {
      const by = newlyStopped.some(({ stoppedBy }) => stoppedBy === 'exhausted') ? 'exhausted' : 'lapsed';
      notices.push({ kind: 'stopped', userId, by, chats: stopped.length });
    } else if (goesOn) notices.push({ kind: 'resumed', userId, isByItself: true });
    else if (now.isAsked && !before.isAsked) notices.push({ kind: 'resumed', userId, isByItself: false });
    else if (now.isLowTold && !before.isLowTold && leftMs !== null)
      notices.push({ kind: 'low', userId, leftMs });
  }
  return { told: next, notices: told === null ? [] : notices };
}
