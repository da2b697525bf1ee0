import fc from 'fast-check';
import { describe, expect, it, vi } from 'vitest';
import { foldUser, type SettlementOfUser } from '../../shared/fold/fold.ts';
import type { FoldInput } from '../../shared/fold/fold-input.ts';
import { createUserFold, type UserFold } from '../../shared/fold/user-fold.ts';
import { expectSame } from './expect-same.ts';
import { createChoices } from './oracle/random-facts.ts';
import { PROPERTY_TIMEOUT_MS, runs } from './property-runs.ts';
import { inputOf, listedFacts, type ListedFact } from './user-facts.ts';

vi.setConfig({ testTimeout: PROPERTY_TIMEOUT_MS });

const seeds = fc.nat({ max: 1_000_000 });
/** From a snapshot at every instant to none. */
const distances = fc.constantFrom(1, 2, 3, 5, 64);

function enter(fold: UserFold, facts: readonly ListedFact[]): void {
  const lists: Record<string, unknown[]> = {};
  for (const { list, fact } of facts) (lists[list] ??= []).push(fact);
  fold.enter(lists as Partial<FoldInput>);
}

/** Several facts at a time, settled in between, as commits do. */
function settleInSteps(
  fold: UserFold,
  facts: readonly ListedFact[],
  seed: number,
  onSettled?: (settled: SettlementOfUser, upTo: number) => void,
): SettlementOfUser {
  const choices = createChoices(seed);
  for (let from = 0; from < facts.length;) {
    const upTo = from + 1 + choices.upTo(3);
    enter(fold, facts.slice(from, upTo));
    from = upTo;
    if (choices.chance(60)) onSettled?.(fold.settle().settled, upTo);
  }
  return fold.settle().settled;
}

const toJson = (value: unknown): string => JSON.stringify(value);

describe('I3: the fold that goes on', () => {
  it('settles after every step as the fold of everything, wherever its snapshots lie', () => {
    fc.assert(
      fc.property(listedFacts, seeds, distances, (facts, seed, distance) => {
        const fold = createUserFold('u', distance);
        const last = settleInSteps(fold, facts, seed, (settled, upTo) => {
          expectSame(settled, foldUser('u', inputOf(facts.slice(0, upTo))));
        });
        expectSame(last, foldUser('u', inputOf(facts)));
      }),
      runs(),
    );
  });

  it('settles the same in any order of arrival, facts before what they name (I1), and with duplicates (I2)', () => {
    fc.assert(
      fc.property(listedFacts, seeds, distances, (facts, seed, distance) => {
        // Of a fact that grew only the last copy: an older one after it would take its place.
        const input = inputOf(facts);
        const last = facts.filter(({ list, fact }) => (input[list] as readonly unknown[]).includes(fact));
        const choices = createChoices(seed);
        const shuffled = choices.shuffle([...last, ...last.filter(() => choices.chance(40))]);
        expectSame(settleInSteps(createUserFold('u', distance), shuffled, seed), foldUser('u', input));
      }),
      runs(),
    );
  });

  it('names exactly the chats whose figures changed', () => {
    fc.assert(
      fc.property(listedFacts, seeds, (facts, seed) => {
        const fold = createUserFold('u', 2);
        const half = createChoices(seed).upTo(facts.length);
        enter(fold, facts.slice(0, half));
        const before = new Map(fold.settle().settled.chats.map((chat) => [chat.chatId, toJson(chat)]));
        enter(fold, facts.slice(half));
        const { settled, changedChats } = fold.settle();
        const changed = settled.chats.filter((chat) => before.get(chat.chatId) !== toJson(chat));
        expect(changedChats.map((chat) => chat.chatId).sort()).toEqual(
          changed.map((chat) => chat.chatId).sort(),
        );
      }),
      runs(),
    );
  });
});
