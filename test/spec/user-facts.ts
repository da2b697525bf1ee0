/**
 * Arbitrary facts of one user: few chats, few instants, so that everything meets everything. Made from short tuples of
 * small numbers, which fast-check makes quickly and shrinks well.
 */
import fc from 'fast-check';
import { emptyFoldInput, type FoldInput } from '../../shared/fold/fold-input.ts';

export type List = keyof FoldInput;
/** A fact and the list of the fold's input it belongs to. */
export type ListedFact = { [L in List]: { list: L; fact: FoldInput[L][number] } }[List];

/** Sorted by code unit neither as numbers nor as words are; the first three are of one pair. */
export const CHAT_IDS = ['c9', 'C1', 'c10', 'é'] as const;
const LAST_MS = 24;
const INCREMENTS = [1, 4, 7, 10];
const RATES = [0, 1, 3, 20_000];

const CHATS: ListedFact[] = CHAT_IDS.map((id, index) => ({
  list: 'chats',
  fact: { id, userId: 'u', advisorId: index < 3 ? 'a' : 'b', openedAtMs: 5 * index, order: index },
}));

type Numbers = [kind: number, which: number, atMs: number, ms: number];

const numbers = fc.tuple(
  fc.nat({ max: 19 }),
  fc.nat({ max: 11 }),
  fc.nat({ max: LAST_MS }),
  fc.nat({ max: 15 }),
);

/** Facts in an order in which they may come; a segment or an admission may come again, grown. The chats come first. */
export const listedFacts: fc.Arbitrary<ListedFact[]> = fc
  .array(numbers, { minLength: 1, maxLength: 16 })
  .map((all) => [...CHATS, ...factsFrom(all)]);

/** The same as the fold reads it: of the copies of one fact the last. */
export function inputOf(facts: readonly ListedFact[]): FoldInput {
  const input = emptyFoldInput() as Record<List, { id: string }[]>;
  for (const { list, fact } of facts) {
    const position = input[list].findIndex((one) => one.id === fact.id);
    if (position < 0) input[list].push(fact);
    else input[list][position] = fact;
  }
  input.users.push({ id: 'u', order: 0 } as { id: string });
  return input as unknown as FoldInput;
}

function factsFrom(all: readonly Numbers[]): ListedFact[] {
  const facts: ListedFact[] = [];
  const segments: FoldInput['segments'][number][] = [];
  const markIds: string[] = [];
  const admissions = new Map<string, FoldInput['segmentAdmissions'][number]>();
  all.forEach(([kind, which, atMs, ms], index) => {
    const order = index + 10;
    const id = `${kind}-${index}`;
    const chatId = CHAT_IDS[which % CHAT_IDS.length] as string;
    const segment = segments[which % Math.max(1, segments.length)];
    const markId = markIds[which % Math.max(1, markIds.length)];
    if (kind < 5 || segment === undefined) {
      const source = which === 11 && atMs % 2 === 0 ? 'manual' : 'timer';
      const funding = which === 10 && atMs % 4 === 0 ? 'unfunded' : 'funded';
      const fact = { id, chatId, startedAtMs: atMs, elapsedMs: ms, source, funding, order } as const;
      segments.push(fact);
      facts.push({ list: 'segments', fact });
    } else if (kind === 5 || kind === 6) {
      const grown = { ...segment, elapsedMs: segment.elapsedMs + ms };
      segments[segments.indexOf(segment)] = grown;
      facts.push({ list: 'segments', fact: grown });
    } else if (kind === 7 || kind === 8) {
      const code = (['admitted', 'admitted', 'clamped', 'quarantined'] as const)[ms % 4] as 'admitted';
      const before = kind === 7 ? admissions.get(segment.id) : undefined;
      const fact =
        before === undefined
          ? { id, segmentId: segment.id, code, startMs: atMs, admittedElapsedMs: ms, order }
          : { ...before, admittedElapsedMs: before.admittedElapsedMs + ms };
      admissions.set(segment.id, fact);
      facts.push({ list: 'segmentAdmissions', fact });
    } else if (kind === 9 || kind === 10) {
      markIds.push(id);
      facts.push({ list: kind === 9 ? 'stopMarks' : 'chatEnds', fact: { id, chatId, atMs, order } });
    } else if (kind === 11 && markId !== undefined) {
      const code = which % 3 === 0 ? 'quarantined' : 'admitted';
      facts.push({ list: 'markAdmissions', fact: { id, markId, code, atMs, order } });
    } else if (kind === 12) {
      facts.push({ list: 'trimMarks', fact: { id, segmentId: segment.id, elapsedMs: ms, order } });
    } else if (kind === 13) {
      const action = (['admit', 'trim', 'void'] as const)[which % 3] as 'admit';
      const claimedElapsedMs = segment.elapsedMs;
      const fact = { id, targetId: segment.id, action, elapsedMs: ms, claimedElapsedMs, order };
      facts.push({ list: 'rulings', fact });
    } else if (kind === 14 || kind === 15) {
      const names = kind === 14 ? { chatId } : { advisorId: which % 4 === 3 ? 'b' : 'a' };
      const ratePerMinuteMinor = RATES[ms % RATES.length] as number;
      facts.push({ list: 'rateChanges', fact: { id, ...names, ratePerMinuteMinor, atMs, order } });
    } else if (kind === 16 && which < 6) {
      const value = INCREMENTS[which % INCREMENTS.length];
      facts.push({ list: 'policyChanges', fact: { id, key: 'billingIncrementMs', value, atMs, order } });
    } else if (kind === 17) {
      const type = (['topUp', 'refund', 'debit'] as const)[which % 3] as 'topUp';
      facts.push({ list: 'creditFacts', fact: { id, type, userId: 'u', amountMinor: ms, order } });
    } else {
      const advisorId = which % 4 === 3 ? 'b' : 'a';
      facts.push({ list: 'freeTimeGrants', fact: { id, userId: 'u', advisorId, ms: 2 * ms, atMs, order } });
    }
  });
  return facts;
}
