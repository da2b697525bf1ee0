/** The rows of one session held outside: a chat of its own that has begun, lasted and ended, and what is known of it. */
import type { OutsideSession } from '../../shared/outside.ts';
import type { DeviceRow, TimeSegment } from '../../shared/rows.ts';
import type { TimerRows } from '../timers/timer-rows.ts';

export interface OutsideRowsDeps {
  clock: { monoMs(): number; wallMs(): number };
  rows: TimerRows;
  newRowId(): string;
  newChatId(): string;
  deviceId: string;
  memberId: string;
}

/**
 * The end comes last and now: after the typed time, so that it cuts nothing of it under a ruling, and so that the chat
 * stands in no list of live or waiting ones.
 */
export function rowsOfSession(
  deps: OutsideRowsDeps,
  { userId, topic, startMs, elapsedMs, note }: OutsideSession,
): { segment: TimeSegment; rows: DeviceRow[] } {
  const id = deps.newChatId();
  const pair = { userId, advisorId: deps.memberId };
  const segment = deps.rows.manualSegment(id, startMs, elapsedMs);
  const rows: DeviceRow[] = [
    { type: 'chat', id, ...pair, openedAtMs: startMs, topic },
    { type: 'conversationTimeRecord', id, ...pair },
    segment,
  ];
  if (note.trim() !== '')
    rows.push({
      ...{ type: 'note', id: deps.newRowId(), chatId: id, deviceId: deps.deviceId },
      ...{ text: note.trim(), atMs: deps.clock.wallMs() },
    });
  rows.push(deps.rows.chatEnd(id, deps.clock.monoMs()));
  return { segment, rows };
}
