import { UNITS_PER_MINOR } from './billing.ts';
import type { FoldCreditFact, FoldGoodwill } from './fold-input.ts';
import { assertSafe } from './safe-integer.ts';
import type { ChatSettlement, UserSettlement } from './settlement.ts';

/**
 * One user's account: `60000 * (top-ups + refunds - debits) + goodwill - cost`, signed, in units; below zero it is a
 * debt. Throws UnsafeIntegerError when any sum reaches 2^53. Source: DOMAIN.md "The fold" 6.
 */
export function settleUser(
  userId: string,
  facts: {
    creditFacts: readonly FoldCreditFact[];
    goodwills: readonly FoldGoodwill[];
    chats: readonly ChatSettlement[];
  },
): UserSettlement {
  // Given and taken are summed apart: a sum that only grows is unsafe in every order or in none.
  const givenMinor = sum(
    facts.creditFacts,
    (fact) => (fact.type === 'debit' ? 0 : fact.amountMinor),
    'top-ups and refunds',
  );
  const takenMinor = sum(
    facts.creditFacts,
    (fact) => (fact.type === 'debit' ? fact.amountMinor : 0),
    'debits',
  );
  const creditedMinor = givenMinor - takenMinor;
  const goodwillUnits = sum(facts.goodwills, (fact) => fact.units, 'goodwill');
  const costUnits = sum(facts.chats, (chat) => chat.costUnits, 'cost');
  const creditedUnits = assertSafe(creditedMinor * UNITS_PER_MINOR, 'credited units');
  return {
    userId,
    creditedMinor,
    goodwillUnits,
    costUnits,
    chargedMinor: sum(facts.chats, (chat) => chat.chargeMinor, 'charge'),
    balanceUnits: assertSafe(assertSafe(creditedUnits + goodwillUnits, 'credits') - costUnits, 'balance'),
  };
}

function sum<T>(items: readonly T[], amountOf: (item: T) => number, what: string): number {
  let total = 0;
  for (const item of items) total = assertSafe(total + amountOf(item), what);
  return total;
}
