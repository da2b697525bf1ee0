import { describe, expect, it } from 'vitest';
import {
  cutsOf,
  idleAfterSchema,
  isUndecidedForTooLong,
  questionMs,
  UNDECIDED_FOR_MS,
  type AwayStop,
} from '../../shared/away/away-stop.ts';
import { costIfCounted } from '../../shared/away/cost-if-counted.ts';
import { rowsOfDecision } from '../../shared/away/decision-rows.ts';
import { FOLD_VERSION } from '../../shared/fold/settlement.ts';
import type { UserProjection } from '../../shared/rows.ts';

const MINUTE = 60_000;
const FIVE = 5 * MINUTE;
/** Units a minute at 2.00. */
const A_MINUTE_PAID = 200 * MINUTE;

const segment = (segmentId: string, startedAtMonoMs: number, endMonoMs: number) => ({
  segmentId,
  startedAtMonoMs,
  endMonoMs,
});

describe('what of the recorded time is in question', () => {
  // 09:00 the chat starts · 09:02 the last key · 09:07 it stops.
  it('is, after idleness, everything since the last sign of life, to the millisecond', () => {
    expect(cutsOf('idle', 2 * MINUTE + 7, [segment('s', 0, 7 * MINUTE + 7)], FIVE)).toEqual([
      { segmentId: 's', elapsedMs: 2 * MINUTE + 7, cutMs: FIVE },
    ]);
  });

  it('reaches over all segments of the same silence, and leaves nothing of those that began in it', () => {
    const recorded = [segment('a', 0, 4 * MINUTE), segment('b', 4 * MINUTE, 7 * MINUTE)];
    expect(cutsOf('idle', 2 * MINUTE, recorded, FIVE)).toEqual([
      { segmentId: 'a', elapsedMs: 2 * MINUTE, cutMs: 2 * MINUTE },
      { segmentId: 'b', elapsedMs: 0, cutMs: 3 * MINUTE },
    ]);
  });

  it('is nothing after sleep, lock or a crash while the last sign of life is younger than the threshold', () => {
    for (const by of ['sleep', 'lock', 'crash'] as const) {
      expect(cutsOf(by, 0, [segment('s', 0, FIVE - 1)], FIVE)).toEqual([]);
      expect(cutsOf(by, 0, [segment('s', 0, FIVE)], FIVE)).toHaveLength(1);
    }
  });

  it('is nothing where the advisor has switched idleness off: nobody asked for a sign of life', () => {
    expect(cutsOf('sleep', 0, [segment('s', 0, 60 * MINUTE)], 0)).toEqual([]);
  });
});

it('an advisor may choose no threshold, or one of a minute to four hours', () => {
  const may = (ms: number) => idleAfterSchema.safeParse(ms).success;
  expect([0, 59_999, MINUTE, 240 * MINUTE, 240 * MINUTE + 1].map(may)).toEqual([
    true,
    false,
    true,
    true,
    false,
  ]);
});

it('the minutes in question grow until somebody is back, and 24 hours later nobody is asked any more', () => {
  expect(questionMs({ fromMonoMs: 100, untilMonoMs: null }, 700)).toBe(600);
  expect(questionMs({ fromMonoMs: 100, untilMonoMs: 400 }, 700)).toBe(300);
  const stop = { askedAtMs: 1_000 };
  expect(isUndecidedForTooLong(stop, 1_000 + UNDECIDED_FOR_MS - 1)).toBe(false);
  expect(isUndecidedForTooLong(stop, 1_000 + UNDECIDED_FOR_MS)).toBe(true);
});

describe('a decision', () => {
  const stop: AwayStop = {
    ...{ id: 'd1.n.7', chatId: 'c', userId: 'u', by: 'idle', bootId: 'boot' },
    ...{ lifeAtMonoMs: 50_000, fromMonoMs: 50_000, untilMonoMs: 650_000, fromMs: 9_000_000 },
    cuts: [{ segmentId: 'd1.n.7', elapsedMs: 50_000, cutMs: FIVE }],
    askedAtMs: 9_300_000,
  };
  const context = { deviceId: 'd1', knownSeq: 9, wallMs: 1, fromMs: 9_000_003, questionMs: 600_000 };

  it('not to count takes back what was recorded in question, and nothing else', () => {
    expect(rowsOfDecision(stop, { id: stop.id, choice: 'notCounted' }, context)).toEqual([
      {
        type: 'trimMark',
        id: 'd1.n.7:trim',
        segmentId: 'd1.n.7',
        chatId: 'c',
        deviceId: 'd1',
        elapsedMs: 50_000,
      },
    ]);
    expect(rowsOfDecision({ ...stop, cuts: [] }, { id: stop.id, choice: 'notCounted' }, context)).toEqual([]);
  });

  it('to ask takes it back as well: the whole gap is one manual segment that waits for a ruling', () => {
    const rows = rowsOfDecision(stop, { id: stop.id, choice: 'askToCount', reason: ' phone ' }, context);
    expect(rows.map((row) => [row.type, row.id])).toEqual([
      ['trimMark', 'd1.n.7:trim'],
      ['timeSegment', 'd1.n.7:asked'],
      ['note', 'd1.n.7:why'],
    ]);
    expect(rows[1]).toMatchObject({
      source: 'manual',
      startedAtMs: 9_000_003,
      elapsedMs: 600_000,
      closed: true,
    });
    expect(rows[2]).toMatchObject({ text: 'Asked to count 10:00 without the timer: phone' });
  });

  it('asks for no more than the gap', () => {
    const asked = (lengthMs: number) =>
      rowsOfDecision(stop, { id: stop.id, choice: 'askToCount', lengthMs }, context)[1];
    expect(asked(90_000)).toMatchObject({ elapsedMs: 90_000 });
    expect(asked(700_000)).toMatchObject({ elapsedMs: 600_000 });
  });
});

describe('what counting would cost', () => {
  function client(parts: Partial<UserProjection>): UserProjection {
    return {
      ...{ type: 'userProjection', id: 'lea:u', userId: 'u', advisorId: 'lea', stateSeq: 1, asOfMs: 0 },
      ...{
        balanceUnits: 20 * A_MINUTE_PAID,
        reservedUnits: 0,
        creditedMinor: 4_000,
        othersBurnUnitsPerMs: 0,
      },
      ...{ freeGrantedMs: 0, freeLeftMs: 0, ratePerMinuteMinor: 200, foldVersion: FOLD_VERSION },
      chats: [{ chatId: 'c', trackedMs: FIVE, freeMs: 0, paidMs: FIVE, ratePerMinuteMinor: 200 }],
      ...parts,
    };
  }
  const of = (parts: Partial<UserProjection>, minutes: number, recorded = 0) =>
    costIfCounted(client(parts), [], 100 * MINUTE, {
      ...{ chatId: 'c', questionMs: minutes * MINUTE, recordedMs: recorded * MINUTE },
    });

  it('is the paid price of the minutes, free time first', () => {
    expect(of({}, 7)).toEqual({ freeMs: 0, units: 7 * A_MINUTE_PAID, debtUnits: 0 });
    expect(of({ freeLeftMs: 3 * MINUTE }, 7)).toEqual({
      freeMs: 3 * MINUTE,
      units: 4 * A_MINUTE_PAID,
      debtUnits: 0,
    });
  });

  it('says what the client would owe', () => {
    expect(of({}, 22)).toEqual({ freeMs: 0, units: 22 * A_MINUTE_PAID, debtUnits: 2 * A_MINUTE_PAID });
  });

  it('includes what was recorded before the stop was noticed, as it was settled', () => {
    expect(of({}, 7, 5)).toEqual({ freeMs: 0, units: 7 * A_MINUTE_PAID, debtUnits: 0 });
    // Free time is left, so none of it was paid.
    expect(of({ freeLeftMs: 10 * MINUTE }, 7, 5)).toEqual({ freeMs: 7 * MINUTE, units: 0, debtUnits: 0 });
    expect(of({}, 5, 5)).toEqual({ freeMs: 0, units: 5 * A_MINUTE_PAID, debtUnits: 0 });
  });

  it('rounds up a begun increment, as billing does', () => {
    const inc = { billingIncrementMs: MINUTE };
    const chats = client({}).chats.map((chat) => ({ ...chat, ...inc }));
    const { units } = costIfCounted(client({ ...inc, chats }), [], 100 * MINUTE, {
      ...{ chatId: 'c', questionMs: 90_000, recordedMs: 0 },
    });
    expect(units).toBe(2 * A_MINUTE_PAID);
  });
});
