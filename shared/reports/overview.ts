/** GET /v1/reports/overview: what was worked in some days of the organisation's time zone, as sum and as union. */
import { z } from 'zod';
import { idSchema, msSchema } from '../rows/basics.ts';

export const calendarDateSchema = z.iso.date();

export const overviewQuerySchema = z.object({
  /** First and last day, both included. */
  from: calendarDateSchema,
  until: calendarDateSchema,
  advisorId: idSchema.optional(),
  userId: idSchema.optional(),
});
export type OverviewQuery = z.infer<typeof overviewQuerySchema>;

export const workedTimeSchema = z.object({
  trackedMs: msSchema,
  freeMs: msSchema,
  paidMs: msSchema,
  /** Cost of the paid ms, without rounding to a billing increment. */
  paidUnits: msSchema,
  /** Wall-clock time with at least one chat; of several advisors the sum of theirs. */
  workedMs: msSchema,
  /** Most chats of one advisor at once. */
  peakChats: msSchema,
  chats: msSchema,
});
export type WorkedFigures = z.infer<typeof workedTimeSchema>;

export const overviewSchema = z.object({
  timeZone: z.string(),
  fromMs: msSchema,
  untilMs: msSchema,
  /** Every row up to this sequence counts. */
  seq: msSchema,
  asOfMs: msSchema,
  total: workedTimeSchema,
  /** The same number of days before. */
  before: workedTimeSchema,
  advisors: z.array(workedTimeSchema.extend({ advisorId: idSchema })),
  days: z.array(workedTimeSchema.extend({ date: calendarDateSchema, fromMs: msSchema, untilMs: msSchema })),
});
export type Overview = z.infer<typeof overviewSchema>;
