/** A device reduced to what it says to a server over HTTP: signs in, anchors its boot, writes rows as an outbox would. */
import type { DeviceRow, Row, TimeSegment } from '../../shared/rows.ts';
import {
  PROTOCOL_HEADER,
  PROTOCOL_VERSION,
  type BeatResponse,
  type PushAnswer,
  type SequencedRow,
} from '../../shared/wire.ts';
import { createMemberClient } from '../../sync-server/member-client.ts';
import { pullAllRows } from './all-rows.ts';
import { emailOf, PASSWORD } from './organisation.ts';

/** Long enough up that every segment of a test lies in the device's past, ms. */
const UP_MS = 6 * 3_600_000;

export type HttpDevice = Awaited<ReturnType<typeof createHttpDevice>>;

export async function createHttpDevice(options: { url: string; advisorId: string; name: string }) {
  const { url, advisorId, name } = options;
  const client = createMemberClient({ url });
  const session = await client.signIn({ email: emailOf(advisorId), password: PASSWORD, deviceName: name });
  const { deviceId } = session;
  const bootId = `boot-${name}`;
  const bootedAt = performance.now() - UP_MS;
  const monoNow = () => Math.floor(performance.now() - bootedAt);
  let made = 0;
  const nextId = () => `${deviceId}-5e8f${name}-${(made += 1)}`;
  const written = { deviceId, bootId, knownSeq: 0 };

  async function beat(echo?: { exchangeId: string; sentAtMonoMs: number; receivedAtMonoMs: number }) {
    const sentAtMonoMs = monoNow();
    const response = await fetch(`${url}/v1/beat`, {
      method: 'POST',
      headers: {
        authorization: `Bearer ${session.accessToken}`,
        'content-type': 'application/json',
        [PROTOCOL_HEADER]: String(PROTOCOL_VERSION),
      },
      body: JSON.stringify({ bootId, sentAtMonoMs, echo, running: [], userIds: [] }),
    });
    if (!response.ok) throw new Error(`beat: ${response.status} ${await response.text()}`);
    return {
      exchangeId: ((await response.json()) as BeatResponse).exchangeId,
      sentAtMonoMs,
      receivedAtMonoMs: monoNow(),
    };
  }

  return {
    deviceId,
    name,
    client,
    async anchor(): Promise<void> {
      await beat(await beat(await beat()));
    },
    record(chat: { id: string; userId: string }): DeviceRow {
      return { type: 'conversationTimeRecord', id: chat.id, userId: chat.userId, advisorId };
    },
    message(chatId: string, text: string): DeviceRow {
      return { type: 'message', id: nextId(), chatId, from: 'advisor', deviceId, text, atMs: Date.now() };
    },
    /** A segment that started `agoMs` before now. */
    segment(chatId: string, agoMs: number, elapsedMs: number): TimeSegment {
      return {
        type: 'timeSegment',
        id: nextId(),
        chatId,
        ...written,
        startedAtMonoMs: monoNow() - agoMs,
        startedAtMs: Date.now() - agoMs,
        elapsedMs,
        closed: true,
        closeReason: 'paused',
        source: 'timer',
        funding: 'funded',
      };
    },
    push(rows: readonly DeviceRow[]): Promise<PushAnswer[]> {
      return client.push(rows);
    },
    pullAll: () => pullAllRows(client),
  };
}

export function ofType<T extends Row['type']>(
  rows: readonly SequencedRow[],
  type: T,
): Extract<Row, { type: T }>[] {
  return rows.flatMap(({ row }) => (row.type === type ? [row as Extract<Row, { type: T }>] : []));
}

/** The newest copy of each row. */
export function newestById<R extends { id: string }>(rows: readonly R[]): Map<string, R> {
  return new Map(rows.map((row) => [row.id, row]));
}

/** Length of the union of half-open intervals, ms: the tests' own, without the fold's code. */
export function unionMs(intervals: readonly { startMs: number; endMs: number }[]): number {
  let total = 0;
  let reached = Number.NEGATIVE_INFINITY;
  for (const { startMs, endMs } of [...intervals].sort((a, b) => a.startMs - b.startMs)) {
    total += Math.max(0, endMs - Math.max(startMs, reached));
    reached = Math.max(reached, endMs);
  }
  return total;
}

/** What the admitted segments of each chat add up to, to be held against the server's recordTotals. */
export function admittedUnionMs(rows: readonly SequencedRow[]): Map<string, number> {
  const byChat = new Map<string, { startMs: number; endMs: number }[]>();
  for (const one of newestById(ofType(rows, 'segmentAdmission')).values()) {
    if (one.code === 'quarantined') continue;
    const intervals = byChat.get(one.chatId) ?? [];
    intervals.push({ startMs: one.startMs, endMs: one.startMs + one.admittedElapsedMs });
    byChat.set(one.chatId, intervals);
  }
  return new Map([...byChat].map(([chatId, intervals]) => [chatId, unionMs(intervals)]));
}
