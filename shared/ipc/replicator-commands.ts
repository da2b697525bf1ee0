/** The one replicator (desk only), and what it tells main. */
import { z } from 'zod';
import { ERROR_CODES } from '../errors.ts';
import { deviceRowSchema, msSchema, userProjectionSchema } from '../rows.ts';
import { pushAnswerSchema } from '../wire.ts';
import { command, desk, nothing } from './command.ts';

export const REPLICATOR_COMMANDS = {
  /**
   * The whole outbox in journal order, in pages; a replicator that starts asks for it. `from` 0 takes it as it is now,
   * later pages are of that same moment; `nextFrom` null = this was the last.
   */
  readOutbox: command(
    desk,
    z.object({ from: msSchema }),
    z.object({ rows: z.array(deviceRowSchema), nextFrom: msSchema.nullable() }),
  ),
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
