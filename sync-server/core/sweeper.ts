/**
 * Hands what time alone changes to the one writer, a job for each user or chat: where one cannot be stored the others
 * are, and it is left in peace for a minute instead of making every sweep fail.
 */
import type { Committer } from './committer.ts';
import { sweepJob, type SweepDue } from './jobs.ts';

const REST_MS = 60_000;

export function createSweeper(committer: Pick<Committer, 'do'>) {
  /** By user or chat: until when it is left in peace, server clock, ms. */
  const restsUntilMs = new Map<string, number>();

  return {
    /** Throws what the first failed job throws, after all have ended. */
    async sweep(due: SweepDue, nowMs: number): Promise<void> {
      const parts = [...partsOf(due)].filter(([key]) => (restsUntilMs.get(key) ?? 0) <= nowMs);
      const ended = await Promise.allSettled(parts.map(([, part]) => committer.do(sweepJob(part))));
      ended.forEach((one, position) => {
        const [key] = parts[position] as [string, SweepDue];
        if (one.status === 'fulfilled') restsUntilMs.delete(key);
        else restsUntilMs.set(key, nowMs + REST_MS);
      });
      const failed = ended.find((one) => one.status === 'rejected');
      if (failed !== undefined) throw failed.reason;
    },
  };
}

function partsOf({ userIds, segments, unpostedUserIds }: SweepDue): Map<string, SweepDue> {
  const parts = new Map<string, SweepDue>();
  const nothing = { userIds: new Set<string>(), segments: [], unpostedUserIds: [] };
  for (const userId of userIds) parts.set(`user ${userId}`, { ...nothing, userIds: new Set([userId]) });
  for (const userId of unpostedUserIds) {
    const key = `user ${userId}`;
    parts.set(key, { ...(parts.get(key) ?? nothing), unpostedUserIds: [userId] });
  }
  for (const segment of segments) {
    const key = `chat ${segment.chatId}`;
    const part = parts.get(key) ?? nothing;
    parts.set(key, { ...part, segments: [...part.segments, segment] });
  }
  return parts;
}
