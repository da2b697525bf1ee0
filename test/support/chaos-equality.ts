/** After a chaos run: what each device holds against what the server holds, and what the server made of it. */
import type { Page } from 'playwright';
import { isPulledRow, ROW_COLLECTIONS } from '../../renderer/database/documents.ts';
import { expect } from 'vitest';
import type { SequencedRow } from '../../shared/wire.ts';
import { openLedgerDatabase } from '../../sync-server/ledger/ledger-database.ts';
import { verifyLedger } from '../../sync-server/ledger/verify-ledger.ts';
import { localDocuments } from './e2e-windows.ts';
import { newestById, ofType, unionMs } from './http-device.ts';

/** In words, what a device's local database has otherwise than the server's rows (as its advisor sees them). */
export async function replicaDifferences(desk: Page, rows: readonly SequencedRow[]): Promise<string[]> {
  const documents = new Map<string, Record<string, unknown>>();
  const differences: string[] = [];
  for (const collection of ROW_COLLECTIONS) {
    for (const one of await localDocuments(desk, collection)) {
      if (one._deleted === true) continue;
      const key = `${String(one.type)} ${String(one.id)}`;
      if (documents.has(key)) differences.push(`${key} is there twice`);
      documents.set(key, one);
    }
  }
  for (const { seq, row } of rows) {
    if (!isPulledRow(row)) continue;
    const key = `${row.type} ${row.id}`;
    const here = documents.get(key);
    documents.delete(key);
    if (here === undefined) differences.push(`${key} is missing`);
    else if (here.seq !== seq) differences.push(`${key} has sequence ${String(here.seq)}, not ${seq}`);
    else
      for (const [field, value] of Object.entries(row))
        if (JSON.stringify(here[field]) !== JSON.stringify(value))
          differences.push(
            `${key}: ${field} is ${JSON.stringify(here[field])}, not ${JSON.stringify(value)}`,
          );
  }
  return [...differences, ...[...documents.keys()].map((key) => `${key} is too much`)];
}

/** What `npm run verify-ledger` says of the server's database, while the server runs: sound, and something is in it. */
export async function expectSoundLedger(serverDataDir: string): Promise<void> {
  const database = await openLedgerDatabase(serverDataDir, []);
  try {
    const { problems, lines } = await verifyLedger(database);
    expect(problems).toEqual([]);
    expect(lines[0]).toMatch(/^entries +[1-9]/);
  } finally {
    await database.close();
  }
}

/** Rows that the server answers more than once. */
export function doubledRows(rows: readonly SequencedRow[]): string[] {
  const keys = rows.map(({ row }) => `${row.type} ${row.id}`);
  return keys.filter((key, n) => keys.indexOf(key) !== n);
}

/**
 * Each chat's time by the tests' own reckoning: admitted segments, cut by the earliest admitted mark within them, then
 * their union. ms.
 */
export function countedMs(rows: readonly SequencedRow[]): Map<string, number> {
  const marks = new Map<string, number[]>();
  for (const mark of newestById(ofType(rows, 'markAdmission')).values())
    if (mark.code === 'admitted') marks.set(mark.chatId, [...(marks.get(mark.chatId) ?? []), mark.atMs]);
  const byChat = new Map<string, { startMs: number; endMs: number }[]>();
  for (const one of newestById(ofType(rows, 'segmentAdmission')).values()) {
    if (one.code === 'quarantined') continue;
    const endMs = one.startMs + one.admittedElapsedMs;
    const cuts = (marks.get(one.chatId) ?? []).filter((atMs) => atMs > one.startMs && atMs < endMs);
    const interval = { startMs: one.startMs, endMs: Math.min(endMs, ...cuts) };
    byChat.set(one.chatId, [...(byChat.get(one.chatId) ?? []), interval]);
  }
  return new Map([...byChat].map(([chatId, intervals]) => [chatId, unionMs(intervals)]));
}
