/** Everything a server holds as a facts file, in one unchanging view, a page at a time: memory stays that of a page. */
import { AppError } from '../../shared/errors.ts';
import { admissionId } from '../admission/admit-segment.ts';
import type { Snapshot } from '../storage/snapshot.ts';
import { fromTable, type StoredText } from '../storage/row-store.ts';
import { EXPORTED_TYPES, linesOf, provenLines, segmentIdOf } from './exported-lines.ts';

const PAGE_ROWS = 2_000;

export interface ExportOptions {
  /** With names, topics, message and note texts. */
  hasTexts: boolean;
  signal?: AbortSignal;
  onProgress?: (progress: { rows: number; allRows: number }) => void;
}

/** The same, and the snapshot is closed when the last line was read or the reader went away. */
export async function* exportAndClose(snapshot: Snapshot, options: ExportOptions): AsyncGenerator<string> {
  try {
    yield* exportFacts(snapshot, options);
  } finally {
    await snapshot.close();
  }
}

/** Yields whole lines, many at a time. Throws AppError cancelled. The snapshot stays open. */
export async function* exportFacts(snapshot: Snapshot, options: ExportOptions): AsyncGenerator<string> {
  const { hasTexts, signal, onProgress } = options;
  const allRows = onProgress === undefined ? 0 : await countRows(snapshot);
  let rows = 0;
  let seq = 0;
  for (;;) {
    if (signal?.aborted === true) throw new AppError('cancelled', { reason: 'Nothing was changed.' });
    const page = await readPage(snapshot, seq);
    if (page.length === 0) break;
    const named = new Set(
      page
        .filter((row) => row.type === 'ruling' || row.type === 'trimMark')
        .flatMap((row) => segmentIdOf(row) ?? []),
    );
    const segments = await readByIds(snapshot, 'timeSegment', named);
    seq = (page.at(-1) as StoredText).seq;
    rows += page.length;
    onProgress?.({ rows, allRows });
    const text = page.map((row) => linesOf(row, segments, hasTexts)).join('');
    if (text !== '') yield text;
    // libsql answers without waiting: others get their turn here.
    await new Promise((resolve) => setImmediate(resolve));
  }
  yield* provenByBeats(snapshot);
}

async function* provenByBeats(snapshot: Snapshot): AsyncGenerator<string> {
  const { seq: highSeq } = await snapshot.db
    .selectFrom('sync_counter')
    .select('seq')
    .executeTakeFirstOrThrow();
  let seq = highSeq + 1;
  for (const beat of await snapshot.db.selectFrom('device_beat').selectAll().execute()) {
    const list = JSON.parse(beat.segments_json) as { segmentId: string; elapsedMs: number; atMs: number }[];
    const ids = new Set(list.map(({ segmentId }) => segmentId));
    const segments = await readByIds(snapshot, 'timeSegment', ids);
    const admissions = await readByIds(snapshot, 'segmentAdmission', new Set([...ids].map(admissionId)));
    for (const proven of list) {
      const segment = segments.get(proven.segmentId);
      const admission = admissions.get(admissionId(proven.segmentId));
      // A device speaks for its own segments only.
      if (segment === undefined || admission === undefined || segment.deviceId !== beat.device_id) continue;
      const lines = provenLines(segment, admission, proven, seq);
      if (lines === '') continue;
      seq += 2;
      yield lines;
    }
  }
}

async function readPage({ db }: Snapshot, afterSeq: number): Promise<StoredText[]> {
  const rows = await db
    .selectFrom('sync_row')
    .selectAll()
    .where('seq', '>', afterSeq)
    .where('type', 'in', EXPORTED_TYPES)
    .orderBy('seq')
    .limit(PAGE_ROWS)
    .execute();
  return rows.map(fromTable);
}

async function readByIds(
  { db, isIn }: Snapshot,
  type: StoredText['type'],
  ids: ReadonlySet<string>,
): Promise<Map<string, StoredText>> {
  if (ids.size === 0) return new Map();
  const rows = await db
    .selectFrom('sync_row')
    .selectAll()
    .where(isIn('id', [...ids]))
    .where('type', '=', type)
    .execute();
  return new Map(rows.map((row) => [row.id, fromTable(row)]));
}

async function countRows({ db }: Snapshot): Promise<number> {
  const { n } = await db
    .selectFrom('sync_row')
    .select((e) => e.fn.countAll<number>().as('n'))
    .where('type', 'in', EXPORTED_TYPES)
    .executeTakeFirstOrThrow();
  return Number(n);
}
