import { AxeBuilder } from '@axe-core/playwright';
import type { Page } from 'playwright';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { AwayRow } from '../../shared/ipc/away-commands.ts';
import type { TimeSegment, TrimMark } from '../../shared/rows.ts';
import { showTheme } from '../support/e2e-practice.ts';
import { returnToDesk, signInAsLea, startScene, type Scene, type SceneDevice } from '../support/e2e-scene.ts';
import {
  call,
  composer,
  eventually,
  liveChat,
  localDocuments,
  openChat,
  readLive,
} from '../support/e2e-windows.ts';

const SLEPT_MS = 7 * 60_000 + 20_000;
const IDLE_AFTER_MS = 60_000;
const LIMIT = { timeout: 60_000 };

let scene: Scene;
let a: SceneDevice;
let desk: Page;
let chats: Map<string, Page>;

beforeAll(async () => {
  scene = await startScene({
    clients: ['mara', 'jonas', 'pia'].map((id) => ({ id, name: `${id} client`, creditsMinor: 100_000 })),
    chats: ['mara', 'jonas', 'pia'].map((userId) => ({ id: `${userId}-1`, userId })),
    isClockScaled: true,
    idleAfterMs: IDLE_AFTER_MS,
  });
  a = await scene.start('a');
  desk = await signInAsLea(scene, a);
}, 120_000);
afterAll(() => scene.stop(), 60_000);

async function open(...ids: string[]): Promise<void> {
  chats = new Map();
  for (const id of ids) {
    chats.set(id, await openChat(a, desk, scene.chats.get(id)!, scene.clientName(id)));
    await liveChat(desk, id, (one) => one.timer === 'running');
  }
}

function say(event: 'suspend' | 'resume' | 'lock-screen'): Promise<boolean> {
  return a.app.evaluate(({ powerMonitor }, name) => powerMonitor.emit(name as 'suspend'), event);
}

const rows = async (): Promise<AwayRow[]> => (await call(desk, 'readAway', null)).rows;
const sheet = () => desk.getByTestId('away-sheet');
const typing = (id: string) => composer(chats.get(id)!).press('x');

/** What the server has of a chat's segments, as it came back to the desk, once nothing waits here; in order of writing. */
async function stored(chatId: string): Promise<TimeSegment[]> {
  await eventually(async () => (await readLive(desk)).outbox.waiting === 0, 'an empty outbox');
  const all = (await localDocuments(desk, 'timeSegment')) as unknown as (TimeSegment & { seq: number })[];
  return all
    .filter((one) => one.chatId === chatId && one.seq > 0)
    .sort((x, y) => x.startedAtMonoMs - y.startedAtMonoMs || (x.source === 'timer' ? -1 : 1));
}

test(
  '7:20 of sleep, announced twice, resumed by nobody: three rows, not a minute of it counted',
  LIMIT,
  async () => {
    await open('mara-1', 'jonas-1', 'pia-1');
    await say('suspend');
    await say('suspend');
    const before = (await readLive(desk)).chats;
    expect(before.map((one) => one.timer)).toEqual(['paused', 'paused', 'paused']);
    await scene.jump(SLEPT_MS);
    await sheet().waitFor();
    // A tick may fall into the very millisecond of the jump: then the computer woke twice, and the second wake counts.
    await eventually(
      async () => (await rows()).every((row) => row.questionMs >= SLEPT_MS),
      'the whole sleep',
    );
    await sheet().getByText('slept for 7:2').waitFor();
    expect(await sheet().getByTestId('away-row').count()).toBe(3);
    expect(await sheet().getByRole('heading').textContent()).toMatch(/^This computer slept for 7:2\d$/);
    for (const row of await rows()) {
      expect(row.questionMs).toBeGreaterThanOrEqual(SLEPT_MS);
      expect(row.questionMs).toBeLessThan(SLEPT_MS + 5_000);
    }
    for (const theme of ['light', 'dark'] as const) {
      await showTheme(desk, theme);
      const { violations } = await new AxeBuilder({ page: desk }).setLegacyMode(true).analyze();
      expect(violations.map((one) => `${theme} ${one.id}: ${one.nodes[0]?.html}`)).toEqual([]);
    }
    const jonas = (await rows()).find((row) => row.chatId === 'jonas-1')!;
    // By keys alone: ask for all, then not the first and the third.
    await desk.keyboard.press('s');
    const index = (await rows()).findIndex((row) => row.id === jonas.id);
    for (const other of [0, 1, 2]) if (other !== index) await desk.keyboard.press(String(other + 1));
    await desk.keyboard.press('Enter');
    await desk.getByText('2 not counted · 1 waits for a supervisor.').waitFor();
    await scene.jump(9_000);
    await eventually(async () => (await stored('jonas-1')).length === 2, 'the gap that is asked for');
    for (const { chatId: id } of before) {
      const [timer, manual] = await stored(id);
      expect(timer).toMatchObject({ closed: true, closeReason: 'suspended', source: 'timer' });
      expect(timer!.elapsedMs).toBeLessThan(60_000);
      if (id !== 'jonas-1') expect(manual).toBeUndefined();
      else {
        expect(manual).toMatchObject({ source: 'manual', elapsedMs: jonas.questionMs });
        // The server's clock may have become known better by some milliseconds since the sheet was read.
        expect(Math.abs(manual!.startedAtMs - jonas.fromMs)).toBeLessThan(1_000);
      }
      expect((await scene.organisation.platform.readChat(id)).totals?.trackedMs).toBe(timer!.elapsedMs);
    }
  },
);

test(
  'a key opens a segment of its own; a locked screen stops it, and kill -9 forgets neither',
  LIMIT,
  async () => {
    await typing('mara-1');
    await liveChat(desk, 'mara-1', (one) => one.timer === 'running');
    // The wall clock is set back and forward by hours meanwhile.
    await a.app.evaluate(() => {
      const now = Date.now;
      let at = 0;
      Date.now = () => now() + [-5, 30, -9][(at += 1) % 3]! * 3_600_000;
    });
    await scene.jump(6_000);
    await say('lock-screen');
    await chats
      .get('mara-1')!
      .getByText(/^Paused · locked since/)
      .waitFor();
    const ran = (await stored('mara-1')).at(-1)!;
    expect(ran).toMatchObject({ closed: true, closeReason: 'idle' });
    expect(ran.elapsedMs).toBeGreaterThan(6_000);
    expect(ran.elapsedMs).toBeLessThan(15_000);
    await scene.jump(9_000);
    await scene.jump(9_000);
    await a.kill();
    await scene.jump(10 * 60_000);
    a = await scene.start('a');
    desk = await returnToDesk(scene, a);
    await sheet().waitFor();
    const [row] = await rows();
    expect(await rows()).toMatchObject([{ chatId: 'mara-1', by: 'lock' }]);
    expect(row!.questionMs).toBeGreaterThan(10 * 60_000);
    expect(row!.questionMs).toBeLessThan(11 * 60_000);
    await desk.keyboard.press('Escape');
    await desk.getByTestId('away-strip').waitFor();
    await desk.keyboard.press('d');
    await sheet().getByTestId('away-confirm').click();
    await sheet().waitFor({ state: 'detached' });
    expect((await stored('mara-1')).at(-1)!.elapsedMs).toBe(ran.elapsedMs);
  },
);

test(
  'idle in one chat while another is busy closes only that one, and says so in its window',
  LIMIT,
  async () => {
    await open('mara-1', 'pia-1');
    await typing('pia-1');
    const lifeMs = (await readLive(desk)).serverNowMs;
    await scene.hurry(15);
    await eventually(async () => {
      await typing('mara-1');
      return (await readLive(desk)).chats.some((one) => one.chatId === 'pia-1' && one.away !== undefined);
    }, 'the idle chat');
    await scene.hurry(1);
    await chats
      .get('pia-1')!
      .getByText(/^Paused · idle since/)
      .waitFor();
    expect((await liveChat(desk, 'mara-1', () => true)).timer).toBe('running');
    const [row] = await rows();
    expect(row).toMatchObject({ chatId: 'pia-1', by: 'idle', untilMs: null });
    expect(Math.abs(row!.fromMs - lifeMs)).toBeLessThan(1_500);
    const idle = (await stored('pia-1')).at(-1)!;
    // On a busy machine the typing may pause for so long that somebody seems to come back.
    if ((await sheet().count()) === 0) await desk.keyboard.press('d');
    await sheet().getByTestId('away-confirm').click();
    await scene.jump(9_000);
    const trim = await eventually(
      async () =>
        ((await localDocuments(desk, 'mark')) as unknown as TrimMark[]).find(
          (one) => one.segmentId === idle.id,
        ),
      'the trim',
    );
    expect(trim).toMatchObject({ segmentId: idle.id, elapsedMs: idle.elapsedMs - IDLE_AFTER_MS });
  },
);
