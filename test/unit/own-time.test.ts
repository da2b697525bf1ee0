import { expect, test } from 'vitest';
import { stretchesOf, unsettledMs } from '../../shared/countdown.ts';
import type { PushAnswer } from '../../shared/wire.ts';
import { createOwnTime } from '../../electron/timers/own-time.ts';
import { sampleRow } from '../support/sample-rows.ts';

const SERVER_MS = 1_800_000_000_000;

/** A device whose clock reads 0 at the server's `SERVER_MS`, by the anchor it had when the server placed the segment. */
function scene() {
  const scene = { offsetMs: SERVER_MS };
  const ownTime = createOwnTime(() => scene.offsetMs);
  const answer = (elapsedMs: number, closed: boolean, atMs: number): PushAnswer => ({
    ...{ verdict: 'stored', id: 's1', type: 'timeSegment', seq: 1, code: 'admitted', elapsedMs, closed },
    placed: { startMs: SERVER_MS + 1_000, atMs: SERVER_MS + atMs },
  });
  const shown = (monoMs: number, settledMs: number, asOfMs: number): number => {
    const projection = {
      ...sampleRow('userProjection'),
      asOfMs: SERVER_MS + asOfMs,
      chats: [
        {
          ...{ chatId: 'c1', trackedMs: settledMs, freeMs: settledMs, paidMs: 0, ratePerMinuteMinor: 0 },
          settledUntilMs: SERVER_MS + 1_000 + settledMs,
        },
      ],
    };
    const stretches = stretchesOf(projection, ownTime.ofChats(new Set(['c1'])), 'here');
    return settledMs + unsettledMs(stretches, 'c1', monoMs + scene.offsetMs);
  };
  ownTime.open('s1', 'c1', 1_000);
  return { scene, ownTime, answer, shown };
}

test('a better anchor moves nothing of what is shown once the server has placed the segment', () => {
  const { scene: device, ownTime, answer, shown } = scene();
  ownTime.answered([answer(0, false, 1_000)]);
  for (const betterByMs of [0, 7, -7]) {
    device.offsetMs = SERVER_MS + betterByMs;
    expect(shown(4_367, 0, 1_000)).toBe(3_367);
    expect(shown(4_367, 2_000, 3_000)).toBe(3_367);
  }
  ownTime.close('s1', 4_367);
  for (const betterByMs of [0, 7, -7]) {
    device.offsetMs = SERVER_MS + betterByMs;
    expect(shown(4_367, 2_000, 3_000)).toBe(3_367);
    expect(shown(9_999, 3_367, 5_000)).toBe(3_367);
  }
});

test('the rest after the last beat is shown until the server has settled it', () => {
  const { ownTime, answer, shown } = scene();
  ownTime.answered([answer(0, false, 1_000)]);
  ownTime.close('s1', 4_367);
  // 300 ms are not settled: before the answer, between the answer and the state it brought, and by that state.
  expect(shown(5_000, 3_067, 4_100)).toBe(3_367);
  ownTime.answered([answer(3_367, true, 4_500)]);
  expect(shown(5_000, 3_067, 4_100)).toBe(3_367);
  expect(shown(5_000, 3_367, 4_500)).toBe(3_367);
});

test('what a mark cut off the end of a whole segment is shown no longer than until the server says so', () => {
  const { ownTime, answer, shown } = scene();
  ownTime.close('s1', 4_367);
  ownTime.answered([answer(3_367, true, 4_500)]);
  expect(shown(5_000, 3_300, 4_500)).toBe(3_300);
});

test('time of an earlier boot goes where the server has placed it', () => {
  const { ownTime } = scene();
  const segment = { ...sampleRow('timeSegment'), id: 's2', chatId: 'c2', startedAtMonoMs: 10, elapsedMs: 90 };
  ownTime.adopt(segment, SERVER_MS);
  const place = () => ownTime.ofChats(new Set(['c2'])).map(({ startMs, endMs }) => [startMs, endMs]);
  expect(place()).toEqual([[SERVER_MS + 10, SERVER_MS + 100]]);
  ownTime.answered([
    {
      ...{ verdict: 'stored', id: 's2', type: 'timeSegment', seq: 1, code: 'admitted' },
      ...{ elapsedMs: 90, closed: true, placed: { startMs: SERVER_MS + 50, atMs: SERVER_MS + 500 } },
    },
  ]);
  expect(place()).toEqual([[SERVER_MS + 50, SERVER_MS + 140]]);
});
