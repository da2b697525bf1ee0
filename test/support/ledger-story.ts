/** A run of pushes that leaves every kind of trace in a ledger: running, closed, trimmed, voided and late time, facts. */
import { createDevice, memberActor, seed, SERVER, T0, type CoreScene } from './core-scene.ts';

const MINUTE = 60_000;

/** The supervisor closes a period after the story, and time of it comes late. */
export async function closePeriodAfterStory(scene: CoreScene): Promise<void> {
  const supervisor = memberActor('sue', 'device-sue', 'supervisor');
  await scene.core.closePeriod(supervisor, { id: 'january', untilMs: T0 + 29 * MINUTE });
  const late = createDevice(scene, memberActor('lea', 'tablet'));
  await late.push(late.segment('late', 'chat-1', { agoMs: 28 * MINUTE, elapsedMs: MINUTE }));
}

/** Ends with chat-2 running for two minutes that no row says and nothing has posted. */
export async function playLedgerStory(scene: CoreScene): Promise<void> {
  const { core, clock } = scene;
  await seed(core);
  const lea = createDevice(scene, memberActor('lea'));
  const max = createDevice(scene, memberActor('max'));
  for (const device of [lea, max]) await device.anchor();
  clock.advance(30 * MINUTE);
  await lea.push(lea.segment('s1', 'chat-1', { agoMs: 20 * MINUTE, elapsedMs: 8 * MINUTE }));
  await max.push(max.segment('s2', 'chat-max', { agoMs: 10 * MINUTE, elapsedMs: 5 * MINUTE + 1 }));
  await lea.push(lea.segment('s3', 'chat-2', { agoMs: 9 * MINUTE, elapsedMs: 6 * MINUTE }));
  const trim = { type: 'trimMark', id: 'trim-3', segmentId: 's3', chatId: 'chat-2' } as const;
  await lea.push({ ...trim, deviceId: lea.actor.deviceId, elapsedMs: 5 * MINUTE });
  const tablet = createDevice(scene, memberActor('lea', 'tablet'));
  await tablet.anchor();
  await tablet.push(tablet.segment('s4', 'chat-2', { agoMs: 25 * MINUTE, elapsedMs: 3 * MINUTE }));
  await core.write(SERVER, [
    { type: 'ruling', id: 'r1', targetId: 's2', action: 'trim', elapsedMs: 4 * MINUTE },
    { type: 'topUp', id: 'topup-finn', userId: 'finn', amountMinor: 500, atMs: T0 },
    { type: 'goodwill', id: 'w1', userId: 'emma', chatId: 'chat-1', units: 77, atMs: T0 },
    { type: 'refund', id: 'f1', userId: 'emma', chatId: 'chat-max', amountMinor: 3, atMs: T0 },
    { type: 'debit', id: 'd1', userId: 'finn', amountMinor: 100, atMs: T0 },
  ]);
  await lea.push(lea.segment('s5', 'chat-2', { agoMs: 0, elapsedMs: 0, closed: false }));
  for (let at = 1; at <= 2; at += 1) {
    clock.advance(MINUTE);
    await lea.beat([{ segmentId: 's5', chatId: 'chat-2', elapsedMs: at * MINUTE }]);
    // Another chat's close posts all of emma; the last minute is only known by the beat.
    if (at === 1) await max.push(max.segment('s6', 'chat-max', { agoMs: 30_000 }));
  }
}
