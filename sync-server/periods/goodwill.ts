/**
 * What late time elsewhere made a chat cost in closed periods is not the user's to pay (DOMAIN.md, "Ledger and periods"):
 * late time of another chat used free time that was this one's.
 */
import { createHash } from 'node:crypto';
import { NO_AMOUNTS } from '../../shared/fold/period-slices.ts';
import { scopeOfChat } from '../core/row-context.ts';
import { factsOf, type UserBook } from '../core/user-book.ts';
import type { Work } from '../core/work.ts';
import type { FoldSources } from '../settlement/fold-book.ts';
import { closedTimeOf } from './closed-time.ts';
import { frozenByChat } from './open-lines.ts';
import type { Periods } from './periods.ts';

/**
 * Writes a goodwill fact for every chat that costs more in closed periods than they and earlier goodwill say, although it
 * has no late time of its own. Asked again it writes nothing: goodwill moves no time and no cost. What was given is
 * never taken back; it counts against what would be given next. Throws UnsafeIntegerError.
 */
export function giveGoodwill(work: Work, book: UserBook, sources: FoldSources, periods: Periods): void {
  const last = periods.last();
  if (last === undefined) return;
  const { placed } = closedTimeOf(book, sources, periods);
  const frozen = frozenByChat(book.frozenLines ?? []);
  for (const [chatId, now] of placed) {
    const then = frozen.get(chatId) ?? NO_AMOUNTS;
    if (now.trackedMs > then.trackedMs || now.costUnits <= then.costUnits) continue;
    const chat = book.chats.get(chatId);
    const givenUnits = givenSince(book, chatId, last.id);
    const units = now.costUnits - then.costUnits - givenUnits;
    if (chat === undefined || units <= 0) continue;
    const id = `goodwill:${hashOf([chatId, last.id, givenUnits + units])}`;
    const { userId } = book;
    work.put(
      { type: 'goodwill', id, userId, chatId, units, atMs: work.nowMs, correctsPeriod: last.id },
      scopeOfChat(chat),
    );
  }
}

function givenSince(book: UserBook, chatId: string, periodId: string): number {
  let units = 0;
  for (const { row } of factsOf(book, 'goodwill'))
    if (row.chatId === chatId && row.correctsPeriod === periodId) units += row.units;
  return units;
}

function hashOf(fields: readonly unknown[]): string {
  return createHash('sha256').update(JSON.stringify(fields)).digest('hex').slice(0, 40);
}
