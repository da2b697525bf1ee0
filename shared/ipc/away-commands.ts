/** What stopped because nobody was there: the sheet, its decisions, and messages as signs of life. */
import { z } from 'zod';
import { awayDecisionSchema, awayStopSchema } from '../away/away-stop.ts';
import { idSchema, msSchema } from '../rows.ts';
import { command, desk, nothing } from './command.ts';

/** A row of the sheet. */
export const awayRowSchema = awayStopSchema
  .pick({ id: true, chatId: true, userId: true, by: true, fromMs: true })
  .extend({
    /** Server instants, ms; `untilMs` null = nobody has come back to the chat. */
    lifeAtMs: msSchema,
    untilMs: msSchema.nullable(),
    questionMs: msSchema,
    /** What it would cost if it were counted; null = the server has not spoken of the client yet. */
    cost: z.object({ freeMs: msSchema, units: msSchema, debtUnits: msSchema }).nullable(),
  });
export type AwayRow = z.infer<typeof awayRowSchema>;

export const awaySnapshotSchema = z.object({
  /** Undecided, oldest first. */
  rows: z.array(awayRowSchema),
  /** Grows each time somebody comes back to stops that were not shown: the sheet opens by itself. */
  sheet: msSchema,
  /** The last decision while it can be taken back. */
  decided: z
    .object({ notCounted: z.number().int(), asked: z.number().int(), undoUntilMs: msSchema })
    .nullable(),
});
export type AwaySnapshot = z.infer<typeof awaySnapshotSchema>;

export const AWAY_COMMANDS = {
  readAway: command(desk, nothing, awaySnapshotSchema),
  decideAway: command(desk, z.object({ decisions: z.array(awayDecisionSchema).min(1).max(500) }), nothing),
  /** Within 8 s of the decision. */
  undoAway: command(desk, nothing, nothing),
  /** Newest message of each chat that replication brought: a sign of life, whoever wrote it. */
  messagesPulled: command(
    desk,
    z.object({ messages: z.array(z.object({ chatId: idSchema, atMs: msSchema })).max(5000) }),
    nothing,
  ),
} as const;
