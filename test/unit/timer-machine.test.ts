import { expect, test } from 'vitest';
import {
  RESUME_WITHIN_MS,
  stepTimer,
  UNDO_END_MS,
  type Timer,
  type TimerEvent,
} from '../../shared/timer-machine.ts';

function play(events: TimerEvent[], from: Timer = { phase: 'idle' }) {
  const effects: string[] = [];
  let timer = from;
  for (const event of events) {
    const step = stepTimer(timer, event);
    timer = step.timer;
    effects.push(
      ...step.effects.map((one) =>
        'reason' in one
          ? `${one.do} ${one.reason} at ${one.atMonoMs}`
          : 'atMonoMs' in one
            ? `${one.do} at ${one.atMonoMs}`
            : one.do,
      ),
    );
  }
  return { timer, effects };
}
const start: TimerEvent = { kind: 'start', atMonoMs: 100, funds: 'funded' };

test('a pause closes the segment and writes a stop mark at the same instant', () => {
  expect(play([start, { kind: 'pause', atMonoMs: 500 }])).toEqual({
    timer: { phase: 'paused' },
    effects: ['openSegment at 100', 'closeSegment paused at 500', 'writeStopMark at 500'],
  });
});

test('a window that closes stops its own segment and marks nothing for other devices', () => {
  expect(play([start, { kind: 'closeWindow', atMonoMs: 500 }])).toEqual({
    timer: { phase: 'idle' },
    effects: ['openSegment at 100', 'closeSegment windowClosed at 500'],
  });
});

test('at zero the segment closes without a stop mark, and one top-up within three minutes resumes it', () => {
  const resumed = play([
    start,
    { kind: 'exhaust', atMonoMs: 500, by: 'exhausted' },
    { kind: 'topUp', atMonoMs: 500 + RESUME_WITHIN_MS },
  ]);
  expect(resumed.timer.phase).toBe('running');
  expect(resumed.effects).toEqual([
    'openSegment at 100',
    'closeSegment exhausted at 500',
    `openSegment at ${500 + RESUME_WITHIN_MS}`,
  ]);
  const again = play(
    [
      { kind: 'exhaust', atMonoMs: 900_000, by: 'exhausted' },
      { kind: 'topUp', atMonoMs: 900_001 },
    ],
    resumed.timer,
  );
  expect(again.timer.phase).toBe('exhausted');
});

test('a top-up later than three minutes, or after a pause, resumes nothing', () => {
  expect(
    play([
      start,
      { kind: 'exhaust', atMonoMs: 500, by: 'exhausted' },
      { kind: 'topUp', atMonoMs: 501 + RESUME_WITHIN_MS },
    ]).timer.phase,
  ).toBe('exhausted');
  expect(
    play([
      start,
      { kind: 'exhaust', atMonoMs: 500, by: 'exhausted' },
      { kind: 'pause', atMonoMs: 600 },
      { kind: 'topUp', atMonoMs: 700 },
    ]).timer.phase,
  ).toBe('paused');
});

test('a tick gap closes at the last tick; only a sign of life opens a new segment', () => {
  const gapped = play([
    start,
    { kind: 'gap', lastTickMonoMs: 4_000 },
    { kind: 'gap', lastTickMonoMs: 9_000 },
  ]);
  expect(gapped.effects).toEqual(['openSegment at 100', 'closeSegment tickGap at 4000']);
  expect(play([{ kind: 'activity', atMonoMs: 50_000, funds: 'funded' }], gapped.timer).effects).toEqual([
    'openSegment at 50000',
  ]);
});

test('suspend that is announced twice closes once', () => {
  const { effects } = play([start, { kind: 'suspend', atMonoMs: 500 }, { kind: 'suspend', atMonoMs: 700 }]);
  expect(effects).toEqual(['openSegment at 100', 'closeSegment suspended at 500']);
});

test('an end holds its row for the time in which it can be undone', () => {
  const ending = play([start, { kind: 'end', atMonoMs: 500 }]);
  expect(ending.timer).toEqual({ phase: 'ending', untilMonoMs: 500 + UNDO_END_MS });
  expect(ending.effects).toEqual([
    'openSegment at 100',
    'closeSegment ended at 500',
    'writeStopMark at 500',
    'holdEnd at 500',
  ]);
  expect(play([{ kind: 'undoEnd', atMonoMs: 900, funds: 'funded' }], ending.timer).effects).toEqual([
    'dropEnd',
    'openSegment at 900',
  ]);
  expect(play([{ kind: 'releaseEnd' }], ending.timer)).toEqual({
    timer: { phase: 'ended' },
    effects: ['releaseEnd'],
  });
});

test('an ended chat never runs again', () => {
  const ended: Timer = { phase: 'ended' };
  for (const kind of ['start', 'activity', 'undoEnd'] as const) {
    expect(play([{ kind, atMonoMs: 1, funds: 'funded' }], ended)).toEqual({ timer: ended, effects: [] });
  }
});

test('without funds a start opens no segment', () => {
  expect(play([{ kind: 'start', atMonoMs: 100, funds: 'exhausted' }])).toEqual({
    timer: { phase: 'exhausted', atMonoMs: 100, mayResume: true, hasResumed: false, by: 'exhausted' },
    effects: [],
  });
});

test('what a lapse stopped goes on when the server is back, and that is not the one resume of a top-up', () => {
  const back = play([
    start,
    { kind: 'exhaust', atMonoMs: 500, by: 'lapsed' },
    { kind: 'topUp', atMonoMs: 900 },
    { kind: 'exhaust', atMonoMs: 1_000, by: 'exhausted' },
    { kind: 'topUp', atMonoMs: 1_100 },
  ]);
  expect(back.effects).toEqual([
    'openSegment at 100',
    'closeSegment lapsed at 500',
    'openSegment at 900',
    'closeSegment exhausted at 1000',
    'openSegment at 1100',
  ]);
});

test('a lapse after the one resume of a top-up still goes on by itself, and gives no second resume', () => {
  const played = play([
    start,
    { kind: 'exhaust', atMonoMs: 500, by: 'exhausted' },
    { kind: 'topUp', atMonoMs: 600 },
    { kind: 'exhaust', atMonoMs: 700, by: 'lapsed' },
    { kind: 'topUp', atMonoMs: 800 },
    { kind: 'exhaust', atMonoMs: 900, by: 'exhausted' },
    { kind: 'topUp', atMonoMs: 1_000 },
  ]);
  expect(played.effects).toEqual([
    'openSegment at 100',
    'closeSegment exhausted at 500',
    'openSegment at 600',
    'closeSegment lapsed at 700',
    'openSegment at 800',
    'closeSegment exhausted at 900',
  ]);
  expect(played.timer.phase).toBe('exhausted');
});

test('under the policy continue the segment is closed and an unfunded one opened at the same instant', () => {
  const lapsed = stepTimer(play([start]).timer, {
    kind: 'changeFunding',
    atMonoMs: 500,
    funding: 'unfunded',
  });
  expect(lapsed.effects).toEqual([
    { do: 'closeSegment', atMonoMs: 500, reason: 'lapsed' },
    { do: 'openSegment', atMonoMs: 500, funding: 'unfunded' },
  ]);
  const back = stepTimer(lapsed.timer, { kind: 'changeFunding', atMonoMs: 900, funding: 'funded' });
  expect(back.effects).toEqual([
    { do: 'closeSegment', atMonoMs: 900, reason: 'lapsed' },
    { do: 'openSegment', atMonoMs: 900, funding: 'funded' },
  ]);
});
