/** Whose fold has moved since the last posting, and since when: every 15 minutes what runs is posted. */

/** Source: DOMAIN.md "Ledger and periods". */
export const POSTING_INTERVAL_MS = 15 * 60_000;
/** Users posted by one sweep: the first start with an older database catches up in steps. */
const MAX_USERS_AT_ONCE = 200;

export type Unposted = ReturnType<typeof createUnposted>;

export function createUnposted() {
  const sinceMs = new Map<string, number>();
  return {
    /** The fold of these users may have moved; the first instant stands. `-Infinity`: due at once. */
    note(userIds: Iterable<string>, nowMs: number): void {
      for (const userId of userIds) if (!sinceMs.has(userId)) sinceMs.set(userId, nowMs);
    },
    posted(userIds: Iterable<string>): void {
      for (const userId of userIds) sinceMs.delete(userId);
    },
    /** Whose time runs unposted for 15 minutes. */
    due(nowMs: number): string[] {
      const userIds: string[] = [];
      for (const [userId, since] of sinceMs) {
        if (nowMs - since < POSTING_INTERVAL_MS) continue;
        userIds.push(userId);
        if (userIds.length === MAX_USERS_AT_ONCE) break;
      }
      return userIds;
    },
  };
}
