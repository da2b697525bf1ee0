import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { shareFreeTime } from '../../shared/fold/free-time.ts';
import { unionIntervals } from '../../shared/fold/union.ts';
import { stretchesOf, type StretchChat } from '../../shared/fold/stretches.ts';
import { PROPERTY_TIMEOUT_MS, runs } from './property-runs.ts';

const rate = (ratePerMinuteMinor: number, atMs = 0) => ({ atMs, ratePerMinuteMinor });

describe('the stretches of a chat', () => {
  it('show two chats that share the last of the free time, the remainder by id', () => {
    const chats: StretchChat[] = [
      { chatId: 'a', intervals: [{ startMs: 100, endMs: 200 }], rates: [rate(5)] },
      { chatId: 'b', intervals: [{ startMs: 150, endMs: 300 }], rates: [rate(7), rate(9, 250)] },
    ];
    const grants = [{ atMs: 0, ms: 71 }];
    expect(stretchesOf(chats, grants).get('a')).toEqual([
      { kind: 'free', startMs: 100, endMs: 150, ratePerMinuteMinor: 0, chatsRunning: 1 },
      { kind: 'free', startMs: 150, endMs: 161, ratePerMinuteMinor: 0, chatsRunning: 2 },
      { kind: 'paid', startMs: 161, endMs: 200, ratePerMinuteMinor: 5, chatsRunning: 2 },
    ]);
    expect(stretchesOf(chats, grants).get('b')).toEqual([
      { kind: 'free', startMs: 150, endMs: 160, ratePerMinuteMinor: 0, chatsRunning: 2 },
      { kind: 'paid', startMs: 160, endMs: 200, ratePerMinuteMinor: 7, chatsRunning: 2 },
      { kind: 'paid', startMs: 200, endMs: 250, ratePerMinuteMinor: 7, chatsRunning: 1 },
      { kind: 'paid', startMs: 250, endMs: 300, ratePerMinuteMinor: 9, chatsRunning: 1 },
    ]);
  });

  it(
    'add up to what the fold shares out, whatever the pair did',
    () => {
      const instant = fc.integer({ min: 0, max: 60 });
      const interval = fc
        .tuple(instant, instant)
        .map(([a, b]) => ({ startMs: Math.min(a, b), endMs: Math.max(a, b) }));
      const chat = fc.record({
        intervals: fc.array(interval, { maxLength: 3 }).map(unionIntervals),
        rates: fc
          .uniqueArray(fc.record({ atMs: instant, ratePerMinuteMinor: fc.integer({ min: 0, max: 9 }) }), {
            selector: (step) => step.atMs,
            maxLength: 3,
          })
          .map((steps) => steps.sort((a, b) => a.atMs - b.atMs)),
      });
      const grant = fc.record({ atMs: instant, ms: fc.integer({ min: 0, max: 80 }) });
      fc.assert(
        fc.property(
          fc.array(chat, { minLength: 1, maxLength: 4 }),
          fc.array(grant, { maxLength: 3 }),
          (given, grants) => {
            const chats = given.map((one, position) => ({ ...one, chatId: `c${position}` }));
            const stretchesById = stretchesOf(chats, grants);
            return shareFreeTime(chats, grants).every((shared, position) => {
              const stretches = stretchesById.get(`c${position}`) ?? [];
              const sum = (
                kind: 'free' | 'paid',
                price: (one: (typeof stretches)[number]) => number,
              ): number =>
                stretches.reduce(
                  (total, one) => total + (one.kind === kind ? (one.endMs - one.startMs) * price(one) : 0),
                  0,
                );
              return (
                sum('free', () => 1) === shared.freeMs &&
                sum('paid', () => 1) === shared.paidMs &&
                sum('paid', (one) => one.ratePerMinuteMinor) === shared.costUnits
              );
            });
          },
        ),
        runs(),
      );
    },
    PROPERTY_TIMEOUT_MS,
  );
});
