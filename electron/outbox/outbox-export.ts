/** The outbox to hand on: as a text a person can read, and what was refused as a facts file. */
import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { factsOfRefused } from '../../shared/queue.ts';
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
  return writeExport(folder, `outbox-${fileTime(nowMs)}.txt`, text);
}

/**
 * Writes the refused rows below `folder` as a facts file (DOMAIN.md, "Facts files") that `npm run settle` reads, with
 * the chats and segments of `known` that they name. Answers its path. Throws what the disk throws.
 */
export async function exportRefusedFacts(
  outbox: Pick<Outbox, 'refused'>,
  known: readonly DeviceRow[],
  folder: string,
  nowMs: number,
): Promise<{ file: string; rows: number }> {
  const refused = outbox.refused();
  const lines = factsOfRefused(refused, known);
  const text = lines.map((line) => `${JSON.stringify(line)}\n`).join('');
  const file = await writeExport(folder, `refused-${fileTime(nowMs)}.jsonl`, text);
  return { file, rows: refused.length };
}

function fileTime(nowMs: number): string {
  return new Date(nowMs).toISOString().replaceAll(':', '-');
}

async function writeExport(folder: string, name: string, text: string): Promise<string> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const file = path.join(folder, name);
  await writeFile(file, text, { mode: 0o600 });
  return file;
}
