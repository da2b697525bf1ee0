import type { FoldRateChange } from './fold-input.ts';
import { firstAbove } from './sorted-list.ts';

/** From `atMs` on, until the next step, paid time costs `ratePerMinuteMinor`. */

export interface RateStep {
  atMs: number;
  ratePerMinuteMinor: number;
}

/** By instant, and at one instant by server order: the last of a sorted list is the one in force. */
export function compareInForce(
  a: { atMs: number; order: number },
  b: { atMs: number; order: number },
): number {
  return a.atMs - b.atMs || a.order - b.order;
}

/**
 * The rates of one chat as steps in time order, at most one per instant; before the first the rate is 0.
 * A rate change of the chat outranks its advisor's from its instant on, for good.
 * Both lists must be sorted by `compareInForce`. Source: DOMAIN.md "The fold" 5.
 */
export function rateSteps(
  ofChat: readonly FoldRateChange[],
  ofAdvisor: readonly FoldRateChange[],
): RateStep[] {
  const ownFromMs = ofChat[0]?.atMs ?? Infinity;
  const steps: RateStep[] = [];
  for (const change of ofAdvisor) {
    if (change.atMs >= ownFromMs) break;
    addStep(steps, change);
  }
  for (const change of ofChat) addStep(steps, change);
  return steps;
}

function addStep(steps: RateStep[], { atMs, ratePerMinuteMinor }: FoldRateChange): void {
  const last = steps.at(-1);
  if (last?.atMs === atMs) last.ratePerMinuteMinor = ratePerMinuteMinor;
  else steps.push({ atMs, ratePerMinuteMinor });
}

/** The rate in force at `atMs`; both lists sorted by `compareInForce`. What `rateSteps` says of one instant. O(log n). */
export function rateAt(
  ofChat: readonly FoldRateChange[],
  ofAdvisor: readonly FoldRateChange[],
  atMs: number,
): number {
  const change = latestAt(ofChat, atMs) ?? latestAt(ofAdvisor, atMs);
  return change?.ratePerMinuteMinor ?? 0;
}

function latestAt(sorted: readonly FoldRateChange[], atMs: number): FoldRateChange | undefined {
  return sorted[firstAbove(sorted, atMs, (change) => change.atMs) - 1];
}

/** Puts a change into a list sorted by `compareInForce`. */
export function insertRate(rates: FoldRateChange[], change: FoldRateChange): void {
  let position = rates.length;
  while (position > 0 && compareInForce(rates[position - 1] as FoldRateChange, change) > 0) position -= 1;
  rates.splice(position, 0, change);
}
