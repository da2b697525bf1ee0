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
  const { disk } = scene.server;
  const lines = disk.read<{ seq: number; json: string }>('select seq, json from sync_row');
  const byKey = new Map(
    lines.map(({ seq, json }) => {
      const row = JSON.parse(json) as Row;
      return [`${row.type}:${row.id}`, { seq, row }];
    }),
  );
  // A held row is at the server, too: it waits for its chat.
  for (const { json } of disk.read<{ json: string }>('select json from held_row')) {
    const row = JSON.parse(json) as Row;
    if (!byKey.has(`${row.type}:${row.id}`)) byKey.set(`${row.type}:${row.id}`, { seq: -byKey.size, row });
  }
  const rows = [...byKey.values()];
  const ofType = <T extends Row['type']>(type: T) =>
    rows.flatMap(({ row }) => (row.type === type ? [row as Extract<Row, { type: T }>] : []));
  const [counter] = disk.read<{ seq: number }>('select seq from sync_counter');
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
      const [beat] = disk.read<{ segments_json: string }>(
        'select segments_json from device_beat where device_id = ?',
        [segment.deviceId],
      );
      const said = (
        JSON.parse(beat?.segments_json ?? '[]') as { segmentId: string; elapsedMs: number; atMs: number }[]
      ).find((one) => one.segmentId === segment.id);
      return said === undefined ? 0 : Math.min(said.elapsedMs, Math.max(0, said.atMs - startMs));
    },
    highSeq: counter?.seq ?? 0,
  };
}
