import { expect, test } from 'vitest';
import { startBeat } from '../../electron/beat.ts';
import { AppError } from '../../shared/errors.ts';
import type { BeatRequest, BeatResponse } from '../../shared/wire.ts';
import { createVirtualScheduler } from '../support/virtual-scheduler.ts';

const settled = () => new Promise((resolve) => setImmediate(() => setImmediate(resolve)));

/** A beat against answers that the test gives; its time moves because the test moves it. */
function beating(answer: (request: BeatRequest) => Partial<BeatResponse> | null) {
  const scheduler = createVirtualScheduler(1_000);
  const sent: { atMs: number; request: BeatRequest }[] = [];
  const beat = startBeat({
    clock: { bootId: 'boot', monoMs: () => scheduler.nowMs(), wallMs: () => scheduler.nowMs() },
    schedule: scheduler.after,
    async send(request) {
      sent.push({ atMs: scheduler.nowMs(), request });
      const given = answer(request);
      if (given === null) throw new AppError('serverUnreachable');
      return {
        exchangeId: `e${sent.length}`,
        serverNowMs: scheduler.nowMs() + 500_000,
        leaseMs: 20_000,
        anchor: { offsetMs: 500_000, errorMs: 1 },
        highSeq: 1,
        projections: [],
        ...given,
      };
    },
    running: () => [],
    closed: () => [{ segmentId: 's', chatId: 'c', elapsedMs: 7 }],
    userIds: () => ['mara'],
    onAnswer: () => undefined,
  });
  return {
    beat,
    sent,
    async pass(ms: number) {
      scheduler.pass(0);
      await settled();
      for (let left = ms; left > 0; left -= 500) {
        scheduler.pass(Math.min(500, left));
        await settled();
      }
    },
  };
}

test('beats come when the server wants them: every 5 s, every 2 s near T*', async () => {
  let near = false;
  const { beat, sent, pass } = beating(() => (near ? { leaseMs: 10_000, nextBeatMs: 2_000 } : {}));
  await pass(11_000);
  expect(sent.map((one) => one.atMs)).toEqual([1_000, 6_000, 11_000]);
  near = true;
  await pass(9_500);
  expect(sent.slice(3).map((one) => one.atMs)).toEqual([16_000, 18_000, 20_000]);
  await beat.stop(1_000);
});

test('a lease is known once a beat was answered or failed, and runs from the sending of the last answered one', async () => {
  let isUp = true;
  const { beat, pass } = beating(() => (isUp ? {} : null));
  expect(beat.leaseEndsMs()).toBeNull();
  await pass(500);
  expect(beat.leaseEndsMs()).toBe(501_000 + 20_000);
  isUp = false;
  await pass(19_000);
  expect([beat.isLeaseAlive(), beat.connection().phase]).toEqual([true, 'offline']);
  await pass(1_000);
  expect(beat.isLeaseAlive()).toBe(false);
  await beat.stop(1_000);
});

test('a device that stops says so once more to a server that answers, and waits for no other', async () => {
  const up = beating(() => ({}));
  await up.pass(500);
  await up.beat.stop(1_000);
  expect(up.sent.at(-1)!.request).toMatchObject({
    running: [],
    userIds: [],
    closed: [{ segmentId: 's', elapsedMs: 7 }],
  });
  const down = beating(() => null);
  await down.pass(500);
  const before = down.sent.length;
  await down.beat.stop(1_000);
  expect(down.sent.length).toBe(before);
});
