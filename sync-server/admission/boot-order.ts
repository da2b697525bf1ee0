/** What the rows of one boot and chat, and the marks a device knew of, say about where its next row may be placed. */
import type { Claim } from '../../shared/admission/placement.ts';
import type { RowContext } from '../core/row-context.ts';
import type { ChatBook } from '../core/user-book.ts';

/** An instant a device wrote. */
export interface DeviceInstant {
  deviceId: string;
  bootId: string;
  monoMs: number;
  wallMs: number;
}

/** What placing needs, gathered from the books. ms. */
export function claimOf(
  context: RowContext,
  { deviceId, bootId, monoMs, wallMs }: DeviceInstant,
  elapsedMs: number,
  earlierEndMs: number,
): Claim {
  const { contacts } = context.state;
  return {
    anchor: contacts.anchor(deviceId, bootId),
    ...{ monoMs, wallMs, elapsedMs, receivedMs: context.receivedMs },
    lastContactMs: contacts.lastContactBefore(deviceId, bootId, context.receivedMs),
    earlierRowsEndMs: earlierEndMs,
  };
}

/**
 * The latest admitted end or mark of the boot and chat whose monotonic instant is earlier; 0 without one. Manual and
 * quarantined rows aside. At one monotonic instant a mark comes before a start: it ended what ran until then.
 */
export function earlierRowsEndMs(chat: ChatBook, instant: DeviceInstant & { isMark: boolean }): number {
  let endMs = 0;
  for (const { row, admission } of chat.segments.values()) {
    if (row.deviceId !== instant.deviceId || row.bootId !== instant.bootId || row.source === 'manual')
      continue;
    const isEarlier = instant.isMark
      ? row.startedAtMonoMs <= instant.monoMs
      : row.startedAtMonoMs < instant.monoMs;
    if (!isEarlier || admission === undefined || admission.row.code === 'quarantined') continue;
    endMs = Math.max(endMs, admission.row.startMs + admission.row.admittedElapsedMs);
  }
  for (const { row, admission } of chat.marks.values()) {
    if (row.deviceId !== instant.deviceId || row.bootId !== instant.bootId || row.atMonoMs === undefined)
      continue;
    const isEarlier = instant.isMark ? row.atMonoMs < instant.monoMs : row.atMonoMs <= instant.monoMs;
    if (isEarlier && admission?.row.code === 'admitted') endMs = Math.max(endMs, admission.row.atMs);
  }
  return endMs;
}

/** The latest admitted mark of the chat that a device at `knownSeq` had applied; 0 without one. */
export function knownMarkMs(chat: ChatBook, knownSeq: number): number {
  let atMs = 0;
  for (const { seq, admission } of chat.marks.values()) {
    if (seq <= knownSeq && admission?.row.code === 'admitted') atMs = Math.max(atMs, admission.row.atMs);
  }
  return atMs;
}
