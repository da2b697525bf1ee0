/** Receipts: what confirmation changed. */
import { z } from 'zod';
import { evidenceSchema, receiptSchema } from '../receipts.ts';
import { command, desk, nothing } from './command.ts';

export const RECEIPT_COMMANDS = {
  /** What confirmation changed of what this device showed, newest first. */
  readReceipts: command(desk, nothing, z.object({ receipts: z.array(receiptSchema) })),
  markReceiptsSeen: command(desk, z.object({ ids: z.array(z.string().min(1).max(500)).max(1000) }), nothing),
  /** The rows that `evidenceWanted` asked for. */
  reportEvidence: command(desk, z.object({ evidence: evidenceSchema }), nothing),
} as const;
