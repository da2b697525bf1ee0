/** Which users time alone changes: remembered from commits, found again after a restart. */
import type { StoredRow } from '../storage/row-scope.ts';
import { readStored, type RowStore } from '../storage/row-store.ts';
import type { Storage } from '../storage/storage.ts';
import type { CoreState } from './row-context.ts';

/**
 * `lastCommitMs`: what is dated later has not come into force in any projection yet. `recheckAtMs`: users whose stored projection says that something runs are settled again then, because a device that
 * vanished beside a server restart has left nothing else behind.
 */
export async function watchUnsettled(
  { db }: Storage,
  rows: Pick<RowStore, 'ofType'>,
  state: CoreState,
  { lastCommitMs, recheckAtMs }: { lastCommitMs: number; recheckAtMs: number },
) {
  const shownRunning = new Set(await usersWith(db, 'userProjection', '%"runningOnDeviceId"%'));
  for (const userId of await usersWith(db, 'segmentAdmission', '%"code":"clamped"%'))
    state.clippedUserIds.add(userId);
  /** By user: when a dated rate or grant comes into force. */
  const dates = new Map<string, number[]>();

  function noteDate(userId: string, atMs: number): void {
    const ofUser = dates.get(userId);
    if (ofUser === undefined) dates.set(userId, [atMs]);
    else ofUser.push(atMs);
  }

  /** Facts dated later than now. */
  function noteCommit(stored: readonly StoredRow[], nowMs: number): void {
    for (const { row, userId, advisorId } of stored) {
      if (row.type !== 'rateChange' && row.type !== 'freeTimeGrant') continue;
      if (row.atMs <= nowMs) continue;
      if (userId !== null) noteDate(userId, row.atMs);
      else if (advisorId !== null)
        for (const one of state.directory.usersOf(advisorId)) noteDate(one, row.atMs);
    }
  }
  for (const type of ['rateChange', 'freeTimeGrant'] as const)
    noteCommit((await rows.ofType(type)).map(readStored), lastCommitMs);

  return {
    noteCommit,

    due(nowMs: number): {
      userIds: Set<string>;
      segments: { segmentId: string; chatId: string; deviceId: string }[];
    } {
      const userIds = new Set(state.clippedUserIds);
      if (nowMs >= recheckAtMs) {
        for (const userId of shownRunning) userIds.add(userId);
        shownRunning.clear();
      }
      for (const [userId, instants] of dates) {
        const later = instants.filter((atMs) => atMs > nowMs);
        if (later.length === instants.length) continue;
        userIds.add(userId);
        if (later.length === 0) dates.delete(userId);
        else dates.set(userId, later);
      }
      return { userIds, segments: state.contacts.lapsed(nowMs) };
    },
  };
}

async function usersWith(db: Storage['db'], type: StoredRow['type'], pattern: string): Promise<string[]> {
  const rows = await db
    .selectFrom('sync_row')
    .select('user_id')
    .distinct()
    .where('type', '=', type)
    .where('json', 'like', pattern)
    .execute();
  return rows.flatMap(({ user_id }) => (user_id === null ? [] : [user_id]));
}
