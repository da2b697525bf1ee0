/** What the advisors' devices are told of one user's free time and credits (DOMAIN.md, `userProjection`, "Live"). */
import type { SettlementOfUser } from '../../shared/fold/fold.ts';
import { FOLD_VERSION } from '../../shared/fold/settlement.ts';
import { compareCodeUnits } from '../../shared/code-unit-order.ts';
import type { Funds, FundsPair, OthersStep } from '../../shared/live/funds.ts';
import { zerosAhead } from '../../shared/live/funds-walk.ts';
import { fundsOf, stretchesOf } from '../../shared/live/known-funds.ts';
import { othersStepsOf } from '../../shared/live/others-steps.ts';
import type { ProjectedChat, UserProjection } from '../../shared/rows.ts';
import { grantsAfter, type UserBook } from '../core/user-book.ts';
import type { FoldSources } from './fold-book.ts';
import { grantsWithin } from './grants-within.ts';
import type { Reserved } from '../core/reservations.ts';
import { pricesOf, projectChat, type Prices } from './project-chat.ts';

export const projectionId = (advisorId: string, userId: string): string => `${advisorId}:${userId}`;

/** Grants for later sent at most: what lies beyond is projected when it comes. */
const MAX_GRANTS = 200;

const NOTHING: Reserved = { units: 0, freeMs: () => 0 };

/**
 * One projection for every pair of the user that has a chat; `stateSeq` grows with every call's instant.
 * Throws UnsafeIntegerError.
 */
export function projectPairs(
  book: UserBook,
  settled: SettlementOfUser,
  sources: FoldSources,
  nowMs: number,
  reserved = NOTHING,
): UserProjection[] {
  const prices = pricesOf(book, sources);
  const chatsByAdvisor = new Map([...book.advisorIds].map((id) => [id, [] as ProjectedChat[]]));
  for (const chat of book.openChats.values())
    chatsByAdvisor.get(chat.row.advisorId)?.push(projectChat(book, chat, sources, prices, nowMs));
  const freeOf = freeTimeByAdvisor(book, settled, nowMs);
  const stateSeq = Math.max(nowMs, book.lastStateSeq + 1);
  book.lastStateSeq = stateSeq;
  const projections = [...chatsByAdvisor].map(([advisorId, chats]): UserProjection => {
    const free = freeOf.get(advisorId) ?? { grantedMs: 0, leftMs: 0, later: [] };
    const reservedFreeMs = reserved.freeMs(advisorId);
    const within = grantsWithin(book, advisorId, chats, free.leftMs, nowMs);
    const grants = [...within, ...free.later];
    return {
      type: 'userProjection',
      id: projectionId(advisorId, book.userId),
      userId: book.userId,
      advisorId,
      stateSeq,
      asOfMs: nowMs,
      balanceUnits: settled.user.balanceUnits,
      reservedUnits: reserved.units,
      ...(reservedFreeMs > 0 && { reservedFreeMs }),
      creditedMinor: settled.user.creditedMinor,
      othersBurnUnitsPerMs: 0,
      freeGrantedMs: free.grantedMs,
      freeLeftMs: free.leftMs,
      ...(grants.length > 0 && { grants }),
      ...pricesOfNew(prices, advisorId, nowMs),
      chats: chats.sort((a, b) => compareCodeUnits(a.chatId, b.chatId)),
      foldVersion: FOLD_VERSION,
    };
  });
  lookAhead(projections, nowMs);
  return projections;
}

/** What a chat of the pair that opens now would cost. */
function pricesOfNew(
  prices: Prices,
  advisorId: string,
  nowMs: number,
): Pick<UserProjection, 'ratePerMinuteMinor' | 'rates' | 'billingIncrementMs'> {
  const rates = prices.stepsFrom(nowMs, advisorId);
  const incrementMs = prices.incrementAt(nowMs);
  return {
    ratePerMinuteMinor: prices.rateAt(nowMs, advisorId),
    ...(rates.length > 1 && { rates }),
    ...(incrementMs > 1 && { billingIncrementMs: incrementMs }),
  };
}

/** Adds what only the whole shows: each pair's T*, and what the others burn, unnamed. By the code that devices run. */
function lookAhead(projections: readonly UserProjection[], nowMs: number): void {
  const known: Funds[] = projections.map((one) => fundsOf(one, stretchesOf(one, [], '')));
  const pairs = known.map((one) => one.pairs[0] as FundsPair);
  const atMs = Math.min(...known.map((one) => one.atMs));
  const running = pairs.filter((pair) => pair.chats.length > 0);
  if (running.length === 0) return;
  const units = (known[0] as Funds).units;
  const zeros = zerosAhead({ atMs, units, pairs: running, others: [] });
  projections.forEach((projection, position) => {
    const own = new Set((pairs[position] as FundsPair).chats.map((chat) => chat.chatId));
    const zero = zeros.find((one) => one.chatIds.some((chatId) => own.has(chatId)));
    if (zero !== undefined) projection.zeroAtMs = zero.atMs;
    const steps = stepsOfOthers(running, pairs[position] as FundsPair, atMs);
    if (steps.length === 0) return;
    projection.othersSteps = steps;
    projection.othersBurnUnitsPerMs = steps.reduce(
      (sum, step) => (step.atMs <= nowMs && nowMs < (step.untilMs ?? Infinity) ? sum + step.unitsPerMs : sum),
      0,
    );
  });
}

function stepsOfOthers(running: readonly FundsPair[], own: FundsPair, atMs: number): OthersStep[] {
  const steps: OthersStep[] = [];
  let lane = 0;
  for (const pair of running) {
    if (pair === own) continue;
    steps.push(...othersStepsOf(pair, atMs, lane));
    lane += pair.chats.length;
  }
  return steps.sort((a, b) => a.atMs - b.atMs || a.lane - b.lane);
}

/** What is granted and left by now, and what is granted for later. */
function freeTimeByAdvisor(
  book: UserBook,
  settled: SettlementOfUser,
  nowMs: number,
): Map<string, { grantedMs: number; leftMs: number; later: { atMs: number; ms: number }[] }> {
  const free = new Map(
    settled.pairs.map(({ advisorId, grantedMs, leftMs }) => [
      advisorId,
      { grantedMs, leftMs, later: [] as { atMs: number; ms: number }[] },
    ]),
  );
  for (const { row } of grantsAfter(book, nowMs)) {
    const ofPair = free.get(row.advisorId);
    if (ofPair === undefined) continue;
    ofPair.grantedMs -= row.ms;
    ofPair.leftMs -= row.ms;
    ofPair.later.push({ atMs: row.atMs, ms: row.ms });
  }
  for (const ofPair of free.values())
    ofPair.later = ofPair.later.sort((a, b) => a.atMs - b.atMs).slice(0, MAX_GRANTS);
  return free;
}
