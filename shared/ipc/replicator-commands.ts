/** The one replicator (desk only) and the outbox it empties. */
import { z } from 'zod';
import { ERROR_CODES } from '../errors.ts';
import { deviceRowSchema, idSchema, msSchema, userProjectionSchema } from '../rows.ts';
import { pushAnswerSchema } from '../wire.ts';
import { command, desk, nothing, work } from './command.ts';

/** A row the server refused, kept where the advisor sees it. */
export const refusedRowSchema = z.object({ row: deviceRowSchema, code: z.enum(ERROR_CODES), atMs: msSchema });
export type RefusedRow = z.infer<typeof refusedRowSchema>;

export const REPLICATOR_COMMANDS = {
  /** The whole outbox in journal order; a replicator that starts asks for it. */
  readOutbox: command(desk, nothing, z.object({ rows: z.array(deviceRowSchema) })),
  readRefusedRows: command(work, nothing, z.object({ rows: z.array(refusedRowSchema) })),
  /** Puts a refused row back into the outbox, e.g. after its cause is mended. */
  retryRefusedRow: command(work, z.object({ id: idSchema }), nothing),
  /** Writes what waits and what was refused as a text that a person can read; answers the file's path. */
  exportOutbox: command(work, nothing, z.object({ file: z.string() })),
  /** The server's answers; main drops what they cover and moves refused rows aside. */
  acknowledgePush: command(desk, z.object({ answers: z.array(pushAnswerSchema) }), nothing),
  /** Sign of life of the replicator (every 2 s) and how far it has applied; main reloads a desk that is silent for 10 s. */
  reportReplication: command(
    desk,
    z.object({
      appliedSeq: msSchema,
      phase: z.enum(['starting', 'pulling', 'streaming', 'retrying', 'refused']),
      code: z.enum(ERROR_CODES).optional(),
    }),
    nothing,
  ),
  /** Projections that came by replication; main keeps the newest of each client. */
  projectionsPulled: command(desk, z.object({ projections: z.array(userProjectionSchema) }), nothing),
  /** The policy in force, as replicated: what to do with a running chat of the same pair. */
  policiesPulled: command(desk, z.object({ previousChatInPair: z.enum(['stop', 'run']) }), nothing),
} as const;
