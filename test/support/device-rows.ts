/** Rows as a device writes them, for tests of the borders. */
import type { DeviceRow } from '../../shared/rows.ts';

export interface Writer {
  deviceId: string;
  bootId?: string;
  /** The server's now: rows lie shortly before it. */
  nowMs: number;
}

/** A closed segment of 30 s that began a minute ago. */
export function segmentRow(
  writer: Writer,
  chatId: string,
  id: string,
  elapsedMs = 30_000,
): Extract<DeviceRow, { type: 'timeSegment' }> {
  return {
    type: 'timeSegment',
    id,
    chatId,
    deviceId: writer.deviceId,
    bootId: writer.bootId ?? 'boot-1',
    knownSeq: 0,
    startedAtMonoMs: 1_000,
    startedAtMs: writer.nowMs - 60_000,
    elapsedMs,
    closed: true,
    closeReason: 'paused',
    source: 'timer',
    funding: 'funded',
  };
}

/** One row of every type a device writes about a chat, except the chat itself. */
export function rowsOfChat(
  writer: Writer,
  chat: { id: string; userId: string; advisorId: string },
  prefix: string,
): DeviceRow[] {
  const clock = { deviceId: writer.deviceId, bootId: writer.bootId ?? 'boot-1', knownSeq: 0 };
  const segment = segmentRow(writer, chat.id, `${prefix}-segment`);
  return [
    { type: 'conversationTimeRecord', id: chat.id, userId: chat.userId, advisorId: chat.advisorId },
    segment,
    {
      type: 'stopMark',
      id: `${prefix}-stop`,
      chatId: chat.id,
      ...clock,
      atMonoMs: 31_000,
      atMs: writer.nowMs - 30_000,
    },
    {
      type: 'trimMark',
      id: `${prefix}-trim`,
      segmentId: segment.id,
      chatId: chat.id,
      deviceId: writer.deviceId,
      elapsedMs: 20_000,
    },
    {
      type: 'message',
      id: `${prefix}-message`,
      chatId: chat.id,
      from: 'advisor',
      deviceId: writer.deviceId,
      text: 'Hello',
      atMs: writer.nowMs,
    },
    {
      type: 'note',
      id: `${prefix}-note`,
      chatId: chat.id,
      deviceId: writer.deviceId,
      text: 'calls again on Monday',
      atMs: writer.nowMs,
    },
    {
      type: 'chatEnd',
      id: `${prefix}-end`,
      chatId: chat.id,
      ...clock,
      atMonoMs: 40_000,
      atMs: writer.nowMs - 20_000,
    },
  ];
}
