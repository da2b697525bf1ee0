import fc from 'fast-check';
import { describe, expect, it, vi } from 'vitest';
import {
  acceptFacts,
  createFactsReader,
  parseFacts,
  type ReadFacts,
} from '../../shared/facts/parse-facts.ts';
import { foldFacts, foldUser } from '../../shared/fold/fold.ts';
import { emptyFoldInput, type FoldInput, type FoldSegment } from '../../shared/fold/fold-input.ts';
import { createUserFold } from '../../shared/fold/user-fold.ts';
import { UnsafeIntegerError } from '../../shared/fold/safe-integer.ts';
import type { Settlement } from '../../shared/fold/settlement.ts';
import { expectSame } from './expect-same.ts';
import { createChoices, randomFactsFile } from './oracle/random-facts.ts';
import { PROPERTY_TIMEOUT_MS, runs } from './property-runs.ts';
import { CHAT_IDS, inputOf, listedFacts } from './user-facts.ts';

/** DOMAIN.md "Invariants", those that the fold alone can keep. */
vi.setConfig({ testTimeout: PROPERTY_TIMEOUT_MS });
const RUNS = runs();
const seeds = fc.nat({ max: 1_000_000 });

function readFacts(text: string): ReadFacts {
  const reader = createFactsReader();
  text.split('\n').forEach((line, index) => reader.add(index + 1, line));
  return reader.finish();
}

function shuffleInput(input: FoldInput, seed: number): FoldInput {
  const choices = createChoices(seed);
  return Object.fromEntries(
    Object.entries(input).map(([list, facts]) => [list, choices.shuffle(facts as object[])]),
  ) as unknown as FoldInput;
}

const paidOf = ({ chats }: Pick<Settlement, 'chats'>): number =>
  chats.reduce((sum, chat) => sum + chat.paidMs, 0);

/** One pair with admitted segments only: what I5 needs to look at every instant. */
const pairInput = fc
  .record({
    segments: fc.array(
      fc.record({
        chat: fc.nat({ max: 3 }),
        startedAtMs: fc.nat({ max: 40 }),
        elapsedMs: fc.nat({ max: 25 }),
      }),
      {
        minLength: 1,
        maxLength: 8,
      },
    ),
    grants: fc.array(fc.record({ ms: fc.nat({ max: 30 }), atMs: fc.nat({ max: 50 }) }), { maxLength: 3 }),
  })
  .map(({ segments, grants }): FoldInput => ({
    ...emptyFoldInput(),
    users: [{ id: 'u', order: 0 }],
    chats: [0, 1, 2, 3].map((chat) => ({
      id: `c${chat}`,
      userId: 'u',
      advisorId: 'a',
      openedAtMs: 0,
      order: chat,
    })),
    segments: segments.map(({ chat, startedAtMs, elapsedMs }, order): FoldSegment => ({
      id: `s${order}`,
      chatId: `c${chat}`,
      startedAtMs,
      elapsedMs,
      source: 'timer',
      funding: 'funded',
      order,
    })),
    freeTimeGrants: grants.map(({ ms, atMs }, order) => ({
      id: `g${order}`,
      userId: 'u',
      advisorId: 'a',
      ms,
      atMs,
      order,
    })),
    rateChanges: [{ id: 'r', advisorId: 'a', ratePerMinuteMinor: 3, atMs: 0, order: 0 }],
  }));

/** Takes the hostile segment out again. */
const VOID_X = { id: 'v', targetId: 'x', action: 'void', claimedElapsedMs: 0, order: 99 } as const;

function attemptOf(fold: () => unknown): unknown {
  try {
    return fold();
  } catch (error) {
    if (!(error instanceof UnsafeIntegerError)) throw error;
    return 'refused';
  }
}

/** The same facts with all segments cut off at `untilMs`. */
function upTo(untilMs: number, input: FoldInput): FoldInput {
  const segments = input.segments.map((one) => ({
    ...one,
    elapsedMs: Math.max(0, Math.min(one.elapsedMs, untilMs - one.startedAtMs)),
  }));
  return { ...input, segments };
}

describe('the fold', () => {
  it('I1: any order of arrival gives the same result and the same reports', () => {
    fc.assert(
      fc.property(seeds, (seed) => {
        const read = readFacts(randomFactsFile(seed));
        const expected = acceptFacts(read);
        const shuffled = acceptFacts({ ...read, lines: createChoices(seed + 1).shuffle(read.lines) });
        const settled = foldFacts(expected.facts);
        expectSame(shuffled.reports, expected.reports);
        expectSame(foldFacts(shuffled.facts), settled);
        expectSame(foldFacts(shuffleInput(expected.facts, seed + 2)), settled);
      }),
      RUNS,
    );
  });

  it('I2: duplicates change nothing', () => {
    fc.assert(
      fc.property(seeds, (seed) => {
        const read = readFacts(randomFactsFile(seed));
        const choices = createChoices(seed + 1);
        const lines = choices.shuffle([...read.lines, ...read.lines.filter(() => choices.chance(50))]);
        expectSame(foldFacts(acceptFacts({ ...read, lines }).facts), foldFacts(acceptFacts(read).facts));
      }),
      RUNS,
    );
  });

  it('I3: one user folded alone settles as in the fold of all', () => {
    fc.assert(
      fc.property(seeds, (seed) => {
        const { facts } = parseFacts(randomFactsFile(seed));
        const all = foldFacts(facts);
        for (const user of all.users) {
          const chatIds = new Set(
            facts.chats.filter((chat) => chat.userId === user.userId).map((chat) => chat.id),
          );
          expectSame(foldUser(user.userId, facts), {
            user,
            pairs: all.pairs.filter((pair) => pair.userId === user.userId),
            chats: all.chats.filter((chat) => chatIds.has(chat.chatId)),
          });
        }
      }),
      RUNS,
    );
  });

  it('I3: cutting every segment in two at any instant changes nothing', () => {
    fc.assert(
      fc.property(pairInput, fc.nat({ max: 60 }), (input, cutMs) => {
        const halves = input.segments.flatMap((one) => {
          const firstMs = Math.max(0, Math.min(one.elapsedMs, cutMs - one.startedAtMs));
          return [
            { ...one, elapsedMs: firstMs },
            {
              ...one,
              id: `${one.id}-2`,
              startedAtMs: one.startedAtMs + firstMs,
              elapsedMs: one.elapsedMs - firstMs,
            },
          ];
        });
        expectSame(foldFacts({ ...input, segments: halves }), foldFacts(input));
      }),
      RUNS,
    );
  });

  it('I4 and I7: free and paid time of a chat are its union, once; used and left of a pair are what was granted', () => {
    fc.assert(
      fc.property(pairInput, (input) => {
        const { chats, pairs } = foldFacts(input);
        for (const chat of chats) {
          const instants = new Set<number>();
          for (const one of input.segments)
            if (one.chatId === chat.chatId)
              for (let t = 0; t < one.elapsedMs; t += 1) instants.add(one.startedAtMs + t);
          expect(chat.freeMs + chat.paidMs).toBe(instants.size);
          expect(chat.trackedMs).toBe(instants.size);
        }
        const [pair] = pairs;
        expect(pair?.usedMs).toBe(chats.reduce((sum, chat) => sum + chat.freeMs, 0));
        expect((pair?.usedMs ?? 0) + (pair?.leftMs ?? 0)).toBe(
          input.freeTimeGrants.reduce((sum, grant) => sum + grant.ms, 0),
        );
      }),
      RUNS,
    );
  });

  it('I5: nothing is paid at an instant at which free time is left', () => {
    fc.assert(
      fc.property(pairInput, (input) => {
        let before = foldFacts(upTo(0, input));
        const lastMs = Math.max(...input.segments.map((one) => one.startedAtMs + one.elapsedMs));
        for (let t = Math.min(...input.segments.map((one) => one.startedAtMs)); t < lastMs; t += 1) {
          const after = foldFacts(upTo(t + 1, input));
          const grantedMs = input.freeTimeGrants
            .filter((grant) => grant.atMs <= t)
            .reduce((sum, grant) => sum + grant.ms, 0);
          if (paidOf(after) > paidOf(before)) expectSame(after.pairs[0]?.usedMs, grantedMs);
          before = after;
        }
      }),
      RUNS,
    );
  });

  it('I16: a figure is a safe integer or the fold refuses, never something in between', () => {
    const big = fc.oneof(
      fc.maxSafeNat(),
      fc.integer({ min: Number.MAX_SAFE_INTEGER - 9, max: Number.MAX_SAFE_INTEGER }),
      fc.nat({ max: 90 }),
    );
    let refused = 0;
    let settled = 0;
    let healedCases = 0;
    fc.assert(
      fc.property(
        pairInput,
        fc.array(big, { minLength: 8, maxLength: 8 }),
        seeds,
        (
          input,
          [start = 0, elapsed = 0, rate = 0, ms = 0, topUp = 0, debit = 0, units = 0, inc = 1],
          seed,
        ) => {
          const hostile: FoldInput = {
            ...input,
            segments: [
              ...input.segments,
              { ...(input.segments[0] as FoldSegment), id: 'x', startedAtMs: start, elapsedMs: elapsed },
            ],
            rateChanges: [
              ...input.rateChanges,
              { id: 'y', advisorId: 'a', ratePerMinuteMinor: rate, atMs: 20, order: 9 },
            ],
            freeTimeGrants: [
              ...input.freeTimeGrants,
              { id: 'z', userId: 'u', advisorId: 'a', ms, atMs: 9, order: 9 },
            ],
            creditFacts: [
              { id: 't', type: 'topUp', userId: 'u', amountMinor: topUp, order: 1 },
              { id: 'd', type: 'debit', userId: 'u', amountMinor: debit, order: 2 },
              { id: 'e', type: 'refund', userId: 'u', amountMinor: 5, order: 3 },
            ],
            goodwills: [{ id: 'w', userId: 'u', units, order: 4 }],
            policyChanges: [{ id: 'p', key: 'billingIncrementMs', value: inc, atMs: 0, order: 5 }],
          };
          const attempt = (facts: FoldInput): unknown => attemptOf(() => foldFacts(facts));
          // The fold that goes on refuses the same facts, and settles again once it may.
          const attemptInSteps = (facts: FoldInput, from: number): unknown => {
            const fold = createUserFold('u', 2);
            const choices = createChoices(from);
            const entries = Object.entries(facts).flatMap(([list, all]) =>
              (all as object[]).map((fact) => [list, fact] as const),
            );
            for (const [list, fact] of choices.shuffle(entries)) {
              fold.enter({ [list]: [fact] });
              if (choices.chance(40)) attemptOf(() => fold.settle());
            }
            const settledSoFar = attemptOf(() => fold.settle().settled);
            fold.enter({ rulings: [VOID_X] });
            return [settledSoFar, attemptOf(() => fold.settle().settled)];
          };
          const result = attempt(hostile);
          expectSame(attempt(shuffleInput(hostile, seed)), result);
          const voided = { ...hostile, rulings: [VOID_X] };
          const healed = attemptOf(() => foldUser('u', voided));
          if (result === 'refused' && healed !== 'refused') healedCases += 1;
          expectSame(attemptInSteps(hostile, seed), [attemptOf(() => foldUser('u', hostile)), healed]);
          if (result === 'refused') refused += 1;
          else {
            settled += 1;
            for (const list of Object.values(result as Settlement)) {
              for (const row of list as object[])
                for (const value of Object.values(row))
                  if (typeof value === 'number' && !Number.isSafeInteger(value))
                    expect.fail(`${value} is not exact`);
            }
          }
        },
      ),
      RUNS,
    );
    expect(Math.min(refused, settled, healedCases)).toBeGreaterThan(0);
  });

  it("I19: one more admitted segment never lowers the user's paid time", () => {
    fc.assert(
      fc.property(
        listedFacts,
        fc.nat({ max: 3 }),
        fc.nat({ max: 30 }),
        fc.integer({ min: 1, max: 25 }),
        (facts, chat, startedAtMs, elapsedMs) => {
          const input = inputOf(facts);
          const more: FoldSegment = {
            ...{ id: 'one more', chatId: CHAT_IDS[chat] as string, startedAtMs, elapsedMs },
            ...{ source: 'timer', funding: 'funded', order: 1_000_000 },
          };
          const before = foldUser('u', input);
          const after = foldUser('u', { ...input, segments: [...input.segments, more] });
          expect(paidOf(after)).toBeGreaterThanOrEqual(paidOf(before));
        },
      ),
      RUNS,
    );
  });
});
