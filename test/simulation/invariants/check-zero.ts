/**
 * I14: the T* that a beat is told, replayed by the fold itself: with all that runs carried on to it the credits still
 * reach, and a millisecond later they do not. And what it leaves aside is what silent other devices may use, nothing else.
 */
import type { Fact } from '../../../shared/facts/fact-schemas.ts';
import type { OrderedLine } from '../../../shared/facts/server-order.ts';
import type { Settlement } from '../../../shared/fold/settlement.ts';
import { RESERVATION_LAPSES_MS } from '../../../shared/live/offline-allowance.ts';
import type { ProjectedChat, UserProjection } from '../../../shared/rows.ts';
import { GRACE_MS, type BeatResponse } from '../../../shared/wire.ts';
import type { Reservation } from '../../../sync-server/core/reservations.ts';
import { settleLines } from '../../../sync-server/settle.ts';
import type { Scene } from '../scene-shape.ts';
import { InvariantBroken, readStoredRows, type Stored } from './stored.ts';

/** Of the beats that are told a T*, so many are replayed: each folds everything three times. */
const REPLAYED = 0.04;
const FACTS: ReadonlySet<string> = new Set([
  ...['advisor', 'user', 'chat', 'chatEnd', 'rateChange', 'freeTimeGrant', 'topUp', 'refund', 'debit'],
  ...['goodwill', 'policyChange', 'timeSegment', 'stopMark', 'trimMark', 'segmentAdmission', 'markAdmission'],
]);

interface BeatRow {
  device_id: string;
  at_ms: number;
  reservations_json: string;
}

/** Called when a beat was answered and nothing else has happened since. Throws InvariantBroken. */
export function checkTold(scene: Scene, deviceId: string, response: BeatResponse): void {
  if (response.projections.length === 0) return;
  const beats = scene.server.disk.read<BeatRow>(
    'select device_id, at_ms, reservations_json from device_beat',
  );
  // Another commit has come between.
  if (beats.some((beat) => beat.at_ms > response.serverNowMs)) return;
  for (const projection of response.projections) {
    checkReserved(projection, deviceId, beats);
    if (projection.zeroAtMs !== undefined && scene.random.chance(REPLAYED))
      replay(scene, projection, response.highSeq);
  }
}

function checkReserved(projection: UserProjection, deviceId: string, beats: readonly BeatRow[]): void {
  const { userId, advisorId, asOfMs, reservedUnits, reservedFreeMs = 0 } = projection;
  let units = 0;
  let freeMs = 0;
  for (const beat of beats) {
    const silentMs = asOfMs - beat.at_ms;
    if (beat.device_id === deviceId || silentMs <= GRACE_MS || silentMs > RESERVATION_LAPSES_MS) continue;
    for (const one of JSON.parse(beat.reservations_json) as Reservation[]) {
      if (one.userId !== userId) continue;
      units += one.creditUnits;
      if (one.advisorId === advisorId) freeMs += one.freeMs;
    }
  }
  if (units !== reservedUnits)
    throw new InvariantBroken(
      'I14',
      `${userId}: ${reservedUnits} units are left aside, others may use ${units}`,
    );
  if (freeMs !== reservedFreeMs)
    throw new InvariantBroken(
      'I14',
      `${userId}: ${reservedFreeMs} ms of free time are left aside, others may use ${freeMs}`,
    );
}

function replay(scene: Scene, projection: UserProjection, highSeq: number): void {
  const { zeroAtMs, userId, reservedUnits, othersSteps = [], othersBurnUnitsPerMs } = projection;
  const isWhole = othersSteps.length === 0 && othersBurnUnitsPerMs === 0;
  const isFreeReserved = (projection.reservedFreeMs ?? 0) > 0;
  if (zeroAtMs === undefined || !isWhole || isFreeReserved) return;
  // Where two devices ran one chat in turn with gaps, T* is told to within what the gaps' order moves.
  const isGapless = ({ runningOnDeviceId, confirmedUntilMs, settledUntilMs }: ProjectedChat): boolean =>
    runningOnDeviceId === undefined || confirmedUntilMs === settledUntilMs;
  if (!projection.chats.every(isGapless)) return;
  const stored = readStoredRows(scene);
  const isRuled = [...stored.byKey.values()].some(({ row }) => row.type === 'ruling');
  if (isRuled || stored.highSeq !== highSeq) return;
  if (isFreeTimeEndingUnseen(stored, projection)) return;
  const leftAt = (untilMs: number): number =>
    userAt(foldAt(stored, projection, untilMs), userId) - reservedUnits;
  // Already in debt: T* is now.
  if (leftAt(projection.asOfMs) < 0) return;
  const before = leftAt(zeroAtMs - 1);
  const after = leftAt(zeroAtMs + 2);
  if (before < 0 || after >= 0)
    throw new InvariantBroken(
      'I14',
      `${userId}: ${before} units 1 ms before T*, ${after} 2 ms after it: ${JSON.stringify(projection)}`,
    );
}

/**
 * Free time ended after the instant up to which all that runs is settled: who of the pair's chats then had the rest of it
 * is known to the fold alone until all have beaten again. With one price it makes no difference, unless increments round.
 */
function isFreeTimeEndingUnseen(stored: Stored, projection: UserProjection): boolean {
  const { chats, asOfMs, userId, advisorId } = projection;
  const hasOnePrice = new Set(chats.map((chat) => chat.ratePerMinuteMinor)).size <= 1;
  const isRounded = chats.some((chat) => (chat.billingIncrementMs ?? 1) > 1);
  if (hasOnePrice && !isRounded) return false;
  const fromMs = Math.min(...chats.flatMap((chat) => chat.confirmedUntilMs ?? []));
  const isSettledBeyond = chats.some((chat) => (chat.settledUntilMs ?? 0) > fromMs);
  if (fromMs >= asOfMs || !isSettledBeyond) return false;
  const leftAt = (untilMs: number): number =>
    foldAt(stored, projection, untilMs, untilMs).pairs.find(
      (pair) => pair.userId === userId && pair.advisorId === advisorId,
    )?.leftMs ?? 0;
  return leftAt(fromMs) > 0 && leftAt(asOfMs) === 0;
}

function userAt({ users }: Settlement, userId: string): number {
  return users.find((user) => user.userId === userId)?.balanceUnits ?? 0;
}

/**
 * What is settled when what the projection says is running has run until then, and nothing else has happened; of what
 * is stored only the time before `storedUntilMs`, and the grants.
 */
function foldAt(
  stored: Stored,
  projection: UserProjection,
  untilMs: number,
  storedUntilMs = Infinity,
): Settlement {
  const lines: OrderedLine[] = [];
  const add = <F extends { seq: number }>(fact: F): void =>
    void lines.push({ lineNumber: lines.length + 1, fact: fact as object as Fact, order: fact.seq });
  for (const { seq, row } of stored.byKey.values()) {
    if (seq <= 0 || !FACTS.has(row.type)) continue;
    if (row.type === 'freeTimeGrant' && row.atMs > storedUntilMs) continue;
    if (row.type === 'segmentAdmission') {
      const segment = stored.segments.get(row.segmentId);
      const isOpen = segment !== undefined && !segment.closed && row.code !== 'quarantined';
      const provenMs = isOpen && row.reason === undefined ? stored.provenMs(segment, row.startMs) : 0;
      const admittedElapsedMs = Math.max(row.admittedElapsedMs, provenMs);
      add({
        ...row,
        seq,
        admittedElapsedMs: Math.max(0, Math.min(admittedElapsedMs, storedUntilMs - row.startMs)),
      });
    } else if (row.type === 'timeSegment' && !row.closed)
      add({ ...row, seq, elapsedMs: Math.max(row.elapsedMs, untilMs) });
    else add({ ...row, seq });
  }
  for (const { chatId, runningOnDeviceId, runningSinceMs } of projection.chats) {
    if (runningOnDeviceId === undefined) continue;
    const startedAtMs = runningSinceMs ?? projection.asOfMs;
    const elapsedMs = Math.max(0, untilMs - startedAtMs);
    const own = { id: `ahead:${chatId}`, chatId, deviceId: 'ahead', startedAtMs, elapsedMs, closed: true };
    const seq = stored.highSeq + 1 + lines.length;
    add({ type: 'timeSegment', seq, ...own });
  }
  return settleLines({ lines, unreadable: [] }).settlement;
}
