/**
 * GET /v1/reports/timeline: one day of an organisation, a lane for each chat. GET /v1/reports/evidence: the segments of one
 * chat with what the server knows of them. Pure.
 */
import { z } from 'zod';
import { quarantineReasonSchema } from '../rows/server-rows.ts';
import { closeReasonSchema } from '../rows/device-rows.ts';
import { idSchema, msSchema } from '../rows/basics.ts';
import { calendarDateSchema, workedTimeSchema } from './overview.ts';

export const timelineQuerySchema = z.object({ date: calendarDateSchema, advisorId: idSchema.optional() });
export type TimelineQuery = z.infer<typeof timelineQuerySchema>;

const laneSchema = z.object({
  chatId: idSchema,
  userId: idSchema,
  clientName: z.string(),
  number: z.string().optional(),
  topic: z.string().optional(),
  /** Counted time within the day, in time order, never overlapping. */
  stretches: z.array(z.object({ startMs: msSchema, endMs: msSchema, kind: z.enum(['free', 'paid']) })),
});
export type TimelineLane = z.infer<typeof laneSchema>;

export const timelineSchema = z.object({
  timeZone: z.string(),
  date: calendarDateSchema,
  fromMs: msSchema,
  untilMs: msSchema,
  /** Every row up to this sequence counts. */
  seq: msSchema,
  asOfMs: msSchema,
  /** Advisors who worked on that day, by name. */
  advisors: z.array(
    workedTimeSchema.extend({ advisorId: idSchema, name: z.string(), lanes: z.array(laneSchema) }),
  ),
});
export type Timeline = z.infer<typeof timelineSchema>;
export type TimelineAdvisor = Timeline['advisors'][number];

export const evidenceQuerySchema = z.object({ chatId: idSchema });

const segmentEvidenceSchema = z.object({
  segmentId: idSchema,
  deviceId: idSchema,
  deviceName: z.string().optional(),
  source: z.enum(['timer', 'manual']),
  funding: z.enum(['funded', 'unfunded']),
  /** Where the server placed it, ms; what counts of it, what is claimed, and what waits for a ruling. */
  startMs: msSchema,
  admittedMs: msSchema,
  claimedMs: msSchema,
  pendingMs: msSchema,
  code: z.enum(['admitted', 'clamped', 'quarantined']),
  reason: quarantineReasonSchema.optional(),
  isUnanchored: z.boolean(),
  isClosed: z.boolean(),
  closeReason: closeReasonSchema.optional(),
  /** What the device's wall clock said at its start, beside where it was placed: evidence only. */
  wallStartMs: msSchema,
  /** Of the boot's anchor at its start; absent where the boot never had one. */
  clockErrorMs: msSchema.optional(),
  /** The shortest trim of its own device, and the latest ruling. */
  trimmedToMs: msSchema.optional(),
  ruling: z
    .object({ action: z.enum(['admit', 'trim', 'void']), byId: z.string(), reason: z.string() })
    .optional(),
});
export type SegmentEvidence = z.infer<typeof segmentEvidenceSchema>;

export const evidenceSchema = z.object({ chatId: idSchema, segments: z.array(segmentEvidenceSchema) });
export type Evidence = z.infer<typeof evidenceSchema>;

/** How many chats ran from `atMs` until the next step. */
export interface LoadStep {
  atMs: number;
  chats: number;
}

/** The advisor's chats at once, as steps in time order; the last one has none. A chat that ends where another starts makes no step. */
export function loadSteps(lanes: readonly Pick<TimelineLane, 'stretches'>[]): LoadStep[] {
  const changes = new Map<number, number>();
  for (const { stretches } of lanes)
    for (const { startMs, endMs } of stretches) {
      changes.set(startMs, (changes.get(startMs) ?? 0) + 1);
      changes.set(endMs, (changes.get(endMs) ?? 0) - 1);
    }
  const steps: LoadStep[] = [];
  let chats = 0;
  for (const [atMs, by] of [...changes].sort(([a], [b]) => a - b)) {
    if (by === 0) continue;
    chats += by;
    steps.push({ atMs, chats });
  }
  return steps;
}
