import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { DeviceRow } from '../../shared/rows.ts';
import { createHttpDevice, newestById, ofType, type HttpDevice } from '../support/http-device.ts';
import { makeOrganisation } from '../support/organisation.ts';
import { startServerProcess, type ServerProcess } from '../support/server-process.ts';

/** A disk of its own for the server, seen by no other process, with a file that can be deleted to make room again. */
const SMALL_DISK = `mount -t tmpfs -o size=6m tmpfs "$1" && head -c 2000000 /dev/zero > "$1/ballast" && shift && exec "$@"`;
const folder = mkdtempSync(path.join(os.tmpdir(), 'chatclock-full-'));
let server: ServerProcess;
let device: HttpDevice;

beforeAll(async () => {
  const asUser = process.getuid?.() === 0 ? [] : ['-U', '-r'];
  server = await startServerProcess({
    dataDir: folder,
    launcher: ['unshare', '-m', ...asUser, 'sh', '-c', SMALL_DISK, 'small-disk', folder],
  });
  await makeOrganisation(server, {
    advisors: [{ id: 'lea', name: 'Lea' }],
    clients: [{ id: 'mara', name: 'Mara Lindt', creditsMinor: 100_000 }],
    chats: [{ id: 'mara-1', userId: 'mara', advisorId: 'lea' }],
  });
  device = await createHttpDevice({ url: server.url, advisorId: 'lea', name: 'a' });
}, 60_000);
afterAll(async () => {
  await server?.stop();
  rmSync(folder, { recursive: true, force: true });
});

test(
  'a full disk is said with its code, loses nothing, and ends when there is room',
  { timeout: 60_000 },
  async () => {
    const acknowledged: string[] = [];
    let refusal: unknown;
    let batch: DeviceRow[] = [];
    for (let turn = 0; turn < 200 && refusal === undefined; turn += 1) {
      batch = Array.from({ length: 20 }, (_, n) =>
        device.message('mara-1', `${turn}-${n} ${'x'.repeat(5_000)}`),
      );
      try {
        for (const answer of await device.push(batch)) {
          expect(answer).toMatchObject({ verdict: 'stored' });
          acknowledged.push(answer.id);
        }
      } catch (error) {
        refusal = error;
      }
    }
    expect(refusal).toMatchObject({ code: 'diskFull' });

    const kept = newestById(ofType(await device.pullAll(), 'message'));
    expect(acknowledged.filter((id) => !kept.has(id))).toEqual([]);
    expect(batch.filter((row) => kept.has(row.id))).toEqual([]);

    rmSync(`/proc/${server.pid}/root${folder}/ballast`);
    expect((await device.push(batch)).map((answer) => answer.verdict)).toEqual(batch.map(() => 'stored'));
    const after = ofType(await device.pullAll(), 'message').map((message) => message.id);
    expect(after).toEqual([...acknowledged, ...batch.map((row) => row.id)]);
  },
);
