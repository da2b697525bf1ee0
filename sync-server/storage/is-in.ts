/** SQL for `column in values` on each engine: whatever their number, one statement text. */
import { sql, type RawBuilder } from 'kysely';

export type IsIn = (column: string, values: readonly string[]) => RawBuilder<boolean>;

export const isInOf = {
  libsql: (column, values) =>
    sql<boolean>`${sql.ref(column)} in (select value from json_each(${JSON.stringify(values)}))`,
  postgres: (column, values) => sql<boolean>`${sql.ref(column)} = any(${[...values]}::text[])`,
} as const satisfies Record<'libsql' | 'postgres', IsIn>;
