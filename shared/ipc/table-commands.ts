/** Tables of the server that a supervisor saves as files. */
import { z } from 'zod';
import { calendarDateSchema } from '../reports/overview.ts';
import { command, desk, nothing } from './command.ts';

export const tableNameSchema = z.enum(['chats', 'segments']);
export type TableName = z.infer<typeof tableNameSchema>;
/** First and last day, both included, in the organisation's time zone. */
const askedTableSchema = z.object({
  table: tableNameSchema,
  from: calendarDateSchema,
  until: calendarDateSchema,
});
export type AskedTable = z.infer<typeof askedTableSchema>;
const lines = z.number().int().min(0);
const progressSchema = z.object({ table: tableNameSchema, lines });
export type TableProgress = z.infer<typeof progressSchema>;

export const TABLE_COMMANDS = {
  /** Resolves when the file is whole. Throws notReady while another is written, cancelled, serverUnreachable, notAllowed. */
  exportTable: command(desk, askedTableSchema, z.object({ file: z.string(), lines })),
  /** Ends the one that is being written; nothing of it is kept. */
  cancelExport: command(desk, nothing, nothing),
} as const;

export const TABLE_EVENTS = {
  /** How far the file is that is being written. */
  tableProgress: progressSchema,
} as const;
