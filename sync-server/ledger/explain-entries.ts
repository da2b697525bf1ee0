/** A chat's ledger entries in plain lines, each with the row that caused it. */
import type { Snapshot } from '../storage/snapshot.ts';
import { credits, instant, length } from './explain-words.ts';

export async function entryLines({ db }: Snapshot, chatId: string): Promise<string[]> {
  const entries = await db
    .selectFrom('ledger_entry')
    .selectAll()
    .where('chat_id', '=', chatId)
    .orderBy('position')
    .execute();
  const positions = new Map<string, number>();
  const lines: string[] = [];
  for (const entry of entries) {
    positions.set(entry.id, entry.position);
    const cause = await db
      .selectFrom('sync_row')
      .select(['type', 'id'])
      .where('seq', '=', entry.cause_seq)
      .executeTakeFirst();
    const amount =
      entry.commodity === 'credit'
        ? credits(entry.amount)
        : `${length(entry.amount)} free time (${entry.amount} ms)`;
    const period =
      entry.corrects_period === null
        ? entry.period_id
        : `${entry.period_id}, late time of ${entry.corrects_period}`;
    const reversed =
      entry.reverses === null ? '' : `, takes back of entry ${positions.get(entry.reverses) ?? '?'}`;
    lines.push(
      `entry ${entry.position} at ${instant(entry.at_ms)} [${period}] ${entry.debit_account} -> ${entry.credit_account} ${amount}${reversed}`,
      `    cause ${entry.cause_seq}: ${cause === undefined ? 'a copy that grew since' : `${cause.type} ${cause.id}`}; id ${entry.id}`,
    );
  }
  return lines;
}
