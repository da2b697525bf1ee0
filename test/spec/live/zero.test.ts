import fc from 'fast-check';
import { describe, expect, it, vi } from 'vitest';
import type { Funds, FundsPair } from '../../../shared/live/funds.ts';
import { firstZero, passTime, zerosAhead } from '../../../shared/live/funds-walk.ts';
import { othersStepsOf } from '../../../shared/live/others-steps.ts';
import { casesOf, PROPERTY_TIMEOUT_MS, runs } from '../property-runs.ts';
import { HORIZON_MS, randomFunds } from './random-funds.ts';
import { stepFunds } from './zero-oracle.ts';

vi.setConfig({ testTimeout: PROPERTY_TIMEOUT_MS });

const within = (zeros: { atMs: number; chatIds: readonly string[] }[]) =>
  zeros
    .filter((zero) => zero.atMs < HORIZON_MS)
    .map((zero) => ({ atMs: zero.atMs, chatIds: [...zero.chatIds].sort() }));

describe('T*, the instant at which the credits of a client end', () => {
  it('is the same as one found by stepping through every millisecond, and so is each one after it', () => {
    fc.assert(
      fc.property(randomFunds, (funds) => {
        expect(within(zerosAhead(funds))).toEqual(within(stepFunds(funds, HORIZON_MS, true).zeros));
      }),
      runs(),
    );
  });

  it('time that passes costs what stepping through it costs', () => {
    fc.assert(
      fc.property(randomFunds, fc.nat({ max: HORIZON_MS }), (funds, untilMs) => {
        const walked = passTime(funds, untilMs);
        const stepped = stepFunds(funds, untilMs, false);
        expect(walked.units).toBe(stepped.units);
        const paidMs = Object.fromEntries(
          walked.pairs.flatMap((pair) => pair.chats.map((chat) => [chat.chatId, chat.paidMs])),
        );
        expect(paidMs).toEqual(stepped.paidMs);
      }),
      runs(),
    );
  });

  it('walking in two steps is walking in one, and the zero ahead stays where it is while time passes', () => {
    fc.assert(
      fc.property(randomFunds, fc.nat({ max: 60 }), fc.nat({ max: 60 }), (funds, a, b) => {
        const [first, second] = [Math.min(a, b), Math.max(a, b)];
        expect(passTime(passTime(funds, first), second)).toEqual(passTime(funds, second));
        const zero = firstZero(funds)?.zero;
        if (zero !== undefined && zero.atMs < first) return;
        expect(firstZero(passTime(funds, first))?.zero).toEqual(zero);
      }),
      runs(),
    );
  });

  // What stops at a zero frees the free time of its pair: what the others do after it is told by the next projection.
  it('a device that knows the others only as unnamed steps finds the same joint stop as the server', () => {
    let compared = 0;
    fc.assert(
      fc.property(randomFunds, (given) => {
        const funds: Funds = { ...given, others: [] };
        const [own, ...rest] = funds.pairs as [FundsPair, ...FundsPair[]];
        const others = rest.flatMap((pair, position) => othersStepsOf(pair, funds.atMs, position * 10));
        const sent = JSON.parse(JSON.stringify(others)) as typeof others;
        const onDevice = firstZero({ ...funds, pairs: [own], others: sent })?.zero;
        const onServer = firstZero(funds)?.zero;
        expect(onDevice?.atMs).toBe(onServer?.atMs);
        const isOwn = (chatId: string) => own.chats.some((chat) => chat.chatId === chatId);
        expect(onDevice?.chatIds).toEqual(onServer?.chatIds.filter(isOwn));
        if (rest.length > 0 && onServer !== undefined) compared += 1;
      }),
      runs(),
    );
    expect(compared).toBeGreaterThan(casesOf(1_000));
  });

  it('the random funds are worth the name: most have a zero, many have several, on free time and on begun increments', () => {
    const seen = { zero: 0, several: 0, partly: 0, never: 0 };
    fc.assert(
      fc.property(randomFunds, (funds) => {
        const zeros = zerosAhead(funds);
        if (zeros.length > 0) seen.zero += 1;
        if (zeros.length > 1) seen.several += 1;
        if (zeros.length === 0) seen.never += 1;
        const first = zeros[0];
        const all = funds.pairs.flatMap((pair) => pair.chats).length;
        if (first !== undefined && first.chatIds.length > 0 && first.chatIds.length < all) seen.partly += 1;
      }),
      { numRuns: 2_000, seed: 7 },
    );
    expect(seen.zero).toBeGreaterThan(1_200);
    expect(seen.several).toBeGreaterThan(300);
    expect(seen.partly).toBeGreaterThan(300);
    expect(seen.never).toBeGreaterThan(50);
  });
});
