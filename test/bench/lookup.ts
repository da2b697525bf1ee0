/**
 * The old way (one record per pair, re-pointed to the chat that was opened last, looked up by pair) against the new one
 * (a record per chat, looked up by chat id) over 100,000 chats, both in the same real stores: libsql on disk and RxDB.
 * Old lookups that answer with another chat's record are counted: speed is not all that was wrong with it.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import Database from 'libsql';
import { createRxDatabase, type RxCollection, type RxJsonSchema } from 'rxdb';
import { getRxStorageMemory } from 'rxdb/plugins/storage-memory';
import { median, nowMs, packageVersion, ROUNDS, rounded, type BenchResult } from './figures.ts';

const CHATS = 100_000;
const CHATS_PER_PAIR = 4;
const LOOKUPS = 5_000;
/** Two runs of the same lookup differ by this much on a shared machine: less is not "slower". */
const TIMING_NOISE = 0.05;

interface Asked {
  chatId: string;
  userId: string;
  advisorId: string;
}
interface Store {
  name: string;
  version: string;
  oldLookup(asked: Asked): Promise<string | undefined>;
  newLookup(asked: Asked): Promise<string | undefined>;
  stop(): Promise<void>;
}

const padded = (n: number) => String(n).padStart(6, '0');

/** Chat `n`; the last chat of a pair is the one the old record points to. */
function chatOf(n: number): Asked {
  const pair = Math.floor(n / CHATS_PER_PAIR);
  return {
    chatId: `chat-${padded(n)}`,
    userId: `user-${padded(pair % 5_000)}`,
    advisorId: `advisor-${padded(Math.floor(pair / 5_000))}`,
  };
}

async function libsqlStore(): Promise<Store> {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'chatclock-bench-lookup-'));
  const db = new Database(path.join(folder, 'lookup.db'));
  db.exec(`
    CREATE TABLE old_record (id TEXT PRIMARY KEY, user_id TEXT NOT NULL, advisor_id TEXT NOT NULL, chat_id TEXT NOT NULL);
    CREATE INDEX old_record_pair ON old_record (user_id, advisor_id);
    CREATE TABLE new_record (id TEXT PRIMARY KEY, user_id TEXT NOT NULL, advisor_id TEXT NOT NULL);`);
  const oldInsert = db.prepare(
    'INSERT INTO old_record VALUES (?, ?, ?, ?) ON CONFLICT (id) DO UPDATE SET chat_id = excluded.chat_id',
  );
  const newInsert = db.prepare('INSERT INTO new_record VALUES (?, ?, ?)');
  db.exec('BEGIN');
  for (let n = 0; n < CHATS; n += 1) {
    const c = chatOf(n);
    oldInsert.run(`${c.advisorId}:${c.userId}`, c.userId, c.advisorId, c.chatId);
    newInsert.run(c.chatId, c.userId, c.advisorId);
  }
  db.exec('COMMIT');
  const byPair = db.prepare('SELECT * FROM old_record WHERE user_id = ? AND advisor_id = ?');
  const byId = db.prepare('SELECT * FROM new_record WHERE id = ?');
  return {
    name: 'libsql',
    version: packageVersion('libsql'),
    oldLookup: async (asked) =>
      (byPair.get(asked.userId, asked.advisorId) as { chat_id: string } | undefined)?.chat_id,
    newLookup: async (asked) => (byId.get(asked.chatId) as { id: string } | undefined)?.id,
    stop: async () => {
      db.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

interface OldDoc extends Asked {
  id: string;
}
interface NewDoc {
  id: string;
  userId: string;
  advisorId: string;
}
const text = { type: 'string', maxLength: 60 } as const;

async function rxdbStore(): Promise<Store> {
  const db = await createRxDatabase({
    name: `lookup-${process.pid}`,
    storage: getRxStorageMemory(),
    multiInstance: false,
  });
  const oldSchema: RxJsonSchema<OldDoc> = {
    version: 0,
    primaryKey: 'id',
    type: 'object',
    properties: { id: text, userId: text, advisorId: text, chatId: text },
    required: ['id', 'userId', 'advisorId', 'chatId'],
    indexes: [['userId', 'advisorId']],
  };
  const newSchema: RxJsonSchema<NewDoc> = {
    version: 0,
    primaryKey: 'id',
    type: 'object',
    properties: { id: text, userId: text, advisorId: text },
    required: ['id', 'userId', 'advisorId'],
  };
  const collections = await db.addCollections({
    old_record: { schema: oldSchema },
    new_record: { schema: newSchema },
  });
  const oldRecords = collections.old_record as RxCollection<OldDoc>;
  const newRecords = collections.new_record as RxCollection<NewDoc>;
  for (let from = 0; from < CHATS; from += 5_000) {
    const chats = Array.from({ length: 5_000 }, (_, i) => chatOf(from + i));
    await newRecords.bulkInsert(
      chats.map((c) => ({ id: c.chatId, userId: c.userId, advisorId: c.advisorId })),
    );
    const last = chats.filter((_, i) => i % CHATS_PER_PAIR === CHATS_PER_PAIR - 1);
    await oldRecords.bulkInsert(last.map((c) => ({ id: `${c.advisorId}:${c.userId}`, ...c })));
  }
  return {
    name: 'rxdb memory',
    version: packageVersion('rxdb'),
    oldLookup: async (asked) =>
      (await oldRecords.findOne({ selector: { userId: asked.userId, advisorId: asked.advisorId } }).exec())
        ?.chatId,
    newLookup: async (asked) => (await newRecords.findOne(asked.chatId).exec())?.id,
    stop: async () => {
      await db.remove();
    },
  };
}

/** A different sample each round, the same for both ways; 7,919 is coprime to the number of chats. */
function sample(round: number): Asked[] {
  return Array.from({ length: LOOKUPS }, (_, i) => chatOf(((round * LOOKUPS + i) * 7_919) % CHATS));
}

async function timed(
  asked: Asked[],
  lookup: Store['oldLookup'],
): Promise<{ usPerLookup: number; wrong: number }> {
  let wrong = 0;
  const from = nowMs();
  for (const one of asked) if ((await lookup(one)) !== one.chatId) wrong += 1;
  return { usPerLookup: ((nowMs() - from) * 1000) / asked.length, wrong };
}

async function measure(store: Store): Promise<{ line: Record<string, unknown>; missed: string[] }> {
  const old: number[] = [];
  const fresh: number[] = [];
  let oldWrong = 0;
  let newWrong = 0;
  for (let round = 0; round <= ROUNDS * 2; round += 1) {
    const asked = sample(round);
    const ways = [
      async () => ({ way: 'old', ...(await timed(asked, store.oldLookup)) }),
      async () => ({ way: 'new', ...(await timed(asked, store.newLookup)) }),
    ];
    if (round % 2 === 1) ways.reverse();
    for (const way of ways) {
      const result = await way();
      if (round === 0) continue; // warm-up
      (result.way === 'old' ? old : fresh).push(result.usPerLookup);
      if (result.way === 'old') oldWrong += result.wrong;
      else newWrong += result.wrong;
    }
  }
  const oldUs = rounded(median(old), 2);
  const newUs = rounded(median(fresh), 2);
  const ratio = rounded(median(fresh.map((us, i) => us / old[i]!)), 3);
  const missed: string[] = [];
  if (ratio > 1 + TIMING_NOISE)
    missed.push(`${store.name}: by id ${newUs} µs is slower than by pair ${oldUs} µs`);
  if (newWrong > 0)
    missed.push(`${store.name}: ${newWrong} lookups by id answered with another chat's record`);
  return {
    line: {
      store: store.name,
      storeVersion: store.version,
      chats: CHATS,
      chatsPerPair: CHATS_PER_PAIR,
      lookupsPerRound: LOOKUPS,
      rounds: old.length,
      oldByPairUs: oldUs,
      newByIdUs: newUs,
      newToOldRatio: ratio,
      oldAnsweredWithAnotherChatShare: rounded(oldWrong / (LOOKUPS * old.length), 3),
      newAnsweredWithAnotherChatShare: rounded(newWrong / (LOOKUPS * fresh.length), 3),
    },
    missed,
  };
}

export async function benchLookup(): Promise<BenchResult> {
  const lines: Record<string, unknown>[] = [];
  const missedAims: string[] = [];
  for (const open of [libsqlStore, rxdbStore]) {
    const store = await open();
    try {
      const { line, missed } = await measure(store);
      lines.push(line);
      missedAims.push(...missed);
    } finally {
      await store.stop();
    }
  }
  return { lines, missedAims };
}
