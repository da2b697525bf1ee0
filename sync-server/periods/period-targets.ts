/** What the ledger should hold of a user, period by period. */
import { amountsByChat } from '../../shared/fold/period-slices.ts';
import type { SettlementOfUser } from '../../shared/fold/fold.ts';
import type { UserBook } from '../core/user-book.ts';
import { ledgerPeriodId } from '../ledger/ledger-period.ts';
import {
  factTargets,
  targetsInFirstPeriod,
  type ChatTarget,
  type LedgerTargetsOf,
} from '../ledger/ledger-targets.ts';
import type { FoldSources } from '../settlement/fold-book.ts';
import { closedTimeOf } from './closed-time.ts';
import { openLines } from './open-lines.ts';
import type { PeriodLine } from './period-line.ts';
import type { Periods } from './periods.ts';

export function createPeriodTargets(sources: FoldSources, periods: Periods): LedgerTargetsOf {
  return (book, settled, postedSeq) => {
    if (periods.openNumber() === 1) return targetsInFirstPeriod(book, settled, postedSeq);
    const period = { periodId: ledgerPeriodId(periods.openNumber()) };
    return {
      chats: linesNow(book, settled, sources, periods).flatMap((line) => chatTarget(book, line)),
      facts: factTargets(book, postedSeq, () => period).map((fact) => {
        if (fact.type !== 'goodwill') return fact;
        const row = book.facts.get(fact.factId)?.row;
        const corrected = periods
          .closed()
          .find((one) => row?.type === 'goodwill' && one.id === row.correctsPeriod);
        return corrected === undefined ? fact : { ...fact, correctsPeriod: ledgerPeriodId(corrected.number) };
      }),
    };
  };
}

/** All lines of a user: what closed periods hold for ever, and what is left for the open one. */
function linesNow(
  book: UserBook,
  settled: SettlementOfUser,
  sources: FoldSources,
  periods: Periods,
): PeriodLine[] {
  const now = amountsByChat(settled.chats);
  const frozen = book.frozenLines ?? [];
  return [...frozen, ...openLines(now, closedTimeOf(book, sources, periods).untilEnds, frozen)];
}

function chatTarget(book: UserBook, line: PeriodLine): ChatTarget[] {
  const chat = book.chats.get(line.chatId)?.row;
  if (chat === undefined) return [];
  const { chatId, periodNumber, correctsNumber, costUnits, freeMs } = line;
  return [
    {
      ...{ chatId, userId: chat.userId, advisorId: chat.advisorId, costUnits, freeMs },
      periodId: ledgerPeriodId(periodNumber),
      ...(correctsNumber > 0 && { correctsPeriod: ledgerPeriodId(correctsNumber) }),
    },
  ];
}
