/**
 * What the server let this device use unseen, client by client, as its last answered beat said (DOMAIN.md, "Offline
 * allowance"). Kept with the state it rests on, so that a restart without a network neither loses nor doubles it.
 */
import { z } from 'zod';
import type { Allowance } from '../../shared/live/offline-allowance.ts';
import { idSchema, msSchema, userProjectionSchema } from '../../shared/rows.ts';
import type { BeatResponse } from '../../shared/wire.ts';

export const keptFundsSchema = z.object({
  /** Server instant of the beat, ms. */
  atMs: msSchema,
  after: z.enum(['stop', 'continue']),
  /** The boot that beat, and server instant − instant on its clock, ms. */
  bootId: idSchema,
  offsetMs: z.number().int(),
  allowances: z.array(z.object({ userId: idSchema, creditUnits: msSchema, freeMs: msSchema })),
  /** The clients' states that the allowances rest on. */
  projections: z.array(userProjectionSchema),
});
export type KeptFunds = z.infer<typeof keptFundsSchema>;

export interface Allowances {
  /** Nothing, where the server reserved nothing. */
  of(userId: string): Allowance;
  /** What the policy wants when it is used up. */
  after(): 'stop' | 'continue';
  take(answer: Pick<BeatResponse, 'allowances' | 'offlineAfterAllowance'>): void;
}

const NOTHING: Allowance = { creditUnits: 0, freeMs: 0 };

export function createAllowances(kept: KeptFunds | null): Allowances {
  let byUser = new Map<string, Allowance>(kept?.allowances.map((one) => [one.userId, one]));
  let after = kept?.after ?? 'stop';
  return {
    of: (userId) => byUser.get(userId) ?? NOTHING,
    after: () => after,
    take({ allowances = [], offlineAfterAllowance = 'stop' }) {
      byUser = new Map(allowances.map((one) => [one.userId, one]));
      after = offlineAfterAllowance;
    },
  };
}
