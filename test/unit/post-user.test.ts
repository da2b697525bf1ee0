import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { accountChanges } from '../../sync-server/ledger/account-changes.ts';
import { chainEntry, EMPTY_CHAIN, type Movement } from '../../sync-server/ledger/ledger-entry.ts';
import type { ChatTarget, FactTarget, LedgerTargets } from '../../sync-server/ledger/ledger-targets.ts';
import { FIRST_PERIOD } from '../../sync-server/ledger/ledger-period.ts';
import { missingMovements } from '../../sync-server/ledger/post-user.ts';
import {
  balanceOf,
  createUserLedger,
  enterLine,
  findLine,
  type UserLedger,
} from '../../sync-server/ledger/user-ledger.ts';
import { PROPERTY_TIMEOUT_MS, runs } from '../spec/property-runs.ts';

const OF_EMMA = { userId: 'emma', advisorOf: advisorOfChat };

/** A ledger of one user in memory: posts, and keeps every entry. */
function createBooks() {
  const ledger: UserLedger = createUserLedger();
  const entries: { movement: Movement; id: string }[] = [];
  let head = EMPTY_CHAIN;
  return {
    ledger,
    entries,
    post(targets: LedgerTargets, causeSeq: number): Movement[] {
      const movements = missingMovements(ledger, targets, causeSeq, OF_EMMA);
      const rows = movements.map((movement) => {
        const entry = chainEntry(head, movement, causeSeq);
        head = entry;
        entries.push({ movement, id: entry.id });
        return entry;
      });
      for (const change of accountChanges(movements, rows)) {
        const period = { periodId: change.period_id, correctsPeriod: change.corrects_period };
        const commodity = change.commodity as 'credit' | 'freeTime';
        const before = findLine(ledger, change.account, commodity, period);
        enterLine(ledger, {
          ...change,
          balance: (before?.balance ?? 0) + change.balance,
          last_credit_id: change.last_credit_id ?? before?.lastCreditId ?? null,
        });
      }
      return movements;
    },
    sum(commodity: 'credit' | 'freeTime'): number {
      return [...ledger.lines.values()]
        .flat()
        .reduce((sum, line) => sum + (line.commodity === commodity ? line.balance : 0), 0);
    },
  };
}

const chatTarget = (given: Partial<ChatTarget> = {}): ChatTarget => ({
  ...{ chatId: 'c1', userId: 'emma', advisorId: 'lea', periodId: FIRST_PERIOD, costUnits: 0, freeMs: 0 },
  ...given,
});
const only = (...chats: ChatTarget[]): LedgerTargets => ({ chats, facts: [] });

describe('posting a user', () => {
  it('posts the difference only, and nothing the second time', () => {
    const books = createBooks();
    books.post(only(chatTarget({ costUnits: 500, freeMs: 60 })), 1);
    expect(books.post(only(chatTarget({ costUnits: 700, freeMs: 60 })), 2)).toMatchObject([
      { debitAccount: 'user:emma', creditAccount: 'chat:c1', amount: 200, causeSeq: 2, reverses: null },
    ]);
    expect(books.post(only(chatTarget({ costUnits: 700, freeMs: 60 })), 3)).toEqual([]);
  });

  it('takes back by an entry with the accounts swapped, linked to the newest that charged', () => {
    const books = createBooks();
    books.post(only(chatTarget({ costUnits: 500 })), 1);
    books.post(only(chatTarget({ costUnits: 700 })), 2);
    const newest = books.entries[1]?.id;
    expect(books.post(only(chatTarget({ costUnits: 100 })), 3)).toMatchObject([
      { debitAccount: 'chat:c1', creditAccount: 'user:emma', amount: 600, reverses: newest },
    ]);
    // A reversal charges nobody: the next one is linked past it.
    expect(books.post(only(chatTarget({ costUnits: 0 })), 4)).toMatchObject([
      { amount: 100, reverses: newest },
    ]);
  });

  it('takes back what is no target any more', () => {
    const books = createBooks();
    books.post(only(chatTarget({ costUnits: 500 }), chatTarget({ chatId: 'c2', freeMs: 9 })), 1);
    expect(books.post(only(), 2)).toMatchObject([
      { chatId: 'c1', amount: 500, creditAccount: 'user:emma' },
      { chatId: 'c2', amount: 9, creditAccount: 'pair:emma/lea' },
    ]);
    expect([balanceOf(books.ledger, 'user:emma', 'credit'), books.sum('freeTime')]).toEqual([0, 0]);
  });

  it('keeps periods apart: late time is posted in the open period and names the one it corrects', () => {
    const books = createBooks();
    const closed = chatTarget({ periodId: 'p1', costUnits: 500 });
    books.post(only(closed), 1);
    const late = chatTarget({ periodId: 'open-2', correctsPeriod: 'p1', costUnits: 30 });
    const own = chatTarget({ periodId: 'open-2', costUnits: 30 });
    const movements = books.post(only(closed, late, own), 2);
    expect(movements.map((one) => [one.periodId, one.correctsPeriod, one.amount])).toEqual([
      ['open-2', 'p1', 30],
      ['open-2', undefined, 30],
    ]);
    expect(new Set(books.entries.map((one) => one.id)).size).toBe(3);
  });

  it(
    'makes every account what the targets say, whatever came before',
    () => {
      const amount = fc.integer({ min: 0, max: 1_000 });
      const target = fc
        .record({
          chatId: fc.constantFrom('c1', 'c2', 'c/3'),
          advisorId: fc.constantFrom('lea', 'm/x'),
          period: fc.constantFrom(
            { periodId: 'p1' },
            { periodId: 'p2' },
            { periodId: 'p2', correctsPeriod: 'p1' },
          ),
          costUnits: amount,
          freeMs: amount,
        })
        .map(({ period, ...rest }) =>
          chatTarget({ ...rest, ...period, advisorId: advisorOfChat(rest.chatId) }),
        );
      const fact = fc.record({
        type: fc.constantFrom('topUp', 'debit', 'refund', 'goodwill', 'freeTimeGrant'),
        amount,
      }) as fc.Arbitrary<Pick<FactTarget, 'type' | 'amount'>>;
      const step = fc.record({
        chats: fc.uniqueArray(target, {
          selector: (one) => JSON.stringify([one.chatId, one.periodId, one.correctsPeriod]),
          maxLength: 4,
        }),
        facts: fc.array(fact, { maxLength: 2 }),
      });
      fc.assert(
        fc.property(fc.array(step, { minLength: 1, maxLength: 4 }), (steps) => {
          const books = createBooks();
          let seq = 0;
          let credited = 0;
          let granted = 0;
          for (const { chats, facts } of steps) {
            const dated = facts.map((one): FactTarget => {
              seq += 1;
              if (one.type === 'freeTimeGrant') granted += one.amount;
              else credited += one.type === 'debit' ? -one.amount : one.amount;
              return { ...one, factId: `f${seq}`, seq, userId: 'emma', advisorId: 'lea', periodId: 'p1' };
            });
            seq += 1;
            books.post({ chats, facts: dated }, seq);
            const cost = chats.reduce((sum, one) => sum + one.costUnits, 0);
            const freeOf = (advisorId: string): number =>
              chats.reduce((sum, one) => sum + (one.advisorId === advisorId ? one.freeMs : 0), 0);
            equal(balanceOf(books.ledger, 'user:emma', 'credit'), credited - cost, 'user');
            equal(balanceOf(books.ledger, 'pair:emma/lea', 'freeTime'), granted - freeOf('lea'), 'pair');
            equal(balanceOf(books.ledger, 'pair:emma/m%2Fx', 'freeTime'), 0 - freeOf('m/x'), 'other pair');
            for (const one of chats) {
              const lineOf = (commodity: 'credit' | 'freeTime'): number =>
                findLine(books.ledger, `chat:${one.chatId}`, commodity, one)?.balance ?? 0;
              equal(lineOf('credit'), one.costUnits, 'cost');
              equal(lineOf('freeTime'), one.freeMs, 'free time');
            }
            equal(books.sum('credit'), 0, 'sum');
            equal(books.sum('freeTime'), 0, 'sum');
            equal(
              missingMovements(books.ledger, { chats, facts: [] }, seq + 1, OF_EMMA).length,
              0,
              'second posting',
            );
          }
          const byId = new Map(books.entries.map((one) => [one.id, one.movement]));
          equal(byId.size, books.entries.length, 'ids');
          for (const { movement } of books.entries) {
            equal(movement.amount > 0, true, 'amount above zero');
            if (movement.reverses === null) continue;
            const reversed = byId.get(movement.reverses);
            equal(reversed?.debitAccount, movement.creditAccount, 'swapped');
            equal(reversed?.creditAccount, movement.debitAccount, 'swapped');
            equal(reversed?.reverses, null, 'reverses a charge');
          }
        }),
        runs(),
      );
    },
    PROPERTY_TIMEOUT_MS,
  );
});

/** Cheaper than `expect`, a hundred of which each case needs. */
function equal(found: unknown, expected: unknown, what: string): void {
  if (found !== expected) throw new Error(`${what}: ${String(found)} instead of ${String(expected)}`);
}

/** A chat never changes its advisor. */
function advisorOfChat(chatId: string): string {
  return chatId === 'c/3' ? 'm/x' : 'lea';
}
