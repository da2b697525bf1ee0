/** Arbitrary facts of one pair for looking at every instant, and facts in another order. */
import fc from 'fast-check';
import { emptyFoldInput, type FoldInput, type FoldSegment } from '../../shared/fold/fold-input.ts';
import { createChoices } from './oracle/random-facts.ts';

/** One pair with admitted segments only: what I5 needs to look at every instant. */
export const pairInput = fc
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

export function shuffleInput(input: FoldInput, seed: number): FoldInput {
  const choices = createChoices(seed);
  return Object.fromEntries(
    Object.entries(input).map(([list, facts]) => [list, choices.shuffle(facts as object[])]),
  ) as unknown as FoldInput;
}
