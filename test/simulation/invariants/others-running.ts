/** What a client's chats with other advisors run, read past the server's own code: for who replays a T* that counts with them. */
import type { UserProjection } from '../../../shared/rows.ts';
import { GRACE_MS } from '../../../shared/wire.ts';
import type { Scene } from '../scene-shape.ts';
import type { Stored } from './stored.ts';

export interface RunningChat {
  chatId: string;
  startedAtMs: number;
}

/**
 * Other advisors' running chats of the projection's user; null where a beat alone does not tell them: more than one, a
 * mark after the start, another device that ran the chat too, or a start that was pushed and has not been in a beat.
 */
export function othersRunning(
  scene: Scene,
  stored: Stored,
  { userId, advisorId, asOfMs }: UserProjection,
): RunningChat[] | null {
  const others = new Set<string>();
  for (const { row } of stored.byKey.values())
    if (row.type === 'chat' && row.userId === userId && row.advisorId !== advisorId) others.add(row.id);
  const open = [...stored.segments.values()].filter(({ closed, chatId }) => !closed && others.has(chatId));
  if (open.length > 1) return null;
  const beating = beatingSegments(scene, asOfMs);
  const running: RunningChat[] = [];
  for (const { id, deviceId, chatId } of open) {
    const admission = stored.segmentAdmissions.get(id);
    if (admission === undefined || admission.code !== 'admitted' || !beating.has(`${deviceId} ${id}`))
      return null;
    const { startMs } = admission;
    if (stored.marksOf(chatId).some((mark) => (mark.admission?.atMs ?? Infinity) >= startMs)) return null;
    for (const other of stored.segmentAdmissions.values())
      if (
        other.chatId === chatId &&
        other.segmentId !== id &&
        other.startMs + other.admittedElapsedMs > startMs
      )
        return null;
    running.push({ chatId, startedAtMs: startMs });
  }
  return running;
}

/** `device segment` of what the last beats named as running, within the grace. */
function beatingSegments(scene: Scene, nowMs: number): Set<string> {
  const beats = scene.server.disk.read<{ device_id: string; segments_json: string }>(
    'select device_id, segments_json from device_beat',
  );
  return new Set(
    beats.flatMap(({ device_id, segments_json }) =>
      (JSON.parse(segments_json) as { segmentId: string; atMs: number; isRunning: boolean }[])
        .filter(({ atMs, isRunning }) => isRunning && nowMs - atMs <= GRACE_MS)
        .map(({ segmentId }) => `${device_id} ${segmentId}`),
    ),
  );
}
