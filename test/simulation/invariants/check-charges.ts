/**
 * The fold said once more in its plainest words, from the stored rows: what each chat ran, cut, trimmed and ruled, its
 * union, and how the pair's free time is shared, one stretch after the other. Slow and simple on purpose.
 */
import type { Row } from '../../../shared/rows.ts';
import type { Scene } from '../scene-shape.ts';
import { InvariantBroken, type Stored } from './stored.ts';

type RowOf<T extends Row['type']> = Extract<Row, { type: T }>;
interface Stretch {
  startMs: number;
  endMs: number;
}

/** I4, I5, I7: nobody is charged twice for an instant, and nothing is paid while free time is left. */
export function checkCharges(scene: Scene, stored: Stored): void {
  const rows = [...stored.byKey.values()].filter(({ seq }) => seq > 0);
  const ofType = <T extends Row['type']>(type: T) =>
    rows.flatMap(({ seq, row }) => (row.type === type ? [{ seq, row: row as RowOf<T> }] : []));
  const stretches = new Map<string, Stretch[]>();
  for (const { row: admission } of ofType('segmentAdmission')) {
    const one = countedOf(admission, stored, ofType);
    if (one.endMs > one.startMs)
      stretches.set(admission.chatId, [...(stretches.get(admission.chatId) ?? []), one]);
  }
  const chats = ofType('chat').map(({ row }) => row);
  const pairs = new Set(chats.map((chat) => JSON.stringify([chat.userId, chat.advisorId])));
  for (const pair of pairs) {
    const [userId, advisorId] = JSON.parse(pair) as [string, string];
    const ofPair = chats
      .filter((chat) => chat.userId === userId && chat.advisorId === advisorId)
      .map((chat) => chat.id)
      .sort((a, b) => (a < b ? -1 : 1));
    const grants = ofType('freeTimeGrant')
      .map(({ row }) => row)
      .filter((grant) => grant.userId === userId && grant.advisorId === advisorId);
    const expected = share(ofPair, stretches, grants);
    for (const chatId of ofPair) {
      const { freeMs, paidMs } = expected.get(chatId)!;
      const totals = stored.byKey.get(`recordTotals:${chatId}`)?.row as RowOf<'recordTotals'> | undefined;
      if ((totals?.freeMs ?? 0) !== freeMs || (totals?.paidMs ?? 0) !== paidMs)
        throw new InvariantBroken(
          'I7',
          `${chatId}: settled ${totals?.freeMs} free, ${totals?.paidMs} paid; by hand ${freeMs} free, ${paidMs} paid`,
        );
    }
  }
  scene.world.note('charges agree');
}

function countedOf(
  admission: RowOf<'segmentAdmission'>,
  stored: Stored,
  ofType: <T extends Row['type']>(type: T) => { seq: number; row: RowOf<T> }[],
): Stretch {
  const { startMs } = admission;
  const nothing = { startMs, endMs: startMs };
  const segment = stored.segments.get(admission.segmentId);
  if (segment === undefined) return nothing;
  const marks = stored
    .marksOf(admission.chatId)
    .flatMap(({ row, admission: verdict }) =>
      verdict?.code === 'admitted' ? [{ row, atMs: verdict.atMs }] : [],
    );
  const ruling = ofType('ruling')
    .filter(({ row }) => row.targetId === segment.id)
    .sort((a, b) => b.seq - a.seq)[0]?.row;
  let elapsedMs: number;
  if (ruling !== undefined) {
    const claimedMs = ruling.claimedElapsedMs ?? 0;
    elapsedMs =
      ruling.action === 'void'
        ? 0
        : ruling.action === 'admit'
          ? claimedMs
          : Math.min(claimedMs, ruling.elapsedMs ?? 0);
  } else {
    if (admission.code === 'quarantined' || segment.source === 'manual' || segment.funding === 'unfunded')
      return nothing;
    const ends = marks.filter(({ row }) => row.type === 'chatEnd').map(({ atMs }) => atMs);
    if (startMs >= Math.min(...ends, Infinity)) return nothing;
    const trims = ofType('trimMark')
      .filter(
        ({ row }) =>
          row.segmentId === segment.id && row.deviceId === segment.deviceId && row.chatId === segment.chatId,
      )
      .map(({ row }) => row.elapsedMs);
    const provenMs = segment.closed || admission.reason !== undefined ? 0 : stored.provenMs(segment, startMs);
    elapsedMs = Math.min(Math.max(admission.admittedElapsedMs, provenMs), ...trims);
  }
  const cuts = marks.map(({ atMs }) => atMs).filter((atMs) => atMs > startMs && atMs < startMs + elapsedMs);
  return { startMs, endMs: Math.min(startMs + elapsedMs, ...cuts) };
}

function share(
  chatIds: readonly string[],
  stretches: ReadonlyMap<string, readonly Stretch[]>,
  grants: readonly RowOf<'freeTimeGrant'>[],
): Map<string, { freeMs: number; paidMs: number }> {
  const shares = new Map(chatIds.map((chatId) => [chatId, { freeMs: 0, paidMs: 0 }]));
  const instants = new Set<number>();
  for (const chatId of chatIds)
    for (const { startMs, endMs } of stretches.get(chatId) ?? []) instants.add(startMs).add(endMs);
  for (const { atMs } of grants) instants.add(atMs);
  const times = [...instants].sort((a, b) => a - b);
  let usedMs = 0;
  for (let i = 0; i + 1 < times.length; i += 1) {
    const t = times[i]!;
    const dt = times[i + 1]! - t;
    const active = chatIds.filter((chatId) =>
      (stretches.get(chatId) ?? []).some(({ startMs, endMs }) => startMs <= t && t < endMs),
    );
    if (active.length === 0) continue;
    const leftMs = grants.reduce((sum, grant) => sum + (grant.atMs <= t ? grant.ms : 0), 0) - usedMs;
    active.forEach((chatId, rank) => {
      const even = Math.floor(leftMs / active.length) + (rank < leftMs % active.length ? 1 : 0);
      const freeMs = leftMs >= active.length * dt ? dt : Math.min(dt, even);
      const one = shares.get(chatId)!;
      one.freeMs += freeMs;
      one.paidMs += dt - freeMs;
    });
    usedMs += Math.min(leftMs, active.length * dt);
  }
  return shares;
}
