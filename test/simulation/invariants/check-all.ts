/** Everything that must be true when a seed has come to rest (DOMAIN.md, "Invariants"). */
import { foldFacts } from '../../../shared/fold/fold.ts';
import type { Row, SegmentAdmission, TimeSegment } from '../../../shared/rows.ts';
import { PULL_MAX_ROWS, pageSchema } from '../../../shared/wire.ts';
import { isCoveredTo, rowKey } from '../../../shared/outbox.ts';
import { driftMs } from '../../../shared/admission/limits.ts';
import { createUserBooks } from '../../../sync-server/core/user-books.ts';
import { openDirectory } from '../../../sync-server/core/directory.ts';
import { openDeviceContacts } from '../../../sync-server/core/device-contacts.ts';
import { createRowStore } from '../../../sync-server/storage/row-store.ts';
import { foldInputOf } from '../../../sync-server/settlement/fold-book.ts';
import type { Scene } from '../scene.ts';
import type { SimDevice } from '../sim-device.ts';
import { SERVER } from '../sim-server.ts';
import { trueElapsedMs } from '../truth.ts';
import { InvariantBroken, type Stored } from './stored.ts';
import { readStoredRows } from './stored.ts';

export { InvariantBroken } from './stored.ts';

/** I17: a beat, and the tick that was on its way, ms. */
const ONE_BEAT_MS = 5_000;
/** I8: what the clock exchange may be off besides drift, ms. */
const PLACING_MS = 60;

export async function checkAll(scene: Scene): Promise<void> {
  const stored = readStoredRows(scene);
  scene.tally.segments += stored.segments.size;
  checkSequence(stored);
  checkQueues(scene);
  checkSaved(scene, stored);
  checkLengths(scene, stored);
  checkMarks(scene, stored);
  checkLosses(scene);
  await checkReplicas(scene);
  await checkFold(scene, stored);
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
    if (device.isSignedOut || device.isRevoked) continue;
    if (running === null) throw new InvariantBroken('I20', `${device.name} does not run`);
    const waiting = running.outbox.waiting();
    if (waiting.length > 0)
      throw new InvariantBroken(
        'I20',
        `${device.name} still holds ${waiting.length}: ${JSON.stringify(waiting[0])}`,
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
      throw new InvariantBroken('I11', `saved but not at the server: ${JSON.stringify(row)}`);
    if (row.type === 'timeSegment' && there.type === 'timeSegment') {
      const isSame = there.startedAtMonoMs === row.startedAtMonoMs;
      if (isSame && !isCoveredTo(row, there.elapsedMs, there.closed))
        throw new InvariantBroken('I11', `shorter at the server: ${JSON.stringify({ row, there })}`);
    }
  }
}

/** I8: nobody is charged for time that did not pass; and honest time is not refused. */
function checkLengths(scene: Scene, stored: Stored): void {
  for (const truth of scene.truth.segments.values()) {
    const segment = stored.byKey.get(`timeSegment:${truth.id}`)?.row as TimeSegment | undefined;
    const admission = stored.byKey.get(`segmentAdmission:admission:${truth.id}`)?.row as
      SegmentAdmission | undefined;
    if (segment === undefined || admission === undefined) continue;
    const trueMs = trueElapsedMs(truth);
    const most = trueMs + PLACING_MS + driftMs(trueMs);
    if (admission.admittedElapsedMs > most)
      throw new InvariantBroken(
        'I8',
        `admitted ${admission.admittedElapsedMs}, true ${trueMs}: ${JSON.stringify({ truth, segment, admission })}`,
      );
    if (admission.code !== 'quarantined' && admission.pendingMs > 0)
      throw new InvariantBroken('honest', `still pending: ${JSON.stringify({ segment, admission })}`);
    if (
      admission.code === 'quarantined' &&
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

/** I10, I11, I15: every replica holds exactly what its owner may see, at the same sequences. */
async function checkReplicas(scene: Scene): Promise<void> {
  for (const device of scene.devices) {
    if (device.isSignedOut || device.isRevoked) continue;
    const visible = await pullAll(scene, device);
    const held = new Map(device.replica.rows().map((doc) => [`${String(doc['type'])}:${doc.id}`, doc]));
    const { seq } = device.replica.checkpoint();
    if (seq < visible.lastSeq)
      throw new InvariantBroken('I11', `${device.name} has applied ${seq} of ${visible.lastSeq}`);
    for (const [key, row] of visible.rows) {
      const doc = held.get(key);
      held.delete(key);
      if (doc === undefined) throw new InvariantBroken('I15', `${device.name} lacks ${key}`);
      for (const [field, value] of Object.entries(row.row))
        if (JSON.stringify(doc[field]) !== JSON.stringify(value))
          throw new InvariantBroken(
            'I10',
            `${device.name} ${key}.${field}: ${JSON.stringify(doc)} is not ${JSON.stringify(row)}`,
          );
    }
    const refused = new Set((device.device()?.outbox.refused() ?? []).map(({ row }) => rowKey(row)));
    for (const key of held.keys())
      if (!refused.has(key))
        throw new InvariantBroken('I10', `${device.name} has ${key}, which the server does not show`);
  }
}

async function pullAll(scene: Scene, device: SimDevice) {
  const rows = new Map<string, { seq: number; row: Row }>();
  let from = 0;
  let lastSeq = 0;
  for (;;) {
    const page = pageSchema.parse(
      JSON.parse(await scene.server.pull(device.actor(), 2, from, PULL_MAX_ROWS)),
    );
    if (page.fromSeq !== from) throw new InvariantBroken('I15', `page from ${page.fromSeq} after ${from}`);
    for (const one of page.rows) {
      rows.set(rowKey(one.row), one);
      lastSeq = Math.max(lastSeq, one.seq);
    }
    from = page.toSeq;
    if (!page.hasMore) return { rows, lastSeq };
  }
}

/** I3, I4, I16: the totals and balances that were stored bit by bit are what one fold of everything gives. */
async function checkFold(scene: Scene, stored: Stored): Promise<void> {
  const { storage } = scene.server.disk.open();
  const rows = createRowStore(storage);
  const directory = await openDirectory(rows);
  const contacts = await openDeviceContacts(storage);
  const books = createUserBooks(rows, directory.enter);
  await books.load(scene.users);
  for (const userId of scene.users) {
    const input = {
      ...foldInputOf(books.get(userId)!, { directory, contacts }),
      users: [{ id: userId, order: 0 }],
    };
    const full = foldFacts(input);
    for (const chat of full.chats) {
      if (chat.trackedMs !== chat.freeMs + chat.paidMs) throw new InvariantBroken('I4', JSON.stringify(chat));
      const totals = stored.byKey.get(`recordTotals:${chat.chatId}`)?.row;
      if (totals?.type !== 'recordTotals') {
        if (chat.trackedMs > 0) throw new InvariantBroken('I3', `no totals of ${chat.chatId}`);
        continue;
      }
      for (const [field, value] of Object.entries(chat))
        if (field !== 'chatId' && totals[field as 'trackedMs'] !== value)
          throw new InvariantBroken(
            'I3',
            `${chat.chatId}.${field}: stored ${totals[field as 'trackedMs']}, fold ${String(value)}`,
          );
    }
    for (const pair of full.pairs) {
      if (pair.usedMs + pair.leftMs !== pair.grantedMs) throw new InvariantBroken('I4', JSON.stringify(pair));
      const projection = stored.byKey.get(`userProjection:${pair.advisorId}:${userId}`)?.row;
      if (projection?.type !== 'userProjection') continue;
      if (projection.balanceUnits !== full.users[0]!.balanceUnits || projection.freeLeftMs !== pair.leftMs)
        throw new InvariantBroken(
          'I3',
          `projection ${JSON.stringify(projection)} is not ${JSON.stringify({ pair, user: full.users[0] })}`,
        );
    }
  }
  void SERVER;
}
