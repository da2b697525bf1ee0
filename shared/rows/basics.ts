/** The values that all rows are made of. */
import { z } from 'zod';

export const idSchema = z.string().min(1).max(200);
/** Instants (ms since the epoch, server clock unless said otherwise) and durations: integers from 0 to 2^53 − 1. */
export const msSchema = z.number().int().min(0).max(Number.MAX_SAFE_INTEGER);
/** An amount that may be negative, e.g. a balance in units (1 minor credit = 60,000 units). */
export const signedUnitsSchema = z.number().int().min(Number.MIN_SAFE_INTEGER).max(Number.MAX_SAFE_INTEGER);
export const nameSchema = z.string().max(200);
