/** What the open period holds of a user: its own time, and what changed in closed ones since they were closed. Pure. */
import {
  isNothing,
  minus,
  NO_AMOUNTS,
  plus,
  sliceBetween,
  type AmountsByChat,
  type PeriodAmounts,
} from '../../shared/fold/period-slices.ts';
import type { PeriodLine } from './period-line.ts';

/** Everything that closed periods hold, by chat. */
export function frozenByChat(frozen: readonly PeriodLine[]): Map<string, PeriodAmounts> {
  const sums = new Map<string, PeriodAmounts>();
  for (const line of frozen) sums.set(line.chatId, plus(sums.get(line.chatId) ?? NO_AMOUNTS, line));
  return sums;
}

/**
 * The lines of the open period, whose number is one above the closed ones'. `now` is the fold of everything (or, when the
 * period is being closed, up to its end), `untilEnds` up to the end of each closed period. With the frozen lines they
 * sum to `now`, chat by chat.
 */
export function openLines(
  now: AmountsByChat,
  untilEnds: readonly AmountsByChat[],
  frozen: readonly PeriodLine[],
): PeriodLine[] {
  const periodNumber = untilEnds.length + 1;
  const lines: PeriodLine[] = [];
  for (const [chatId, amounts] of sliceBetween(untilEnds.at(-1) ?? new Map(), now))
    lines.push({ chatId, periodNumber, correctsNumber: 0, ...amounts });
  const held = heldByPeriod(frozen);
  untilEnds.forEach((until, position) => {
    const correctsNumber = position + 1;
    const isNow = sliceBetween(untilEnds[position - 1] ?? new Map(), until);
    const wasHeld = held.get(correctsNumber) ?? new Map<string, PeriodAmounts>();
    for (const chatId of new Set([...isNow.keys(), ...wasHeld.keys()])) {
      const late = minus(isNow.get(chatId) ?? NO_AMOUNTS, wasHeld.get(chatId) ?? NO_AMOUNTS);
      if (!isNothing(late)) lines.push({ chatId, periodNumber, correctsNumber, ...late });
    }
  });
  return lines;
}

/** What was counted for each closed period so far: at its close, and as late time in those after it. */
function heldByPeriod(frozen: readonly PeriodLine[]): Map<number, Map<string, PeriodAmounts>> {
  const held = new Map<number, Map<string, PeriodAmounts>>();
  for (const line of frozen) {
    const number = line.correctsNumber === 0 ? line.periodNumber : line.correctsNumber;
    const ofPeriod = held.get(number) ?? new Map<string, PeriodAmounts>();
    held.set(number, ofPeriod);
    ofPeriod.set(line.chatId, plus(ofPeriod.get(line.chatId) ?? NO_AMOUNTS, line));
  }
  return held;
}
