/** The pure fold: everything from nothing, one segment at the end, one out of the past, a beat of ten running chats. */
import assert from 'node:assert/strict';
import { emptyFoldInput } from '../../shared/fold/fold-input.ts';
import { foldFacts, foldUser } from '../../shared/fold/fold.ts';
import { createUserFold } from '../../shared/fold/user-fold.ts';
import { median, nowMs, percentile, ROUNDS, rounded, type BenchResult } from './figures.ts';
import { addSegment, chatIdOf, endOfHistoryMs, HISTORY_START_MS, makeHistory } from './settle-history.ts';

const REFOLD_AIMS = [
  { segments: 1_000, aimMs: 5 },
  { segments: 10_000, aimMs: 50 },
  { segments: 100_000, aimMs: 250 },
];
const HISTORY = 10_000;
const APPENDS = 1_000;
const BEATS = 1_000;
const RUNNING = 10;
const BEAT_MS = 5_000;
const BACK_DATED = 50;
const AIM_APPEND_P99_MS = 2;
const AIM_BEAT_P99_MS = 1;

export function benchFold(): BenchResult {
  const all: BenchResult = { lines: [], missedAims: [] };
  for (const { segments, aimMs } of REFOLD_AIMS) {
    const input = makeHistory(segments);
    // A server's fold is warm; a small history needs more turns for that.
    for (let turn = 0; turn < 20_000; turn += segments) foldFacts(input);
    const refoldMs = rounded(
      median(Array.from({ length: ROUNDS + 2 }, () => timed(() => foldFacts(input)))),
      2,
    );
    all.lines.push({ figure: 'refold', segments, chats: input.chats.length, refoldMs, aimMs });
    if (refoldMs > aimMs)
      all.missedAims.push(`folding ${segments} segments takes ${refoldMs} ms, aim ${aimMs} ms`);
  }
  const rounds = Array.from({ length: ROUNDS }, incrementalRound);
  const figure = (name: keyof IncrementalRound): number =>
    rounded(median(rounds.map((round) => round[name])), 3);
  const appendP99Ms = figure('appendP99Ms');
  const beatP99Ms = figure('beatP99Ms');
  all.lines.push({
    figure: 'foldIncremental',
    how: 'pure fold in process; medians over rounds of the percentiles within a round',
    ...{ historySegments: HISTORY, rounds: rounds.length, appends: APPENDS, beats: BEATS },
    ...{ runningChats: RUNNING, appendP50Ms: figure('appendP50Ms'), appendP99Ms },
    ...{ beatP50Ms: figure('beatP50Ms'), beatP99Ms, backDatedP50Ms: figure('backDatedP50Ms') },
  });
  if (appendP99Ms > AIM_APPEND_P99_MS)
    all.missedAims.push(
      `folding one more segment takes ${appendP99Ms} ms (p99), aim ${AIM_APPEND_P99_MS} ms`,
    );
  if (beatP99Ms > AIM_BEAT_P99_MS)
    all.missedAims.push(
      `folding a beat of ${RUNNING} chats takes ${beatP99Ms} ms (p99), aim ${AIM_BEAT_P99_MS} ms`,
    );
  return all;
}

interface IncrementalRound {
  appendP50Ms: number;
  appendP99Ms: number;
  beatP50Ms: number;
  beatP99Ms: number;
  backDatedP50Ms: number;
}

function incrementalRound(): IncrementalRound {
  const input = makeHistory(HISTORY);
  const fold = createUserFold('u');
  fold.enter(input);
  fold.settle();
  let endMs = endOfHistoryMs(HISTORY);
  let number = HISTORY;
  const enterOne = (chat: number, startMs: number): number => {
    const one = emptyFoldInput();
    addSegment(one, (number += 1), chatIdOf(chat), startMs);
    for (const list of ['segments', 'segmentAdmissions', 'stopMarks'] as const)
      (input[list] as unknown[]).push(...one[list]);
    return timed(() => {
      fold.enter(one);
      fold.settle();
    });
  };
  const append = (): number => enterOne(number % 400, (endMs += 61_000));
  for (let warm = 0; warm < 200; warm += 1) append();
  const appends = Array.from({ length: APPENDS }, append);

  endMs += 120_000;
  const running = Array.from({ length: RUNNING }, (_, n) => ({
    ...{ id: `running-${n}`, chatId: chatIdOf(n), startedAtMs: endMs + n, elapsedMs: 0 },
    ...{ source: 'timer' as const, funding: 'funded' as const, order: 1_000_000 + n },
  }));
  const beats = Array.from({ length: BEATS }, (_, beat) => {
    const segments = running.map((one) => ({ ...one, elapsedMs: (beat + 1) * BEAT_MS }));
    return timed(() => {
      fold.enter({ segments });
      fold.settle();
    });
  });
  input.segments.push(...running.map((one) => ({ ...one, elapsedMs: BEATS * BEAT_MS })));
  const backDated = Array.from({ length: BACK_DATED }, (_, n) => enterOne(n, HISTORY_START_MS + n * 1_000));
  // A fast figure of a wrong fold would say nothing.
  assert.deepEqual(fold.settle().settled, foldUser('u', input));
  return {
    ...{ appendP50Ms: median(appends), appendP99Ms: percentile(appends, 0.99) },
    ...{ beatP50Ms: median(beats), beatP99Ms: percentile(beats, 0.99) },
    backDatedP50Ms: median(backDated),
  };
}

function timed(run: () => unknown): number {
  const from = nowMs();
  run();
  return nowMs() - from;
}
