/** What waits and what was refused, for people to see, try again and hand on. */
import { z } from 'zod';
import { chatQueueSchema, queueSchema, refusedRowSchema } from '../queue.ts';
import { deviceRowSchema, idSchema } from '../rows.ts';
import { command, desk, nothing, work } from './command.ts';

/** Rows of one chat on the queue's page, at once. */
export const QUEUE_ROWS_MAX = 200;

export const OUTBOX_COMMANDS = {
  /** What waits, by chat. */
  readQueue: command(desk, nothing, queueSchema),
  /** Waiting rows of one chat in journal order, from `offset` on, at most QUEUE_ROWS_MAX. */
  readQueueRows: command(
    desk,
    z.object({ chatId: idSchema, offset: z.number().int().min(0) }),
    z.object({ rows: z.array(deviceRowSchema) }),
  ),
  /** What of one chat is not at the server. */
  readChatQueue: command(work, z.object({ chatId: idSchema }), chatQueueSchema),
  readRefusedRows: command(work, nothing, z.object({ rows: z.array(refusedRowSchema) })),
  /** Puts a refused row back into the outbox, e.g. after its cause is mended. */
  retryRefusedRow: command(work, z.object({ id: idSchema }), nothing),
  /** Puts every refused row back; answers how many. */
  retryAllRefused: command(desk, nothing, z.object({ rows: z.number().int() })),
  /** Writes what waits and what was refused as a text that a person can read; answers the file's path. */
  exportOutbox: command(work, nothing, z.object({ file: z.string() })),
  /**
   * Writes the refused rows as a facts file, which `npm run settle` reads; `known` are chats and segments they name.
   * Answers the file's path and how many refused rows are in it.
   */
  exportRefusedFacts: command(
    desk,
    z.object({ known: z.array(deviceRowSchema).max(10_000) }),
    z.object({ file: z.string(), rows: z.number().int() }),
  ),
} as const;
