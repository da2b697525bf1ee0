/**
 * Every row that travels between a device, the server and the platform, written once (DOMAIN.md, "Who writes what").
 * Types, RxDB schemas, wire checks and SQL checks are derived from these zod schemas.
 */
import { z } from 'zod';
import type {
  chatEndSchema,
  chatSchema,
  conversationTimeRecordSchema,
  messageSchema,
  noteSchema,
  stopMarkSchema,
  timeSegmentSchema,
  trimMarkSchema,
} from './rows/device-rows.ts';
import { advisorSchema, deviceRowSchema, userSchema } from './rows/device-rows.ts';
import {
  markAdmissionSchema,
  recordTotalsSchema,
  segmentAdmissionSchema,
  userProjectionSchema,
} from './rows/server-rows.ts';
import {
  debitSchema,
  freeTimeGrantSchema,
  goodwillSchema,
  historySchema,
  periodCloseSchema,
  policyChangeSchema,
  rateChangeSchema,
  refundSchema,
  rulingSchema,
  timeAdjustmentSchema,
  topUpSchema,
} from './rows/fact-rows.ts';

export * from './rows/basics.ts';
export * from './rows/device-rows.ts';
export * from './rows/server-rows.ts';
export * from './rows/fact-rows.ts';

/** Every row the server stores under a sequence number. */
export const rowSchema = z.union([
  deviceRowSchema,
  userSchema,
  advisorSchema,
  segmentAdmissionSchema,
  markAdmissionSchema,
  recordTotalsSchema,
  userProjectionSchema,
  rateChangeSchema,
  topUpSchema,
  debitSchema,
  refundSchema,
  freeTimeGrantSchema,
  policyChangeSchema,
  rulingSchema,
  goodwillSchema,
  periodCloseSchema,
  historySchema,
  timeAdjustmentSchema,
]);

export type User = z.infer<typeof userSchema>;
export type Advisor = z.infer<typeof advisorSchema>;
export type Chat = z.infer<typeof chatSchema>;
export type ConversationTimeRecord = z.infer<typeof conversationTimeRecordSchema>;
export type TimeSegment = z.infer<typeof timeSegmentSchema>;
export type StopMark = z.infer<typeof stopMarkSchema>;
export type TrimMark = z.infer<typeof trimMarkSchema>;
export type ChatEnd = z.infer<typeof chatEndSchema>;
export type Message = z.infer<typeof messageSchema>;
export type Note = z.infer<typeof noteSchema>;
export type Ruling = z.infer<typeof rulingSchema>;
export type PeriodClose = z.infer<typeof periodCloseSchema>;
export type SegmentAdmission = z.infer<typeof segmentAdmissionSchema>;
export type MarkAdmission = z.infer<typeof markAdmissionSchema>;
export type RecordTotals = z.infer<typeof recordTotalsSchema>;
export type UserProjection = z.infer<typeof userProjectionSchema>;
export type Row = z.infer<typeof rowSchema>;
export type RowType = Row['type'];

/** Row types a device may pull; the rest never leaves the server except to supervisors' reports and exports. */
export const PULLED_ROW_TYPES = [
  'user',
  'advisor',
  'chat',
  'conversationTimeRecord',
  'timeSegment',
  'stopMark',
  'trimMark',
  'chatEnd',
  'message',
  'note',
  'segmentAdmission',
  'markAdmission',
  'recordTotals',
  'userProjection',
  'policyChange',
  /** On the writer's own time: why it counts or not. */
  'ruling',
] as const satisfies readonly RowType[];
export type PulledRowType = (typeof PULLED_ROW_TYPES)[number];

/** What people and the server decided: read by supervisors and administrators, most of it on no device's page. */
export const FACT_ROW_TYPES = [
  'rateChange',
  'topUp',
  'debit',
  'refund',
  'freeTimeGrant',
  'goodwill',
  'ruling',
  'policyChange',
  'periodClose',
  'note',
  'history',
  'timeAdjustment',
] as const satisfies readonly RowType[];
