/**
 * Two devices of one advisor, a server and networks that cut, delay and reset; each of them is killed at random. 20
 * rounds; `npm run proof` plays 200 (CHATCLOCK_CHAOS_ROUNDS), another seed is CHATCLOCK_CHAOS_SEED.
 */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { pullAllRows } from '../support/all-rows.ts';
import {
  joinPlayer,
  killDeskRenderer,
  killDevice,
  killServer,
  openChats,
  toggle,
  write,
  type Chaos,
} from '../support/chaos-players.ts';
import { countedMs, doubledRows, expectSoundLedger, replicaDifferences } from '../support/chaos-equality.ts';
import { createMemberClient } from '../../sync-server/member-client.ts';
import { LEA, startScene } from '../support/e2e-scene.ts';
import { call, eventually, readLive } from '../support/e2e-windows.ts';
import { newestById, ofType } from '../support/http-device.ts';
import { emailOf, PASSWORD } from '../support/organisation.ts';
import { seededRandom } from '../support/virtual-scheduler.ts';

const ROUNDS = Number(process.env.CHATCLOCK_CHAOS_ROUNDS ?? 20);
const SEED = Number(process.env.CHATCLOCK_CHAOS_SEED ?? 1);
/** A round takes about 5 s on a quiet machine. */
const ROUND_LIMIT_MS = 30_000;
/** Each event comes once in eight rounds, in a seeded order. */
const EVENTS = [
  ...(['device a', 'device b', 'desk a', 'desk b', 'server', 'server'] as const),
  ...(['cut', 'resets'] as const),
];
/** A chat runs up to this long before its device is killed: longer than a beat, so that kills come anywhere in one. */
const RUNS_MS = 7_000;
const LATENCIES_MS = [0, 0, 30, 150];

let chaos: Chaos;
const random = seededRandom(SEED);
const pick = <T>(from: readonly T[]): T => from[Math.floor(random() * from.length)]!;

beforeAll(async () => {
  const scene = await startScene({
    clients: [
      { id: 'mara', name: 'Mara Lindt', creditsMinor: 1_000_000 },
      { id: 'jonas', name: 'Jonas Pohl', creditsMinor: 1_000_000 },
      { id: 'tom', name: 'Tom Kern', creditsMinor: 1_000_000 },
    ],
    chats: ['mara-1', 'jonas-1', 'tom-1'].map((id) => ({ id, userId: id.split('-')[0]! })),
  });
  chaos = { scene, sharedChat: 'tom-1', players: [], wanted: 0, saved: [], lostMs: [], happened: {} };
  for (const [name, ownChat] of [
    ['a', 'mara-1'],
    ['b', 'jonas-1'],
  ] as const)
    chaos.players.push(await joinPlayer(scene, name, ownChat));
  for (const player of chaos.players) await openChats(chaos, player);
}, 180_000);
afterAll(() => chaos.scene.stop(), 60_000);

function* shuffledEvents(): Generator<(typeof EVENTS)[number]> {
  for (;;) {
    const deck = [...EVENTS];
    while (deck.length > 0) yield deck.splice(Math.floor(random() * deck.length), 1)[0]!;
  }
}

async function work(): Promise<void> {
  const player = pick(chaos.players);
  await toggle(chaos, player, random() < 0.5 ? player.ownChat : chaos.sharedChat);
  await Promise.all(
    chaos.players.flatMap((one) => [write(chaos, one, one.ownChat), write(chaos, one, chaos.sharedChat)]),
  );
}

async function happen(event: (typeof EVENTS)[number]): Promise<void> {
  const [a, b] = chaos.players as [Chaos['players'][0], Chaos['players'][0]];
  const victim = pick([a, b]);
  switch (event) {
    case 'device a':
      return killDevice(chaos, a, random() * RUNS_MS);
    case 'device b':
      return killDevice(chaos, b, random() * RUNS_MS);
    case 'desk a':
      return killDeskRenderer(chaos, a);
    case 'desk b':
      return killDeskRenderer(chaos, b);
    case 'server':
      return killServer(chaos);
    case 'cut':
      victim.device.proxy.cut();
      await eventually(
        async () => (await readLive(victim.desk)).connection.phase === 'offline',
        'being offline',
      );
      await work();
      return victim.device.proxy.restore();
    case 'resets':
      for (let reset = 0; reset < 3; reset += 1) {
        await work();
        victim.device.proxy.reset();
      }
  }
}

async function settleDown(): Promise<void> {
  for (const { device } of chaos.players) {
    device.proxy.delay(0);
    device.proxy.restore();
  }
  await eventually(async () => {
    for (const { desk } of chaos.players) {
      const { chats, outbox } = await readLive(desk);
      // A window that was opened last may start its timer only now.
      for (const { chatId, timer } of chats)
        if (timer === 'running') await call(desk, 'pauseTimer', { chatId });
      if (outbox.waiting > 0 || chats.some(({ timer }) => timer === 'running')) return false;
    }
    const segments = ofType(await pullAllRows(chaos.scene.organisation.supervisor), 'timeSegment');
    return [...newestById(segments).values()].every((one) => one.closed);
  }, 'every timer to be paused and every row to be answered');
  for (const { desk } of chaos.players) expect((await readLive(desk)).outbox.refused).toBe(0);
}

test(
  `${ROUNDS} rounds of kills and network faults lose nothing that was saved, double nothing and leave all replicas equal (seed ${SEED})`,
  { timeout: 120_000 + ROUNDS * ROUND_LIMIT_MS },
  async () => {
    const events = shuffledEvents();
    for (let round = 1; round <= ROUNDS; round += 1) {
      const event = events.next().value!;
      for (const { device } of chaos.players) device.proxy.delay(pick(LATENCIES_MS));
      await work();
      const from = performance.now();
      await happen(event);
      chaos.happened[event] = (chaos.happened[event] ?? 0) + 1;
      process.stdout.write(`chaos ${round}/${ROUNDS} ${event} ${Math.round(performance.now() - from)} ms\n`);
    }
    await settleDown();

    const lea = createMemberClient({ url: chaos.scene.server.url });
    await lea.signIn({ email: emailOf(LEA), password: PASSWORD, deviceName: 'Checker' });
    for (const { desk, name } of chaos.players) {
      let differences: string[] = [];
      await eventually(async () => {
        differences = await replicaDifferences(desk, await pullAllRows(lea));
        return differences.length === 0;
      }, `the replica of ${name} to equal the server's rows`).catch((error: unknown) => {
        throw new Error(`${String(error)}: ${differences.slice(0, 10).join('; ')}`);
      });
    }
    const rows = await pullAllRows(lea);
    expect(doubledRows(rows)).toEqual([]);
    const texts = ofType(rows, 'message').map((message) => message.text);
    expect(new Set(texts).size).toBe(texts.length);
    expect(chaos.saved.filter((text) => !texts.includes(text))).toEqual([]);
    expect(chaos.saved.length).toBeGreaterThan(ROUNDS * 3);
    await expectSoundLedger(chaos.scene.serverDataDir);
    const totals = newestById(ofType(rows, 'recordTotals'));
    for (const [chatId, ms] of countedMs(rows))
      expect([chatId, totals.get(chatId)?.trackedMs]).toEqual([chatId, ms]);
    process.stdout.write(
      `${JSON.stringify({ rounds: ROUNDS, seed: SEED, saved: chaos.saved.length, rows: rows.length, lostMs: chaos.lostMs, ...chaos.happened })}\n`,
    );
  },
);
