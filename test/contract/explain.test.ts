/** `explain --chat ID`: a chat's minutes and credits, told so that a supervisor can check every step. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { FIRST_PERIOD } from '../../sync-server/ledger/ledger-period.ts';
import { explainChat } from '../../sync-server/ledger/explain-chat.ts';
import { openStorage } from '../../sync-server/storage/storage.ts';
import {
  createDevice,
  createScene,
  memberActor,
  seed,
  SERVER,
  type CoreScene,
} from '../support/core-scene.ts';
import { playLedgerStory } from '../support/ledger-story.ts';
import { argumentsFor } from '../support/typescript-process.ts';

const ROOT = path.resolve(import.meta.dirname, '../..');
const MINUTE = 60_000;
const folder = mkdtempSync(path.join(os.tmpdir(), 'chatclock-explain-'));
beforeAll(async () => {
  const scene = await createScene(() => openStorage({ file: path.join(folder, 'chatclock.db') }));
  await playLedgerStory(scene);
  await scene.stop();
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function explain(...args: string[]): { status: number | null; out: string; err: string } {
  const { DATABASE_URL: _ignored, ...env } = process.env;
  const command = [...argumentsFor('sync-server/explain-cli.ts'), ...args];
  const { status, stdout, stderr } = spawnSync(process.execPath, command, {
    cwd: ROOT,
    env,
    encoding: 'utf8',
  });
  return { status, out: stdout, err: stderr };
}

/** Ids of entries are hashes. */
const STORY = `Chat chat-2 of user emma with advisor lea, opened 2027-01-15 08:00:00.000
(instants: the server’s clock, UTC; lengths: minutes:seconds)

SEGMENTS: what devices recorded, and what counts of it
segment s4 of device tablet
    placed   2027-01-15 08:05:00.000 by the clock of boot boot-1, anchored to the server’s (to 0 ms); the device’s own clock said 2027-01-15 08:05:00.000
    claimed  03:00.000, closed
    admitted 03:00.000
    counts   2027-01-15 08:05:00.000 to 08:08:00.000  03:00.000
segment s3 of device device-of-lea
    placed   2027-01-15 08:21:00.000 by the clock of boot boot-1, anchored to the server’s (to 0 ms); the device’s own clock said 2027-01-15 08:21:00.000
    claimed  06:00.000, closed
    admitted 06:00.000
    trim     trim-3: its device lets only 05:00.000 count
    counts   2027-01-15 08:21:00.000 to 08:26:00.000  05:00.000
segment s5 of device device-of-lea
    placed   2027-01-15 08:30:00.000 by the clock of boot boot-1, anchored to the server’s (to 0 ms); the device’s own clock said 2027-01-15 08:30:00.000
    claimed  00:00.000, still open
    admitted 00:00.000
    proven   02:00.000 by beats
    counts   2027-01-15 08:30:00.000 to 08:32:00.000  02:00.000

MARKS: where the chat was stopped or ended on every device
none

UNION: when the chat’s clock ran, each instant once
2027-01-15 08:05:00.000 to 08:08:00.000  03:00.000
2027-01-15 08:21:00.000 to 08:26:00.000  05:00.000
2027-01-15 08:30:00.000 to 08:32:00.000  02:00.000

FREE AND PAID
2027-01-15 08:05:00.000 to 08:08:00.000  03:00.000 free
2027-01-15 08:21:00.000 to 08:26:00.000  05:00.000 paid at 200 minor a minute = 10.00 credits (60000000 units)
2027-01-15 08:30:00.000 to 08:32:00.000  02:00.000 paid at 200 minor a minute = 4.00 credits (24000000 units)
tracked 10:00.000 = free 03:00.000 + paid 07:00.000
cost    14.00 credits (84000000 units), charged 1400 minor

LEDGER
entry 5 at 2027-01-15 08:30:00.000 [${FIRST_PERIOD}] pair:emma/lea -> chat:chat-2 02:00.000 free time (120000 ms)
    cause N: segmentAdmission admission:s3; id HASH
entry 6 at 2027-01-15 08:30:00.000 [${FIRST_PERIOD}] user:emma -> chat:chat-2 8.00 credits (48000000 units)
    cause N: segmentAdmission admission:s3; id HASH
entry 7 at 2027-01-15 08:30:00.000 [${FIRST_PERIOD}] chat:chat-2 -> user:emma 2.00 credits (12000000 units), takes back of entry 6
    cause N: trimMark trim-3; id HASH
entry 10 at 2027-01-15 08:30:00.000 [${FIRST_PERIOD}] pair:emma/lea -> chat:chat-2 01:00.000 free time (60000 ms)
    cause N: segmentAdmission admission:s4; id HASH
entry 11 at 2027-01-15 08:30:00.000 [${FIRST_PERIOD}] user:emma -> chat:chat-2 4.00 credits (24000000 units)
    cause N: segmentAdmission admission:s4; id HASH
entry 17 at 2027-01-15 08:31:00.000 [${FIRST_PERIOD}] user:emma -> chat:chat-2 2.00 credits (12000000 units)
    cause N: segmentAdmission admission:s6; id HASH
posted  free 03:00.000, 12.00 credits (72000000 units)
pending free 0 ms, 2.00 credits (12000000 units): posted when it closes, or after 15 minutes
`;

describe('the command', () => {
  it('tells a worked story from segment to entry', () => {
    const { status, out, err } = explain('--chat', 'chat-2', '--data', folder);
    expect(err).toBe('');
    expect(out.replace(/cause \d+/g, 'cause N').replace(/id \w{32}$/gm, 'id HASH')).toBe(STORY);
    expect(status).toBe(0);
  });

  it('says when there is no such chat, or none was asked for', () => {
    expect(explain('--chat', 'chat-9', '--data', folder)).toEqual({
      status: 1,
      out: '',
      err: 'There is no chat chat-9 in this database. Nothing was changed. (unknownChat)\n',
    });
    expect(explain('--data', folder)).toMatchObject({ status: 1, out: '' });
  });
});

describe('a story', () => {
  let scene: CoreScene;
  afterAll(() => scene.stop());

  it('names marks that cut, refused and unanchored time, rulings and the late correction', async () => {
    scene = await createScene();
    await seed(scene.core);
    const lea = createDevice(scene, memberActor('lea'));
    const tablet = createDevice(scene, memberActor('lea', 'tablet'), 'boot-t');
    await lea.anchor();
    scene.clock.advance(30 * MINUTE);
    await lea.push(
      lea.segment('s1', 'chat-1', { agoMs: 10 * MINUTE, elapsedMs: 4 * MINUTE, closeReason: 'idle' }),
    );
    await lea.push(
      lea.segment('unfunded', 'chat-1', { agoMs: 5 * MINUTE, elapsedMs: 1_500, funding: 'unfunded' }),
    );
    await lea.push(
      lea.segment('typed', 'chat-1', { agoMs: 4 * MINUTE, elapsedMs: MINUTE, source: 'manual' }),
    );
    await tablet.push(tablet.segment('s2', 'chat-1', { agoMs: 2 * MINUTE, elapsedMs: MINUTE }));
    const phone = createDevice(scene, memberActor('lea', 'phone'));
    await phone.anchor();
    await phone.push(phone.stopMark('mark-1', 'chat-1', 7 * MINUTE));
    await scene.core.write(SERVER, [
      { type: 'ruling', id: 'r1', targetId: 'typed', action: 'void', byId: 'ben' },
      {
        type: 'ruling',
        id: 'r2',
        targetId: 'typed',
        action: 'admit',
        byId: 'ben',
        reason: 'seen by the client',
      },
      { type: 'chatEnd', id: 'end-1', chatId: 'chat-1', atMs: scene.clock.ms },
    ]);
    const snapshot = await scene.storage.snapshot();
    const lines = (await explainChat(snapshot, 'chat-1')).map((line) => line.trim());
    await snapshot.close();
    for (const line of [
      'claimed  04:00.000, closed: nobody was active',
      'cut      01:00.000 by stopMark mark-1 of device phone at 2027-01-15 08:23:00.000',
      'admitted nothing before a ruling: it ran beyond the offline allowance',
      'counts   nothing',
      'placed   2027-01-15 08:26:00.000 as entered by hand',
      'ruling   r1 by ben lets nothing count; a later one replaces it',
      'ruling   r2 by ben admits the 01:00.000 claimed by then ("seen by the client"), in place of verdict and trims',
      'placed   2027-01-15 08:28:00.000, unanchored: boot boot-t had not been compared with the server’s clock; the device’s own clock said 2027-01-15 08:28:00.000',
      'stopMark mark-1 of device phone at 2027-01-15 08:23:00.000: counts',
      'chatEnd end-1 of the platform at 2027-01-15 08:30:00.000: counts',
      'tracked 05:00.000 = free 05:00.000 + paid 00:00.000',
      'posted  free 05:00.000, 0.00 credits (0 units)',
      'pending nothing',
    ])
      expect(lines).toContain(line);
    expect(lines.filter((line) => line.includes('takes back of entry 4'))).toHaveLength(1);
  });
});
