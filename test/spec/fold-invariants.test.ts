import fc from 'fast-check';
import { describe, expect, it, vi } from 'vitest';
import {
  acceptFacts,
  createFactsReader,
  parseFacts,
  type ReadFacts,
} from '../../shared/facts/parse-facts.ts';
import { foldFacts, foldUser } from '../../shared/fold/fold.ts';
import type { FoldInput, FoldSegment } from '../../shared/fold/fold-input.ts';
import type { Settlement } from '../../shared/fold/settlement.ts';
import { expectSame } from './expect-same.ts';
import { createChoices, randomFactsFile } from './oracle/random-facts.ts';
import { pairInput, shuffleInput } from './pair-input.ts';
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

const paidOf = ({ chats }: Pick<Settlement, 'chats'>): number =>
  chats.reduce((sum, chat) => sum + chat.paidMs, 0);

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
        expectSame(foldFacts(shuffleInput(shuffled.facts, seed + 2)), settled);
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
