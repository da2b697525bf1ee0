/** The queue in plain words. */
import type { Delivery, QueueGroup } from '../../shared/queue.ts';
import type { DeviceRow } from '../../shared/rows.ts';
import { formatElapsed } from './format.ts';

export const ROW_NAMES: Record<DeviceRow['type'], string> = {
  chat: 'A new chat',
  conversationTimeRecord: 'The time record of a chat',
  timeSegment: 'A piece of time',
  stopMark: 'A pause',
  trimMark: 'A correction of time',
  chatEnd: 'The end of a chat',
  message: 'A message',
  note: 'A note',
};

export const DELIVERY_WORDS: Record<Delivery, string> = {
  saved: 'Saved here',
  queued: 'Queued',
  atServer: 'At server',
  refused: 'Not sent',
};

function counted(count: number, one: string, many: string): string | null {
  if (count === 0) return null;
  return `${count} ${count === 1 ? one : many}`;
}

/** "18:22 of time", "3 messages", "1 other": what waits of a chat. */
export function partsOfGroup(group: QueueGroup): string[] {
  const unfunded = group.unfundedMs > 0 ? `, ${formatElapsed(group.unfundedMs)} of it unfunded` : '';
  return [
    group.segments === 0 ? null : `${formatElapsed(group.timeMs)} of time${unfunded}`,
    counted(group.messages, 'message', 'messages'),
    counted(group.notes, 'note', 'notes'),
    counted(group.others, 'other entry', 'other entries'),
  ].filter((part) => part !== null);
}

/** One row: a message by its text, time by its length. */
export function nameOfRow(row: DeviceRow): string {
  if (row.type === 'message' || row.type === 'note') return row.text;
  if (row.type !== 'timeSegment') return ROW_NAMES[row.type];
  const unfunded = row.funding === 'unfunded' ? ', unfunded' : '';
  return `${formatElapsed(row.elapsedMs)} of time${row.closed ? '' : ', running'}${unfunded}`;
}
