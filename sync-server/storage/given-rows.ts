/** Many rows in one statement, whatever their number: one JSON text for libsql, one array a column for PostgreSQL. */
import { sql, type RawBuilder } from 'kysely';
import type { Storage } from './storage.ts';

/** A column's name and its type on PostgreSQL. */
export type GivenColumn<Row> = readonly [name: keyof Row & string, type: 'text' | 'bigint'];

/** `insert into TABLE (columns) select …` of the rows, to be followed by `on conflict` or `returning`. */
export function insertGiven<Row extends object>(
  engine: Storage['engine'],
  table: string,
  columns: readonly GivenColumn<Row>[],
  rows: readonly Row[],
): RawBuilder<unknown> {
  const names = sql.raw(columns.map(([name]) => name).join(', '));
  if (engine === 'libsql') {
    const lines = rows.map((row) => columns.map(([name]) => row[name]));
    const fields = sql.raw(columns.map((_, position) => `value->>${position}`).join(', '));
    // `where true` keeps SQLite from reading "on conflict" as a join.
    return sql`insert into ${sql.raw(table)} (${names}) select ${fields} from json_each(${JSON.stringify(lines)}) where true`;
  }
  const arrays = columns.map(([name, type]) => sql`${rows.map((row) => row[name])}::${sql.raw(type)}[]`);
  return sql`insert into ${sql.raw(table)} (${names}) select given.* from unnest(${sql.join(arrays)}) as given`;
}
