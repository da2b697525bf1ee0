/** What the server's database holds at the end, read past the server's own code. */
import type {
  ChatEnd,
  MarkAdmission,
  Row,
  SegmentAdmission,
  StopMark,
  TimeSegment,
} from '../../../shared/rows.ts';
import type { Scene } from '../scene-shape.ts';

export class InvariantBroken extends Error {
  readonly invariant: string;
  constructor(invariant: string, detail: string) {
    super(detail);
    this.invariant = invariant;
  }
}

export interface Stored {
  byKey: Map<string, { seq: number; row: Row }>;
  segments: Map<string, TimeSegment>;
  segmentAdmissions: Map<string, SegmentAdmission>;
  marksOf(chatId: string): { seq: number; row: StopMark | ChatEnd; admission: MarkAdmission | undefined }[];
  /** How far the last beat of its device has proven an open segment, never beyond that beat, ms. */
  provenMs(segment: TimeSegment, startMs: number): number;
  highSeq: number;
}

export function readStoredRows(scene: Scene): Stored {
  const { raw } = scene.server.disk;
  const lines = raw.prepare('select seq, json from sync_row').all([]) as { seq: number; json: string }[];
  const byKey = new Map(
    lines.map(({ seq, json }) => {
      const row = JSON.parse(json) as Row;
      return [`${row.type}:${row.id}`, { seq, row }];
    }),
  );
  // A held row is at the server, too: it waits for its chat.
  for (const { json } of raw.prepare('select json from held_row').all([]) as { json: string }[]) {
    const row = JSON.parse(json) as Row;
    if (!byKey.has(`${row.type}:${row.id}`)) byKey.set(`${row.type}:${row.id}`, { seq: -byKey.size, row });
  }
  const rows = [...byKey.values()];
  const ofType = <T extends Row['type']>(type: T) =>
    rows.flatMap(({ row }) => (row.type === type ? [row as Extract<Row, { type: T }>] : []));
  const [counter] = raw.prepare('select seq from sync_counter').all([]) as { seq: number }[];
  return {
    byKey,
    segments: new Map(ofType('timeSegment').map((row) => [row.id, row])),
    segmentAdmissions: new Map(ofType('segmentAdmission').map((row) => [row.segmentId, row])),
    marksOf: (chatId) =>
      rows.flatMap(({ seq, row }) =>
        (row.type === 'stopMark' || row.type === 'chatEnd') && row.chatId === chatId
          ? [
              {
                seq,
                row,
                admission: byKey.get(`markAdmission:admission:${row.id}`)?.row as MarkAdmission | undefined,
              },
            ]
          : [],
      ),
    provenMs(segment, startMs) {
      const [beat] = raw
        .prepare('select segments_json from device_beat where device_id = ?')
        .all([segment.deviceId]) as { segments_json: string }[];
      const said = (
        JSON.parse(beat?.segments_json ?? '[]') as { segmentId: string; elapsedMs: number; atMs: number }[]
      ).find((one) => one.segmentId === segment.id);
      return said === undefined ? 0 : Math.min(said.elapsedMs, Math.max(0, said.atMs - startMs));
    },
    highSeq: counter?.seq ?? 0,
  };
}
