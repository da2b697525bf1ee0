/**
 * The rows a decision writes. Both choices take back what was recorded in question: time counts there only by a ruling, so
 * *ask to count* adds a manual segment that waits for a supervisor. Ids follow from the stop's: writing twice is once. Pure.
 */
import type { DeviceRow } from '../rows.ts';
import type { AwayDecision, AwayStop } from './away-stop.ts';

export interface DecisionContext {
  deviceId: string;
  knownSeq: number;
  /** Wall clock, ms: shown beside the note until the server orders it. */
  wallMs: number;
  /** Start of the minutes in question on the server's clock, ms. */
  fromMs: number;
  /** Their length, ms. */
  questionMs: number;
}

export function rowsOfDecision(
  stop: AwayStop,
  decision: AwayDecision,
  context: DecisionContext,
): DeviceRow[] {
  const { chatId } = stop;
  const { deviceId, knownSeq } = context;
  const rows: DeviceRow[] = stop.cuts.map(({ segmentId, elapsedMs }) => ({
    type: 'trimMark',
    id: `${segmentId}:trim`,
    segmentId,
    chatId,
    deviceId,
    elapsedMs,
  }));
  const elapsedMs = Math.min(decision.lengthMs ?? context.questionMs, context.questionMs);
  if (decision.choice === 'notCounted' || elapsedMs === 0) return rows;
  rows.push({
    type: 'timeSegment',
    id: `${stop.id}:asked`,
    chatId,
    deviceId,
    bootId: stop.bootId,
    knownSeq,
    startedAtMonoMs: stop.fromMonoMs,
    startedAtMs: context.fromMs,
    elapsedMs,
    closed: true,
    source: 'manual',
    funding: 'funded',
  });
  const reason = decision.reason?.trim() ?? '';
  if (reason !== '')
    rows.push({
      type: 'note',
      id: `${stop.id}:why`,
      chatId,
      deviceId,
      text: `Asked to count ${inMinutes(elapsedMs)} without the timer: ${reason}`,
      atMs: context.wallMs,
    });
  return rows;
}

/** `7:20` from 440,000 ms. */
function inMinutes(ms: number): string {
  const seconds = Math.floor(ms / 1_000);
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`;
}
