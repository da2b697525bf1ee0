/** The lines of the outbox's journal: versioned, upgraded on read (DOMAIN.md, "Outbox"). */
import { z } from 'zod';
import { ERROR_CODES } from '../../shared/errors.ts';
import { chatEndSchema, deviceRowSchema, idSchema, msSchema } from '../../shared/rows.ts';

export const OUTBOX_LINE_VERSION = 1;
const version = z.literal(OUTBOX_LINE_VERSION);

export const outboxLineSchema = z.discriminatedUnion('kind', [
  /** A row, or a grown copy of one. */
  z.object({ v: version, kind: z.literal('row'), row: deviceRowSchema }),
  /** Lengths of the running segments: one line for the whole device. */
  z.object({ v: version, kind: z.literal('beat'), running: z.array(z.tuple([idSchema, msSchema])) }),
  /** The server covers the row of this key: nothing of it waits any more. */
  z.object({
    v: version,
    kind: z.literal('covered'),
    key: z.string(),
    elapsedMs: msSchema.optional(),
    closed: z.boolean().optional(),
  }),
  z.object({
    v: version,
    kind: z.literal('refused'),
    key: z.string(),
    code: z.enum(ERROR_CODES),
    atMs: msSchema,
  }),
  z.object({ v: version, kind: z.literal('retried'), key: z.string() }),
  /** An end that can still be undone. */
  z.object({ v: version, kind: z.literal('heldEnd'), row: chatEndSchema }),
  z.object({ v: version, kind: z.literal('droppedEnd'), chatId: idSchema }),
]);
export type OutboxLine = z.infer<typeof outboxLineSchema>;

/** Reads a line of any version ever written; undefined for what is none of ours. */
export function readOutboxLine(line: unknown): OutboxLine | undefined {
  const parsed = outboxLineSchema.safeParse(line);
  return parsed.success ? parsed.data : undefined;
}
