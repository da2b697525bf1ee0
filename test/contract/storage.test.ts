/** One contract for both databases: the same rows, sequences, failures on libsql and on a real PostgreSQL. */
import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createSyncCore } from '../../sync-server/core/sync-core.ts';
import { NO_SCOPE } from '../../sync-server/storage/row-scope.ts';
import { createRowStore, type StoredText } from '../../sync-server/storage/row-store.ts';
import { openStorage, type Storage } from '../../sync-server/storage/storage.ts';
import {
  admissionOf,
  createDevice,
  createScene,
  memberActor,
  pullAll,
  seed,
  SERVER,
  T0,
  totalsOf,
  type CoreScene,
} from '../support/core-scene.ts';
import { startPostgres, whyNoPostgres, type TestPostgres } from '../support/postgres.ts';

interface Engine {
  name: 'libsql' | 'postgres';
  /** Opens a new, empty database; the function it returns opens the same one again. */
  fresh(): Promise<() => Promise<Storage>>;
  /** Makes the next commits fail as if the disk were full; returns how to end that. */
  fillDisk(storage: Storage): Promise<() => Promise<void>>;
}

const folder = mkdtempSync(path.join(os.tmpdir(), 'chatclock-storage-'));
let postgres: TestPostgres | undefined;
let databases = 0;

const libsql: Engine = {
  name: 'libsql',
  fresh: () => {
    const file = path.join(folder, `${(databases += 1)}.db`);
    return Promise.resolve(() => openStorage({ file }));
  },
  async fillDisk({ db }) {
    const { rows } = await sql<{ page_count: number }>`pragma page_count`.execute(db);
    await sql`pragma max_page_count = ${sql.raw(String((rows[0] as { page_count: number }).page_count))}`.execute(
      db,
    );
    return async () => void (await sql`pragma max_page_count = 1000000`.execute(db));
  },
};

const onPostgres: Engine = {
  name: 'postgres',
  async fresh() {
    const url = await (postgres as TestPostgres).createDatabase(`storage_${(databases += 1)}`);
    return () => openStorage({ url });
  },
  async fillDisk({ db }) {
    await sql`create function full_disk() returns trigger language plpgsql as $$ begin raise exception 'no space' using errcode = '53100'; end $$`.execute(
      db,
    );
    await sql`create trigger full_disk after insert on sync_row for each statement execute function full_disk()`.execute(
      db,
    );
    return async () => void (await sql`drop trigger full_disk on sync_row`.execute(db));
  },
};

const missing = whyNoPostgres();
if (missing !== undefined) process.stderr.write(`${missing}\n`);
const engines = missing === undefined ? [libsql, onPostgres] : [libsql];

beforeAll(async () => {
  if (missing === undefined) postgres = await startPostgres();
});
afterAll(async () => {
  await postgres?.stop();
  rmSync(folder, { recursive: true, force: true });
});

const text = (id: string, seq: number, given: Partial<StoredText> = {}): StoredText => ({
  ...{
    ...NO_SCOPE,
    id,
    type: 'message',
    seq,
    json: JSON.stringify({ type: 'message', id, text: 'a "b" \\ {} ü 漢 😀 \u0000' }),
  },
  ...given,
});

describe.each(engines)('storage on $name', (engine) => {
  describe('rows', () => {
    let open: () => Promise<Storage>;
    let storage: Storage;
    beforeAll(async () => {
      open = await engine.fresh();
      storage = await open();
    });
    afterAll(() => storage.close());

    const put = (...rows: StoredText[]) =>
      storage.db.transaction().execute((trx) => createRowStore(storage).put(trx, rows));

    it('come back as they went in, numbers as numbers', async () => {
      const row = text('a', 2 ** 53 - 2, { userId: 'u"\\', advisorId: 'a', chatId: 'c', deviceId: 'd' });
      await put(row);
      expect(await createRowStore(storage).byIds(['a'])).toEqual([row]);
      expect(await createRowStore(storage).find('message', 'a')).toEqual(row);
    });

    it('are overwritten by type and id, under their new sequence', async () => {
      await put(text('b', 11), text('b', 12, { type: 'stopMark' }));
      await put(text('b', 13, { json: '{"new":1}', advisorId: 'x' }));
      const rows = await createRowStore(storage).byIds(['b']);
      expect(rows.map(({ type, seq, json }) => [type, seq, json === '{"new":1}']).sort()).toEqual([
        ['message', 13, true],
        ['stopMark', 12, false],
      ]);
    });

    it('are never two under one sequence', async () => {
      await put(text('c', 21));
      await expect(put(text('d', 21))).rejects.toThrow();
    });

    it('are found by any number of ids', async () => {
      const rows = createRowStore(storage);
      await put(...Array.from({ length: 2_000 }, (_, n) => text(`many-${n}`, 1_000 + n)));
      expect(await rows.byIds([])).toEqual([]);
      expect(await rows.byIds(Array.from({ length: 5_000 }, (_, n) => `many-${n}`))).toHaveLength(2_000);
    });

    it('come in pages by sequence: of one advisor, of none, of all', async () => {
      await put(
        ...[1, 2, 3, 4].map((n) => text(`page-${n}`, 5_000 + n, { advisorId: n % 2 === 0 ? 'lea' : null })),
      );
      const rows = createRowStore(storage);
      const seqs = async (of: Parameters<typeof rows.page>[0], from: number, to: number, limit: number) =>
        (await rows.page(of, from, to, limit)).map((row) => row.seq - 5_000);
      expect(await seqs({ advisorId: 'lea' }, 5_000, 5_004, 10)).toEqual([2, 4]);
      expect(await seqs({ advisorId: null }, 5_000, 5_004, 10)).toEqual([1, 3]);
      expect(await seqs('all', 5_001, 5_003, 10)).toEqual([2, 3]);
      expect(await seqs('all', 5_000, 5_004, 3)).toEqual([1, 2, 3]);
    });

    it('survive being opened again, which migrates nothing twice', async () => {
      const again = await open();
      expect(await createRowStore(again).byIds(['a'])).toHaveLength(1);
      await again.close();
    });

    it('are all there or none when a transaction fails', async () => {
      await expect(
        storage.db.transaction().execute(async (trx) => {
          await createRowStore(storage).put(trx, [text('half', 9_001)]);
          throw new Error('in the middle');
        }),
      ).rejects.toThrow('in the middle');
      expect(await createRowStore(storage).byIds(['half'])).toEqual([]);
    });
  });

  describe('the core', () => {
    let open: () => Promise<Storage>;
    let scene: CoreScene;
    beforeAll(async () => {
      open = await engine.fresh();
      scene = await createScene(open);
      await seed(scene.core);
    });
    afterAll(() => scene.stop());

    it('gives eight writers at once gapless sequences, and a reader beside them sees no hole', async () => {
      const devices = Array.from({ length: 8 }, (_, n) =>
        createDevice(scene, memberActor('lea', `device-${n}`), `boot-${n}`),
      );
      for (const device of devices) await device.anchor();
      const reader = memberActor('sue', 'device-sue', 'supervisor');
      const start = (await scene.core.status()).highSeq;
      let isDone = false;
      const reading = (async () => {
        let seq = start;
        const seen = new Set<string>();
        for (;;) {
          const isLast = isDone;
          const page = await pullAll(scene.core, reader, seq, 50);
          for (const row of page.rows) if (row.type === 'timeSegment') seen.add(row.id);
          seq = page.toSeq;
          if (isLast) return seen;
        }
      })();
      await Promise.all(
        devices.map(async (device, d) => {
          for (let n = 0; n < 10; n += 1)
            await device.push(
              ...[0, 1, 2].map((k) =>
                device.segment(`seg-${d}-${n}-${k}`, 'chat-1', {
                  agoMs: 1_000_000 - n * 3_000 - k * 1_000,
                  elapsedMs: 500,
                }),
              ),
            );
        }),
      );
      isDone = true;
      expect((await reading).size).toBe(240);
      const { rows } = await sql<{
        n: number;
        low: number;
        high: number;
      }>`select count(*) as n, min(seq) as low, max(seq) as high from sync_row`.execute(scene.storage.db);
      expect((rows[0] as { high: number }).high).toBe((await scene.core.status()).highSeq);
    });

    it('loses nothing over a restart and goes on with the next sequence', async () => {
      const before = await pullAll(scene.core, SERVER);
      scene = await scene.restart();
      expect(await pullAll(scene.core, SERVER)).toEqual(before);
      const lea = createDevice(scene, memberActor('lea', 'device-0'), 'boot-0');
      const [answer] = await lea.push(lea.segment('after', 'chat-2', { agoMs: 5_000 }));
      expect(answer).toMatchObject({ code: 'admitted', seq: before.toSeq + 1 });
      expect(await admissionOf(scene.core, 'after')).toMatchObject({ startMs: T0 - 5_000 });
    });

    it('stores nothing of a push when the disk is full, says so, and goes on when there is room', async () => {
      const lea = createDevice(scene, memberActor('lea', 'device-0'), 'boot-0');
      const rows = Array.from({ length: 100 }, (_, n) =>
        lea.segment(`full-${n}`, 'chat-2', { agoMs: 900_000 - n * 1_000, elapsedMs: 100 }),
      );
      const before = await scene.core.status();
      const tracked = (await totalsOf(scene.core, 'chat-2')).trackedMs;
      const makeRoom = await engine.fillDisk(scene.storage);
      await expect(lea.push(...rows)).rejects.toMatchObject({ code: 'diskFull' });
      await expect(
        scene.core.write(SERVER, [
          { type: 'topUp', id: 'full', userId: 'finn', amountMinor: 1, atMs: T0, reason: 'x'.repeat(1_000) },
          ...Array.from({ length: 50 }, (_, n) => ({
            type: 'user' as const,
            id: `u-${n}`,
            name: 'y'.repeat(200),
          })),
        ]),
      ).rejects.toMatchObject({ code: 'diskFull' });
      await makeRoom();
      expect(await scene.core.status()).toEqual(before);
      expect(await scene.core.find(SERVER, 'timeSegment', 'full-0')).toBeUndefined();
      const answers = await lea.push(...rows);
      expect(answers.every((one) => one.code === 'admitted')).toBe(true);
      expect(await totalsOf(scene.core, 'chat-2')).toMatchObject({ trackedMs: tracked + 10_000 });
    });

    it('lets one server process write: the one that opened the database last', async () => {
      const storage = await open();
      const second = await createSyncCore({
        storage,
        clock: { nowMs: () => T0 },
        schedule: () => ({ stop: () => undefined }),
      });
      const lea = createDevice(scene, memberActor('lea', 'device-0'), 'boot-0');
      await expect(lea.push(lea.segment('old-process', 'chat-1', { agoMs: 100 }))).rejects.toMatchObject({
        code: 'serverBusy',
      });
      expect(await second.write(SERVER, [{ type: 'user', id: 'new-process' }])).toMatchObject([
        { isNew: true },
      ]);
      await second.close();
      await storage.close();
      scene = await scene.restart();
      expect(
        await createDevice(scene, lea.actor, 'boot-0').push(
          lea.segment('old-process', 'chat-1', { agoMs: 100 }),
        ),
      ).toMatchObject([{ code: 'admitted' }]);
    });

    it('keeps the clock from going back over a restart', async () => {
      scene.clock.advance(50_000);
      await scene.core.write(SERVER, [{ type: 'user', id: 'clock-1' }]);
      scene.clock.advance(-40_000);
      scene = await scene.restart();
      expect(scene.core.clockAlarm()).toEqual({ kind: 'wentBack', byMs: 40_000 });
      const lea = createDevice(scene, memberActor('lea', 'device-0'), 'boot-0');
      expect((await lea.beat()).serverNowMs).toBe(T0 + 50_000);
      scene.clock.advance(-60_000);
      scene = await scene.restart();
      await expect(createDevice(scene, lea.actor).push(lea.segment('x', 'chat-1'))).rejects.toMatchObject({
        code: 'clockRefused',
      });
      scene.core.confirmClock();
      expect((await createDevice(scene, lea.actor, 'boot-0').push({ type: 'timeSegment' }))[0]).toMatchObject(
        { code: 'badInput' },
      );
    });

    it('refuses ids that one of the databases could not keep', async () => {
      const lea = createDevice(scene, memberActor('lea', 'device-0'), 'boot-0');
      const answers = await lea.push(
        lea.segment('a\u0000b', 'chat-1'),
        lea.segment('\udc00', 'chat-1'),
        lea.segment('admission:x', 'chat-1'),
      );
      expect(answers.map((one) => one.code)).toEqual(['badInput', 'badInput', 'badInput']);
    });
  });
});
