/**
 * What is missing in the ledger: the difference between what should be posted of a user and what is. Pure.
 * Source: DOMAIN.md "Ledger and periods".
 */
import {
  cashAccount,
  chatAccount,
  chatOfAccount,
  goodwillAccount,
  grantsAccount,
  pairAccount,
  refundsAccount,
  userAccount,
  type Commodity,
} from './accounts.ts';
import type { Movement } from './ledger-entry.ts';
import type { LedgerPeriod } from './ledger-period.ts';
import type { ChatTarget, FactTarget, LedgerTargets } from './ledger-targets.ts';
import { findLine, type AccountLine, type UserLedger } from './user-ledger.ts';

/**
 * The movements that make the accounts of `posted` equal the targets: one for each new fact under the fact's own
 * sequence, and one for each chat, commodity and period that differs, under `causeSeq`. What is too much is taken back by
 * an entry with the accounts swapped, linked to the newest entry that charged the chat. Nothing missing: none.
 * `advisorOf` names the advisor of a chat that is no longer a target. In proportion to the user's chats.
 */
export function missingMovements(
  posted: UserLedger,
  targets: LedgerTargets,
  causeSeq: number,
  of: { userId: string; advisorOf(chatId: string): string | undefined },
): Movement[] {
  const movements = targets.facts.filter((fact) => fact.amount > 0).map(factMovement);
  const seen = new Set<AccountLine>();
  for (const target of targets.chats) {
    for (const commodity of ['freeTime', 'credit'] as const) {
      const line = findLine(posted, chatAccount(target.chatId), commodity, target);
      if (line !== undefined) seen.add(line);
      const amount = (commodity === 'credit' ? target.costUnits : target.freeMs) - (line?.balance ?? 0);
      if (amount === 0) continue;
      const charged = line?.lastCreditId ?? correctedCredit(posted, target, commodity);
      movements.push(chatMovement(target, commodity, amount, causeSeq, charged));
    }
  }
  for (const [account, lines] of posted.lines) {
    const chatId = chatOfAccount(account);
    if (chatId === undefined) continue;
    for (const line of lines) {
      if (seen.has(line) || line.balance === 0) continue;
      const advisorId = of.advisorOf(chatId) ?? '';
      const period = periodOf(line);
      const chat = { chatId, advisorId, userId: of.userId, ...period };
      movements.push(chatMovement(chat, line.commodity, -line.balance, causeSeq, line.lastCreditId));
    }
  }
  return movements;
}

/** What late time gives back was charged in the closed period. */
function correctedCredit(posted: UserLedger, target: ChatTarget, commodity: Commodity): string | null {
  const { chatId, correctsPeriod: periodId } = target;
  if (periodId === undefined) return null;
  return findLine(posted, chatAccount(chatId), commodity, { periodId })?.lastCreditId ?? null;
}

function periodOf({ periodId, correctsPeriod }: AccountLine): LedgerPeriod {
  return correctsPeriod === '' ? { periodId } : { periodId, correctsPeriod };
}

function chatMovement(
  chat: Pick<ChatTarget, 'chatId' | 'userId' | 'advisorId' | 'periodId' | 'correctsPeriod'>,
  commodity: Commodity,
  amount: number,
  causeSeq: number,
  charged: string | null,
): Movement {
  const { chatId, userId, advisorId, periodId, correctsPeriod } = chat;
  const payer = commodity === 'credit' ? userAccount(userId) : pairAccount(userId, advisorId);
  const receiver = chatAccount(chatId);
  const isReversal = amount < 0;
  return {
    userId,
    chatId,
    commodity,
    causeSeq,
    periodId,
    ...(correctsPeriod !== undefined && { correctsPeriod }),
    debitAccount: isReversal ? receiver : payer,
    creditAccount: isReversal ? payer : receiver,
    amount: Math.abs(amount),
    reverses: isReversal ? charged : null,
  };
}

function factMovement(fact: FactTarget): Movement {
  const { userId, chatId = null, periodId, correctsPeriod, seq, amount } = fact;
  return {
    userId,
    chatId,
    periodId,
    ...(correctsPeriod !== undefined && { correctsPeriod }),
    amount,
    causeSeq: seq,
    reverses: null,
    ...accountsOf(fact),
  };
}

function accountsOf(fact: FactTarget): Pick<Movement, 'commodity' | 'debitAccount' | 'creditAccount'> {
  const { userId } = fact;
  const user = userAccount(userId);
  switch (fact.type) {
    case 'topUp':
      return { commodity: 'credit', debitAccount: cashAccount(userId), creditAccount: user };
    case 'debit':
      return { commodity: 'credit', debitAccount: user, creditAccount: cashAccount(userId) };
    case 'refund':
      return { commodity: 'credit', debitAccount: refundsAccount(userId), creditAccount: user };
    case 'goodwill':
      return { commodity: 'credit', debitAccount: goodwillAccount(userId), creditAccount: user };
    case 'freeTimeGrant': {
      const advisorId = fact.advisorId as string;
      return {
        commodity: 'freeTime',
        debitAccount: grantsAccount(userId, advisorId),
        creditAccount: pairAccount(userId, advisorId),
      };
    }
  }
}
