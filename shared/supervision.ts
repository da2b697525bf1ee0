/** What the server tells supervisors of its books: the ledger's state, and overdrafts against the bound B. */
import { z } from 'zod';
import { idSchema, msSchema, signedUnitsSchema } from './rows.ts';

/** GET /v1/ledger/state. */
export const ledgerStateSchema = z.object({
  /** Entries ever posted. */
  entries: z.number().int().min(0),
  /** Hash of the last entry: it covers all before it. */
  headHash: z.string(),
  /** Sums over all accounts: 0, or every commit that posts is refused. */
  creditSumUnits: signedUnitsSchema,
  freeTimeSumMs: signedUnitsSchema,
  /** Commits refused since the server's start, and the last of them. */
  violations: z.number().int().min(0),
  lastViolation: z
    .object({
      rule: z.enum(['sumNotZero', 'accountNotFold']),
      commodity: z.enum(['credit', 'freeTime']),
      account: z.string().optional(),
      expected: signedUnitsSchema,
      found: signedUnitsSchema,
      atMs: msSchema,
    })
    .optional(),
});
export type LedgerState = z.infer<typeof ledgerStateSchema>;

/** One client of GET /v1/overdrafts, since the server's start. Units. */
export const overdraftSchema = z.object({
  userId: idSchema,
  /** Now; below zero it is a debt. */
  balanceUnits: signedUnitsSchema,
  /** The lowest the balance was below zero, debits by the platform aside; 0 when it never was. */
  worstUnits: msSchema,
  /** B of the devices that beat now, and the largest it was. */
  boundUnits: msSchema,
  worstBoundUnits: msSchema,
});
export type Overdraft = z.infer<typeof overdraftSchema>;
export const overdraftsSchema = z.object({ overdrafts: z.array(overdraftSchema) });
