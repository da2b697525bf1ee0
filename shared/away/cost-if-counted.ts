/** What minutes in question would cost the client if a supervisor counted them, by the same walk as the countdown. Pure. */
import { standingOf, type Stretch } from '../countdown.ts';
import type { UserProjection } from '../rows.ts';

export interface CostIfCounted {
  /** The part that free time covers, ms. */
  freeMs: number;
  /** Exact units. */
  units: number;
  /** What the client would owe then, units; 0 = covered. */
  debtUnits: number;
}

export interface Question {
  chatId: string;
  /** All minutes in question, ms. */
  questionMs: number;
  /** What of them is recorded and, so far, counted, ms. */
  recordedMs: number;
}

/** `stretches`: what runs and ran beyond the projection. Throws UnsafeIntegerError. */
export function costIfCounted(
  projection: UserProjection,
  stretches: readonly Stretch[],
  nowMs: number,
  question: Question,
): CostIfCounted {
  const { chatId, recordedMs } = question;
  const moreMs = Math.max(0, question.questionMs - recordedMs);
  const before = standingOf(projection, stretches, nowMs);
  const after =
    moreMs === 0
      ? before
      : standingOf(projection, [...stretches, { chatId, startMs: nowMs - moreMs, endMs: nowMs }], nowMs);
  const recorded = recordedCost(projection, before.freeLeftMs, chatId, recordedMs);
  return {
    freeMs: recorded.freeMs + Math.max(0, before.freeLeftMs - after.freeLeftMs),
    units: recorded.units + Math.max(0, before.balanceUnits - after.balanceUnits),
    debtUnits: Math.max(0, -after.balanceUnits),
  };
}

/** Nothing is paid at an instant at which free time is left (I5): while there is some, what was recorded used free time. */
function recordedCost(
  { chats, ratePerMinuteMinor }: UserProjection,
  freeLeftMs: number,
  chatId: string,
  recordedMs: number,
): { freeMs: number; units: number } {
  if (freeLeftMs > 0 || recordedMs === 0) return { freeMs: recordedMs, units: 0 };
  const chat = chats.find((one) => one.chatId === chatId);
  const paidMs = Math.min(recordedMs, chat?.paidMs ?? recordedMs);
  return {
    freeMs: recordedMs - paidMs,
    units: paidMs * (chat?.lastPaidRatePerMinuteMinor ?? chat?.ratePerMinuteMinor ?? ratePerMinuteMinor),
  };
}
