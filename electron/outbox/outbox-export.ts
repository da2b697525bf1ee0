/** The outbox as a text a person can read and hand on: what waits for the server, and what it refused. */
import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { DeviceRow } from '../../shared/rows.ts';
import type { Outbox } from './outbox.ts';

function paragraphOf(row: DeviceRow, heading: string): string {
  return `${heading}\n${JSON.stringify(row, null, 2)}\n`;
}

/** Writes the file below `folder` and answers its path. Throws what the disk throws. */
export async function exportOutbox(
  outbox: Pick<Outbox, 'waiting' | 'refused'>,
  folder: string,
  nowMs: number,
): Promise<string> {
  const waiting = outbox.waiting();
  const refused = outbox.refused();
  const at = new Date(nowMs).toISOString();
  const text = [
    `Chatclock outbox, ${at}: ${waiting.length} waiting, ${refused.length} refused\n`,
    ...waiting.map((row) => paragraphOf(row, `waiting: ${row.type} ${row.id}`)),
    ...refused.map(({ row, code }) => paragraphOf(row, `refused (${code}): ${row.type} ${row.id}`)),
  ].join('\n');
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const file = path.join(folder, `outbox-${at.replaceAll(':', '-')}.txt`);
  await writeFile(file, text, { mode: 0o600 });
  return file;
}
