/** Ids of a replay follow from the file's content and the run's name: the same run creates nothing twice. */
import { createHash } from 'node:crypto';

export type ReplayIds = ReturnType<typeof createReplayIds>;

export function createReplayIds(options: {
  fileText: string;
  run: string;
  advisor?: { fileId: string; serverId: string };
}) {
  const runHash = createHash('sha256').update(options.run).update('\0').update(options.fileText).digest();
  const idOf = (...parts: string[]): string =>
    `replay-${createHash('sha256').update(runHash).update(JSON.stringify(parts)).digest('hex').slice(0, 24)}`;

  return {
    user: (userId: string) => idOf('user', userId),
    /** The advisor that a desk plays is one the server has; the others are made for this run. */
    advisor: (advisorId: string) =>
      advisorId === options.advisor?.fileId ? options.advisor.serverId : idOf('advisor', advisorId),
    chat: (chatId: string) => idOf('chat', chatId),
    message: (chatId: string, n: number) => idOf('message', chatId, String(n)),
    topUp: (userId: string) => idOf('topUp', userId),
    grant: (userId: string, advisorId: string) => idOf('grant', userId, advisorId),
    rate: (advisorId: string) => idOf('rate', advisorId),
  };
}
