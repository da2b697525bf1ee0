/** Whether another device's stopMark ended a segment that runs here (DOMAIN.md, "Segments and marks on a device"). */
import type { ProjectedChat, TimeSegment } from '../../shared/rows.ts';

/**
 * The instant on the boot's clock at which the segment ends, ms; undefined when no mark of another device cuts it. A
 * segment that began in knowledge of the mark, or after it, is not cut. `offsetMs` = server instant − boot's instant.
 */
export function cutElsewhereAtMonoMs(
  segment: Pick<TimeSegment, 'deviceId' | 'startedAtMonoMs' | 'knownSeq'>,
  chat: ProjectedChat | undefined,
  offsetMs: number,
): number | undefined {
  const stop = chat?.lastStop;
  if (stop === undefined || stop.deviceId === segment.deviceId || stop.seq <= segment.knownSeq)
    return undefined;
  const atMonoMs = Math.floor(stop.atMs - offsetMs);
  return atMonoMs > segment.startedAtMonoMs ? atMonoMs : undefined;
}
