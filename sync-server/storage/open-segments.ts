/** Who has a segment that is not closed. */
import type { Kysely } from 'kysely';
import type { CoreDatabase } from './tables.ts';

export async function usersWithOpenSegments(db: Kysely<CoreDatabase>): Promise<string[]> {
  const rows = await db
    .selectFrom('sync_row')
    .select('user_id')
    .distinct()
    .where('type', '=', 'timeSegment')
    .where('json', 'like', '%"closed":false%')
    .execute();
  return rows.flatMap(({ user_id }) => (user_id === null ? [] : [user_id]));
}
