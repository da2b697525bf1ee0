/** What can be done with the queue. A failure is shown as the desk's problem. */
import { chatIdOfRow, type RefusedRow } from '../../../shared/queue.ts';
import { api } from '../../api.ts';
import { useDeskDatabase } from '../../stores/desk-database.ts';
import { setDesk } from '../../stores/desk.ts';
import { readNamedRows } from '../../stores/queue-names.ts';
import { codeOfError } from '../../words/errors.ts';

async function attempt<T>(work: () => Promise<T>): Promise<T | null> {
  try {
    setDesk({ problem: null });
    return await work();
  } catch (error) {
    setDesk({ problem: codeOfError(error) });
    return null;
  }
}

export function retryRefused(id: string): Promise<unknown> {
  return attempt(() => api.call('retryRefusedRow', { id }));
}

export function retryAllRefused(): Promise<unknown> {
  return attempt(() => api.call('retryAllRefused', null));
}

/** The file's path; null when it could not be written. */
export async function exportAll(): Promise<string | null> {
  return (await attempt(() => api.call('exportOutbox', null)))?.file ?? null;
}

/** Writes every refused row as a facts file, with the chats and segments they name; answers its path. */
export async function exportRefused(rows: readonly RefusedRow[]): Promise<string | null> {
  const { database } = useDeskDatabase.getState();
  const chatIds = [...new Set(rows.map(({ row }) => chatIdOfRow(row)))];
  const segmentIds = rows.flatMap(({ row }) => (row.type === 'trimMark' ? [row.segmentId] : []));
  const answer = await attempt(async () => {
    const known = database === null ? [] : await readNamedRows(database, chatIds, segmentIds);
    return api.call('exportRefusedFacts', { known });
  });
  return answer?.file ?? null;
}
