/** What waits for the server, grouped by chat: what the queue's page shows, small however many rows wait. */
import { z } from 'zod';
import { ERROR_CODES } from './errors.ts';
import { deviceRowSchema, idSchema, msSchema, type Chat, type DeviceRow } from './rows.ts';

/** A row the server refused, kept where the advisor sees it. */
export const refusedRowSchema = z.object({ row: deviceRowSchema, code: z.enum(ERROR_CODES), atMs: msSchema });
export type RefusedRow = z.infer<typeof refusedRowSchema>;

const countSchema = z.number().int().min(0);

/** What waits of one chat. */
export const queueGroupSchema = z.object({
  chatId: idSchema,
  rows: countSchema,
  segments: countSchema,
  /** Length of these segments, ms. */
  timeMs: msSchema,
  /** The part of it that no allowance paid for: counted only when a supervisor rules so. */
  unfundedMs: msSchema,
  messages: countSchema,
  notes: countSchema,
  /** The chat itself, its time record, pauses, corrections, its end. */
  others: countSchema,
  /** Wall clock of the earliest row that carries one, ms; null = none does. */
  sinceMs: msSchema.nullable(),
});
export type QueueGroup = z.infer<typeof queueGroupSchema>;

export const queueSchema = z.object({
  waiting: countSchema,
  refused: countSchema,
  groups: z.array(queueGroupSchema),
  /** Journal lines that could not be read at the start, and the file they were set aside in. */
  setAside: z.object({ file: z.string(), lines: countSchema }).nullable(),
});
export type Queue = z.infer<typeof queueSchema>;

/** Rows of one chat that are not at the server. */
export const chatQueueSchema = z.object({
  segments: countSchema,
  messages: countSchema,
  refused: countSchema,
});
export type ChatQueue = z.infer<typeof chatQueueSchema>;

export function chatQueueOf(
  chatId: string,
  waiting: readonly DeviceRow[],
  refused: readonly RefusedRow[],
): ChatQueue {
  const queue: ChatQueue = { segments: 0, messages: 0, refused: 0 };
  for (const row of waiting) {
    if (chatIdOfRow(row) !== chatId) continue;
    if (row.type === 'timeSegment') queue.segments++;
    else if (row.type === 'message') queue.messages++;
  }
  queue.refused = refused.filter(({ row }) => chatIdOfRow(row) === chatId).length;
  return queue;
}

/** Where a chat's time or its messages are: kept here while the server is away, under way to it, there, or refused. */
export type Delivery = 'saved' | 'queued' | 'atServer' | 'refused';

/** `waiting` rows not yet answered; `unconfirmedMs` of time that runs beyond them. */
export function deliveryOf(
  waiting: number,
  refused: number,
  unconfirmedMs: number,
  isOnline: boolean,
): Delivery {
  if (waiting > 0 || unconfirmedMs > 0) return isOnline ? 'queued' : 'saved';
  return refused > 0 ? 'refused' : 'atServer';
}

/** The chat a row belongs to; a time record has its chat's id. */
export function chatIdOfRow(row: DeviceRow): string {
  return row.type === 'chat' || row.type === 'conversationTimeRecord' ? row.id : row.chatId;
}

/** Wall clock of a row, ms: evidence only; null = it carries none. */
export function wallMsOfRow(row: DeviceRow): number | null {
  switch (row.type) {
    case 'chat':
      return row.openedAtMs;
    case 'timeSegment':
      return row.startedAtMs;
    case 'conversationTimeRecord':
    case 'trimMark':
      return null;
    default:
      return row.atMs;
  }
}

/** Groups in the order in which their first row was written. Takes some 20 ms for 80,000 rows. */
export function groupQueue(waiting: readonly DeviceRow[]): QueueGroup[] {
  const groups = new Map<string, QueueGroup>();
  for (const row of waiting) {
    const chatId = chatIdOfRow(row);
    let group = groups.get(chatId);
    if (group === undefined) groups.set(chatId, (group = emptyGroup(chatId)));
    group.rows++;
    const atMs = wallMsOfRow(row);
    if (atMs !== null) group.sinceMs = Math.min(atMs, group.sinceMs ?? atMs);
    if (row.type === 'timeSegment') {
      group.segments++;
      group.timeMs += row.elapsedMs;
      if (row.funding === 'unfunded') group.unfundedMs += row.elapsedMs;
    } else if (row.type === 'message') group.messages++;
    else if (row.type === 'note') group.notes++;
    else group.others++;
  }
  return [...groups.values()];
}

function emptyGroup(chatId: string): QueueGroup {
  return {
    ...{ chatId, rows: 0, segments: 0, timeMs: 0, unfundedMs: 0, messages: 0, notes: 0, others: 0 },
    sinceMs: null,
  };
}

/**
 * The lines of a facts file (DOMAIN.md, "Facts files") of refused rows. It defines what they name, as far as `known`
 * has it (chats and segments of the local database), so that `settle` can read it. Each refused line says its code in
 * `refusedCode`. A time record is left out: it has its chat's id, and a facts file knows no such type.
 */
export function factsOfRefused(
  refused: readonly RefusedRow[],
  known: readonly DeviceRow[],
): Record<string, unknown>[] {
  const rows = refused.filter(({ row }) => row.type !== 'conversationTimeRecord');
  const own = new Set(rows.map(({ row }) => row.id));
  const segmentIds = new Set(rows.flatMap(({ row }) => (row.type === 'trimMark' ? [row.segmentId] : [])));
  const segments = known.filter(
    (row) => row.type === 'timeSegment' && segmentIds.has(row.id) && !own.has(row.id),
  );
  const chatIds = new Set([...rows.map(({ row }) => row), ...segments].map(chatIdOfRow));
  const chats = new Map<string, Chat>();
  for (const row of [...known, ...rows.map((one) => one.row)])
    if (row.type === 'chat' && chatIds.has(row.id)) chats.set(row.id, row);
  const people = new Map<string, Record<string, unknown>>();
  for (const { userId, advisorId } of chats.values()) {
    people.set(userId, { type: 'user', id: userId });
    people.set(advisorId, { type: 'advisor', id: advisorId });
  }
  return [
    ...people.values(),
    ...[...chats.values()].filter(({ id }) => !own.has(id)),
    ...segments,
    ...rows.map(({ row, code, atMs }) => ({ ...row, refusedCode: code, refusedAtMs: atMs })),
  ];
}
