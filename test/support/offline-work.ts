/** Days of work without a network, as a device's outbox holds it: chats opened here, pieces of time, messages, ends. */
import type { DeviceRow } from '../../shared/rows.ts';

const DAY_MS = 86_400_000;
const SEGMENT_MS = 240_000;

export interface OfflineWork {
  deviceId: string;
  advisorId: string;
  /** Clients the server knows; chats take turns. */
  userIds: readonly string[];
  chats: number;
  segmentsPerChat: number;
  messagesPerChat: number;
  days: number;
  /** Wall clock of the network's return, ms. */
  untilMs: number;
}

/**
 * Rows in the order in which they were written. Each day is a boot of its own that no server ever anchored; as under
 * the policy `continue`, the first piece of time of a chat is what its allowance paid for and the others are unfunded.
 */
export function offlineWork(work: OfflineWork): DeviceRow[] {
  const rows: DeviceRow[] = [];
  const { deviceId, advisorId, days } = work;
  const perDay = Math.ceil(work.chats / days);
  const chatMs = Math.floor((DAY_MS * 0.8) / perDay);
  for (let chat = 0; chat < work.chats; chat++) {
    const day = Math.floor(chat / perDay);
    const chatId = `offline-chat-${String(chat).padStart(24, '0')}`;
    const userId = work.userIds[chat % work.userIds.length]!;
    const openedAtMonoMs = (chat % perDay) * chatMs;
    const openedAtMs = work.untilMs - days * DAY_MS + day * DAY_MS + openedAtMonoMs;
    const boot = { deviceId, bootId: `offline-boot-${day}`, knownSeq: 0 };
    rows.push(
      { type: 'chat', id: chatId, userId, advisorId, openedAtMs },
      { type: 'conversationTimeRecord', id: chatId, userId, advisorId },
    );
    const pieceMs = Math.min(SEGMENT_MS, Math.floor(chatMs / (work.segmentsPerChat + 1)));
    for (let n = 0; n < work.segmentsPerChat; n++)
      rows.push({
        type: 'timeSegment',
        id: `${deviceId}.offline.${chat}.${n}`,
        chatId,
        ...boot,
        startedAtMonoMs: openedAtMonoMs + n * pieceMs,
        startedAtMs: openedAtMs + n * pieceMs,
        elapsedMs: pieceMs - 1_000,
        closed: true,
        closeReason: n === 0 ? 'lapsed' : 'paused',
        source: 'timer',
        funding: n === 0 ? 'funded' : 'unfunded',
      });
    for (let n = 0; n < work.messagesPerChat; n++)
      rows.push({
        type: 'message',
        id: `${deviceId}.text.${chat}.${n}`,
        chatId,
        from: 'advisor',
        deviceId,
        text: `Answer ${n} of chat ${chat}, written without a network.`,
        atMs: openedAtMs + Math.floor((n * chatMs) / (work.messagesPerChat + 1)),
      });
    rows.push({
      type: 'chatEnd',
      id: `${deviceId}.end.${chat}`,
      chatId,
      ...boot,
      atMonoMs: openedAtMonoMs + chatMs - 1,
      atMs: openedAtMs + chatMs - 1,
    });
  }
  return rows;
}
