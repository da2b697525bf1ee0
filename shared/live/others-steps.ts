/** What a client's chats with other advisors will cost, so that a device can count with them and learns of nobody (DOMAIN.md, "Live"). */
import type { FundsPair, OthersStep } from './funds.ts';
import { eachPaidStretch } from './funds-walk.ts';

/** The paid time ahead of a pair's running chats from `fromMs` on, as steps without names; `firstLane` numbers its chats. */
export function othersStepsOf(pair: FundsPair, fromMs: number, firstLane: number): OthersStep[] {
  const lanes = new Map(pair.chats.map((chat, position) => [chat.chatId, firstLane + position]));
  const lastOf = new Map<number, OthersStep>();
  const steps: OthersStep[] = [];
  eachPaidStretch({ atMs: fromMs, units: 0, pairs: [pair], others: [] }, (chatId, run, atMs, ms) => {
    const lane = lanes.get(chatId) as number;
    const last = lastOf.get(lane);
    if (last !== undefined && last.untilMs === atMs && last.unitsPerMs === run.rate) {
      extend(last, atMs + ms);
      return;
    }
    const step: OthersStep = {
      lane,
      atMs,
      unitsPerMs: run.rate,
      incrementMs: run.incrementMs,
      begunMs: run.paidMs % run.incrementMs,
      lastUnitsPerMs: run.lastPaidRate,
    };
    extend(step, atMs + ms);
    lastOf.set(lane, step);
    steps.push(step);
  });
  // A step at rate 0 counts only where it gives back what a begun increment was charged.
  return steps.filter((step) => step.unitsPerMs > 0 || (step.begunMs > 0 && step.lastUnitsPerMs > 0));
}

function extend(step: OthersStep, untilMs: number): void {
  if (untilMs === Infinity) delete step.untilMs;
  else step.untilMs = untilMs;
}
