/**
 * Receipts: what the advisor is told when confirmation changed what a device showed, in minutes and credits and why
 * (UX.md, "Back online"; issue "Settlement to the millisecond"). Kept on the device, one for each cause.
 */
import { z } from 'zod';
import {
  chatEndSchema,
  idSchema,
  markAdmissionSchema,
  msSchema,
  quarantineReasonSchema,
  recordTotalsSchema,
  segmentAdmissionSchema,
  signedUnitsSchema,
  stopMarkSchema,
  timeSegmentSchema,
  trimMarkSchema,
} from './rows.ts';

/** Why the server's figures differ from what was shown, or what happened to running time. */
export const receiptKindSchema = z.enum([
  /** Counted up to the server's now only. */
  'clamped',
  /** Not before a supervisor's ruling; `reason` says why. */
  'quarantined',
  /** Recorded after the allowance for time without the server was used up: not billed before a ruling. */
  'unfunded',
  /** Another device went on with the chat. */
  'takenOver',
  /** Another device paused the chat. */
  'stoppedElsewhere',
  'endedElsewhere',
  /** Another device ran the chat at the same time: charged once. */
  'ranElsewhereToo',
  /** A chat of the same pair ran on another device, unknown here: both use free time, both are charged. */
  'ranBeside',
  /** The same time, but more of it is paid: the free time was used elsewhere. */
  'morePaid',
  /** The same time, but less of it is paid: free time or another price came meanwhile. */
  'lessPaid',
  /** A top-up came in time: the clock went on by itself. */
  'resumed',
]);
export type ReceiptKind = z.infer<typeof receiptKindSchema>;

export const receiptSchema = z.object({
  /** Names the cause: the same cause found again is the same receipt. */
  id: z.string().min(1).max(500),
  chatId: idSchema,
  userId: idSchema,
  clientName: z.string().max(200).optional(),
  /** When it was found, server clock, ms. */
  atMs: msSchema,
  kind: receiptKindSchema,
  reason: quarantineReasonSchema.optional(),
  /** The stretch of time it speaks of, server clock. */
  fromMs: msSchema,
  untilMs: msSchema,
  shownMs: msSchema,
  confirmedMs: msSchema,
  /** Units: 60,000 = one minor credit. */
  shownUnits: signedUnitsSchema,
  confirmedUnits: signedUnitsSchema,
  /** The other device, as it calls itself. */
  deviceName: z.string().max(200).optional(),
  isSeen: z.boolean(),
});
export type Receipt = z.infer<typeof receiptSchema>;

/** A segment that this device ran, as it showed it. Instants on the server's clock, ms. */
export const shownSegmentSchema = z.object({
  segmentId: idSchema,
  startMs: msSchema,
  /** Length when closed, ms. */
  elapsedMs: msSchema,
  /** The parts that were shown as paid, and their price, units per ms. */
  paid: z.array(z.object({ fromMs: msSchema, ms: msSchema, unitsPerMs: msSchema })),
});
export type ShownSegment = z.infer<typeof shownSegmentSchema>;

/** What this device showed of one chat between two comparisons. */
export const shownChatSchema = z.object({
  /** Its first segment's id. */
  id: idSchema,
  chatId: idSchema,
  userId: idSchema,
  segments: z.array(shownSegmentSchema).min(1),
  /** The chat's whole time and cost as shown when its last segment closed; null when the server had never named its cost. */
  total: z.object({ trackedMs: msSchema, costUnits: signedUnitsSchema }).nullable(),
});
export type ShownChat = z.infer<typeof shownChatSchema>;

/** Rows of one chat as the replica holds them. */
const evidenceOfChatSchema = z.object({
  chatId: idSchema,
  segments: z.array(timeSegmentSchema),
  segmentAdmissions: z.array(segmentAdmissionSchema),
  marks: z.array(z.discriminatedUnion('type', [stopMarkSchema, trimMarkSchema, chatEndSchema])),
  markAdmissions: z.array(markAdmissionSchema),
});
export type EvidenceOfChat = z.infer<typeof evidenceOfChatSchema>;

/** What the replica knows of a chat whose shown time is to be compared: collected by the desk for main. */
export const evidenceSchema = evidenceOfChatSchema.extend({
  clientName: z.string().max(200).optional(),
  totals: recordTotalsSchema.nullable(),
  /** The replica has caught up with the server: totals and verdicts are of one state. */
  isSettled: z.boolean(),
  /** Other chats of the pair. */
  beside: z.array(evidenceOfChatSchema),
});
export type Evidence = z.infer<typeof evidenceSchema>;
