/** Sessions held outside as an advisor lives them: a timer that a crash interrupts, times that are typed, the ruling. */
import type { Page } from 'playwright';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { returnToDesk, signInAsLea, startScene, type Scene, type SceneDevice } from '../support/e2e-scene.ts';
import { call, eventually, liveChat, localDocuments, openChat, readLive } from '../support/e2e-windows.ts';

let scene: Scene;
let device: SceneDevice;
let desk: Page;

beforeAll(async () => {
  scene = await startScene({
    clients: [
      { id: 'mara', name: 'Mara Lindt', creditsMinor: 6_000 },
      { id: 'noor', name: 'Noor Rahman', creditsMinor: 6_000 },
    ],
    chats: [
      { id: 'chat-of-mara-with-a-random-id', userId: 'mara' },
      { id: 'chat-of-noor-with-a-random-id', userId: 'noor' },
    ],
    isClockScaled: true,
  });
  device = await scene.start('a');
  desk = await signInAsLea(scene, device);
  await scene.hurry(4);
}, 60_000);
afterAll(() => scene.stop(), 60_000);

const field = (name: string) => desk.getByTestId(`outside-${name}`);
const entries = (state: string) => desk.locator(`[data-testid=outside-entry][data-state=${state}]`);
const two = (value: number) => String(value).padStart(2, '0');
/** As a time field takes it; the windows live in UTC. */
const timeOf = (ms: number) => {
  const at = new Date(ms);
  return `${two(at.getUTCHours())}:${two(at.getUTCMinutes())}:${two(at.getUTCSeconds())}`;
};

async function openForm(client: string): Promise<void> {
  await desk.bringToFront();
  await desk.keyboard.press('o');
  await field('client').selectOption({ label: client });
}

test(
  'a timer without a window survives a kill and is entered with what it had measured',
  {
    timeout: 90_000,
  },
  async () => {
    await openForm('Noor Rahman');
    await field('topic').fill('In person');
    await field('start').click();
    await desk.locator('[data-testid=outside-timer][data-phase=running]').waitFor();
    await eventually(
      async () => (await call(desk, 'readOutside', null)).timers[0]!.elapsedMs > 20_000,
      'twenty seconds outside',
    );
    await device.kill();

    device = await scene.start('a');
    desk = await returnToDesk(scene, device);
    const [timer] = (await call(desk, 'readOutside', null)).timers;
    expect(timer).toMatchObject({ phase: 'stopped', stoppedBy: 'quit', userId: 'noor', topic: 'In person' });
    expect(timer!.elapsedMs).toBeGreaterThan(14_000);
    await desk.getByText('Stopped when Chatclock was closed').waitFor();
    await field('stop').click();
    await field('save').click();
    // Undone, it stands there again; nothing was sent.
    await desk.getByTestId('outside-held').getByRole('button', { name: 'Undo' }).click();
    await desk.locator('[data-testid=outside-timer][data-phase=stopped]').waitFor();
    expect(await localDocuments(desk, 'timeSegment')).toEqual([]);
    await field('stop').click();
    await field('save').click();
    await desk.getByTestId('outside-held').waitFor();
    await entries('waiting').waitFor();
    expect(await entries('waiting').textContent()).toContain('In person');
  },
);

test(
  'typed times say what they overlap, are refused in the future, and wait until a supervisor rules',
  {
    timeout: 90_000,
  },
  async () => {
    const chat = scene.chats.get('chat-of-mara-with-a-random-id')!;
    await openChat(device, desk, chat, 'Mara Lindt');
    await liveChat(desk, chat.id, ({ timer }) => timer === 'running');
    await liveChat(desk, chat.id, ({ trackedMs }) => trackedMs > 20_000);
    const { serverNowMs } = await readLive(desk);

    await openForm('Noor Rahman');
    await field('from').fill(timeOf(serverNowMs - 15_000));
    await field('length').fill('45');
    expect(await field('refusal').getAttribute('data-code')).toBe('inFuture');
    expect(await field('save').isDisabled()).toBe(true);
    await field('length').fill('0:00:12');
    await eventually(
      async () =>
        (await field('overlap').textContent())?.includes('Overlaps 00:12 with Coaching (Mara Lindt)'),
      'the overlap',
    );
    await field('note').fill('Called about the second card');
    await field('save').click();
    await eventually(async () => (await entries('waiting').count()) === 2, 'both waiting');

    const segments = (await localDocuments(desk, 'timeSegment')) as {
      id: string;
      source: string;
      elapsedMs: number;
    }[];
    const typed = segments.find(({ source, elapsedMs }) => source === 'manual' && elapsedMs === 12_000)!;
    await scene.organisation.supervisor.writeFact('rulings', 'ruling-1', {
      targetId: typed.id,
      action: 'void',
      reason: 'Not on the bill',
    });
    await entries('notCounted').waitFor();
    expect(await entries('notCounted').textContent()).toContain('Not on the bill');
    await scene.organisation.supervisor.writeFact('rulings', 'ruling-2', {
      targetId: typed.id,
      action: 'admit',
    });
    await entries('counted').waitFor();
    await entries('waiting').getByRole('button', { name: 'Withdraw' }).click();
    await entries('withdrawn').waitFor();
  },
);
