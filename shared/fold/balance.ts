import { UNITS_PER_MINOR } from './billing.ts';
import type { FoldCreditFact, FoldGoodwill } from './fold-input.ts';
import { assertSafe } from './safe-integer.ts';
import type { ChatSettlement, UserSettlement } from './settlement.ts';

/**
 * What was given to and taken from a user, and what the chats cost. Given and taken are summed apart: a sum that only
 * grows is unsafe in every order or in none. May hold more than a safe integer until it is asserted.
 */
export interface AccountSums {
  givenMinor: bigint;
  takenMinor: bigint;
  goodwillUnits: bigint;
  costUnits: bigint;
  chargedMinor: bigint;
}

export function emptyAccount(): AccountSums {
  return { givenMinor: 0n, takenMinor: 0n, goodwillUnits: 0n, costUnits: 0n, chargedMinor: 0n };
}

export function addCredit(sums: AccountSums, { type, amountMinor }: FoldCreditFact): void {
  if (type === 'debit') sums.takenMinor += BigInt(amountMinor);
  else sums.givenMinor += BigInt(amountMinor);
}

/** `before` are the chat's figures that the sums hold already. */
export function addChat(
  sums: AccountSums,
  after: Pick<ChatSettlement, 'costUnits' | 'chargeMinor'>,
  before = { costUnits: 0, chargeMinor: 0 },
): void {
  sums.costUnits += BigInt(after.costUnits - before.costUnits);
  sums.chargedMinor += BigInt(after.chargeMinor - before.chargeMinor);
}

/**
 * One user's account: `60000 * (top-ups + refunds - debits) + goodwill - cost`, signed, in units; below zero it is a
 * debt. Throws UnsafeIntegerError when any sum reaches 2^53. Source: DOMAIN.md "The fold" 6.
 */
export function accountOf(userId: string, sums: AccountSums): UserSettlement {
  const creditedMinor = exact(sums.givenMinor, 'top-ups and refunds') - exact(sums.takenMinor, 'debits');
  const goodwillUnits = exact(sums.goodwillUnits, 'goodwill');
  const costUnits = exact(sums.costUnits, 'cost');
  const creditedUnits = assertSafe(creditedMinor * UNITS_PER_MINOR, 'credited units');
  return {
    userId,
    creditedMinor,
    goodwillUnits,
    costUnits,
    chargedMinor: exact(sums.chargedMinor, 'charge'),
    balanceUnits: assertSafe(assertSafe(creditedUnits + goodwillUnits, 'credits') - costUnits, 'balance'),
  };
}

/** The account of all of a user's facts at once; see accountOf. */
export function settleUser(
  userId: string,
  facts: {
    creditFacts: readonly FoldCreditFact[];
    goodwills: readonly FoldGoodwill[];
    chats: readonly ChatSettlement[];
  },
): UserSettlement {
  const sums = emptyAccount();
  for (const fact of facts.creditFacts) addCredit(sums, fact);
  for (const { units } of facts.goodwills) sums.goodwillUnits += BigInt(units);
  for (const chat of facts.chats) addChat(sums, chat);
  return accountOf(userId, sums);
}

function exact(sum: bigint, what: string): number {
  return assertSafe(Number(sum), what);
}
