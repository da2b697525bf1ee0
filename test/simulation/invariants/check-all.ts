/** Everything that must be true when a seed has come to rest (DOMAIN.md, "Invariants"). */
import type { SegmentAdmission, TimeSegment } from '../../../shared/rows.ts';
import { isCoveredTo, rowKey } from '../../../shared/outbox.ts';
import { driftMs } from '../../../shared/admission/limits.ts';
import type { Scene } from '../scene-shape.ts';
import { checkCharges } from './check-charges.ts';
import { checkLedger } from './check-ledger.ts';
import { checkFold } from './check-fold.ts';
import { checkOverdrafts } from './check-overdraft.ts';
import { checkIntegers } from './check-rows.ts';
import { checkReplicas } from './check-replicas.ts';
import { trueElapsedMs } from '../truth.ts';
import { InvariantBroken, type Stored } from './stored.ts';
import { readStoredRows } from './stored.ts';

export { InvariantBroken } from './stored.ts';

/** I17: a beat, and the tick that was on its way, ms. */
const ONE_BEAT_MS = 5_000;
/** A placed start is this far from the true one at most: the worst exchange, its drift, and marks that push it on, ms. */
const ANCHOR_MS = 4_000;
/** I8: what the clock exchange may be off besides drift, ms. */
const PLACING_MS = 60;

export async function checkAll(scene: Scene): Promise<void> {
  const stored = readStoredRows(scene);
  scene.tally.segments += stored.segments.size;
  checkSequence(stored);
  checkIntegers(scene, stored);
  checkQueues(scene);
  checkSaved(scene, stored);
  checkLengths(scene, stored);
  checkMarks(scene, stored);
  checkLosses(scene);
  checkOverdrafts(scene);
  await checkReplicas(scene);
  await checkFold(scene, stored);
  checkCharges(scene, stored);
  await checkLedger(scene);
}

/** I18, I20: nothing waits any more, nothing answered was sent again. */
function checkQueues(scene: Scene): void {
  for (const device of scene.devices) {
    if (device.repeated.length > 0)
      throw new InvariantBroken(
        'I18',
        `${device.name} pushed again what was answered: ${device.repeated[0]}`,
      );
    const running = device.device();
    // A segment is never refused: what is wrong with it is a verdict.
    const refused = running?.outbox.refused().find(({ row }) => row.type === 'timeSegment');
    if (refused !== undefined)
      throw new InvariantBroken('I11', `a segment refused: ${JSON.stringify(refused)}`);
    if (device.isSignedOut || device.isRevoked) continue;
    if (running === null) throw new InvariantBroken('I20', `${device.name} does not run`);
    const waiting = running.outbox.waiting();
    if (waiting.length > 0)
      throw new InvariantBroken(
        'I20',
        `${device.name} still holds ${waiting.length}: ${JSON.stringify([waiting[0], device.desk()?.replicator.readStatus(), running.beat.connection(), running.beat.isAnchored()])}`,
      );
  }
}

/** I11: what was called saved is at the server, as long and as closed, or in its author's list of refused rows. */
function checkSaved(scene: Scene, stored: Stored): void {
  const refused = new Set(
    scene.devices.flatMap((device) =>
      (device.device()?.outbox.refused() ?? []).map(({ row }) => rowKey(row)),
    ),
  );
  for (const [key, row] of scene.truth.saved) {
    if (refused.has(key) || scene.truth.forgotten.has(key)) continue;
    const there = stored.byKey.get(key)?.row;
    if (there === undefined)
      throw new InvariantBroken(
        'I11',
        `saved but not at the server: ${JSON.stringify(row)} ${JSON.stringify(scene.devices.filter((d) => 'deviceId' in row && d.deviceId === row.deviceId).map((d) => [d.device() !== null, d.desk()?.replicator.readStatus(), d.device()?.outbox.counts(), d.device()?.beat.isAnchored(), d.device()?.beat.connection()]))}`,
      );
    const { seq } = stored.byKey.get(key)!;
    if (seq <= 0 && 'chatId' in row && stored.byKey.has(`chat:${row.chatId}`))
      throw new InvariantBroken('I11', `still held although its chat is there: ${JSON.stringify(row)}`);
    if (row.type === 'timeSegment' && there.type === 'timeSegment') {
      const isSame = there.startedAtMonoMs === row.startedAtMonoMs;
      if (isSame && !isCoveredTo(row, there.elapsedMs, there.closed))
        throw new InvariantBroken('I11', `shorter at the server: ${JSON.stringify({ row, there })}`);
    }
  }
}

/** I8: nobody is charged for time that did not pass; and honest time is not refused. */
function checkLengths(scene: Scene, stored: Stored): void {
  for (const id of scene.neverAdmitted) {
    const admission = stored.segmentAdmissions.get(id);
    // A boot without an anchor is believed by its arrival (DOMAIN.md): nothing tells such a claim from honest time.
    const isBelieved = admission?.flags.includes('unanchored') === true;
    if (admission !== undefined && !isBelieved && admission.code !== 'quarantined')
      throw new InvariantBroken('I8', `an invented claim counts: ${JSON.stringify(admission)}`);
  }
  for (const truth of scene.truth.segments.values()) {
    const segment = stored.byKey.get(`timeSegment:${truth.id}`)?.row as TimeSegment | undefined;
    const admission = stored.byKey.get(`segmentAdmission:admission:${truth.id}`)?.row as
      SegmentAdmission | undefined;
    if (segment === undefined || admission === undefined) continue;
    // A tampered device may have used up one of its own ids.
    if (segment.startedAtMonoMs !== truth.startedAtMonoMs) continue;
    const isPlacedByClock =
      admission.flags.length === 0 &&
      admission.code !== 'quarantined' &&
      scene.profile.serverClockEveryMs === 0 &&
      !scene.tampered.has(`${truth.deviceId} ${truth.bootId} ${truth.chatId}`);
    if (isPlacedByClock && Math.abs(admission.startMs - truth.startMs) > ANCHOR_MS)
      throw new InvariantBroken('I9', `placed far from its start: ${JSON.stringify({ truth, admission })}`);
    const trueMs = trueElapsedMs(truth);
    const most = trueMs + PLACING_MS + driftMs(trueMs);
    if (admission.admittedElapsedMs > most)
      throw new InvariantBroken(
        'I8',
        `admitted ${admission.admittedElapsedMs}, true ${trueMs}: ${JSON.stringify({ truth, segment, admission })}`,
      );
    // A boot never anchored is placed by the arrival of its first copy, which claims nothing yet: growth that does not
    // fit there waits for a ruling (DOMAIN.md, "Placement and admission"), seen by a supervisor and not lost: so much as
    // the start was placed too late.
    const isAnchored = !admission.flags.includes('unanchored');
    const placedLateMs = Math.max(0, admission.startMs - truth.startMs) + ANCHOR_MS;
    const mayWaitMs = isAnchored ? 0 : scene.clockSteps.length > 0 ? Infinity : placedLateMs;
    if (admission.code !== 'quarantined' && admission.pendingMs > mayWaitMs)
      throw new InvariantBroken('honest', `still pending: ${JSON.stringify({ segment, admission })}`);
    // Received before the server's clock stepped forward and held for its chat: the boot's anchor has moved on since.
    const wasHeldOverStep =
      admission.reason === 'endBeyondNow' &&
      scene.chatsOpenedHere.has(truth.chatId) &&
      scene.clockSteps.some(({ atMs, byMs }) => byMs > 0 && atMs >= truth.startMs);
    if (
      admission.code === 'quarantined' &&
      !wasHeldOverStep &&
      !['afterChatEnd', 'unfunded', 'revoked', 'manual', 'notYourChat'].includes(admission.reason ?? '')
    )
      throw new InvariantBroken(
        'honest',
        `honest time refused: ${JSON.stringify({ truth, segment, admission })}`,
      );
  }
}

/** I21: no mark cuts what started after it or in knowledge of it. */
function checkMarks(scene: Scene, stored: Stored): void {
  for (const admission of stored.segmentAdmissions.values()) {
    if (admission.code === 'quarantined') continue;
    const segment = stored.segments.get(admission.segmentId);
    if (segment === undefined) continue;
    const endMs = admission.startMs + admission.admittedElapsedMs;
    for (const { row, admission: verdict, seq } of stored.marksOf(admission.chatId)) {
      if (verdict?.code !== 'admitted') continue;
      if (!(admission.startMs < verdict.atMs && verdict.atMs < endMs)) continue;
      // Rows that overlap in one boot are no honest device's: its marks come after what it ran.
      if (scene.tampered.has(`${row.deviceId} ${row.bootId} ${row.chatId}`)) continue;
      const isSameBoot = row.deviceId === segment.deviceId && row.bootId === segment.bootId;
      const startedAfter =
        isSameBoot && row.atMonoMs !== undefined && segment.startedAtMonoMs >= row.atMonoMs;
      const knew = seq <= segment.knownSeq;
      if (startedAfter || knew)
        throw new InvariantBroken('I21', `cut: ${JSON.stringify({ segment, admission, row, verdict, seq })}`);
    }
  }
}

/** I17. */
function checkLosses(scene: Scene): void {
  for (const loss of scene.truth.losses)
    if (loss.lostMs > ONE_BEAT_MS) throw new InvariantBroken('I17', JSON.stringify(loss));
}

/** Sequences are gapless in commit order: of the rows that stand, each has its own, none beyond the counter. */
function checkSequence(stored: Stored): void {
  const seen = new Set<number>();
  for (const { seq } of stored.byKey.values()) {
    if (seen.has(seq) || seq > stored.highSeq)
      throw new InvariantBroken('I15', `sequence ${seq} twice or beyond`);
    seen.add(seq);
  }
}
