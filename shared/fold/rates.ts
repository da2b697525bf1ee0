import type { FoldRateChange } from './fold-input.ts';

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
