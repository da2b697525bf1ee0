/**
 * What the sync server says to the app's main process when it runs as its utility process (`--practice`), and back.
 * One JSON message each over the parent port; the command line prints the same as sentences.
 */
import { z } from 'zod';
import { ERROR_CODES } from './errors.ts';

const practiceAccountSchema = z.object({ email: z.string(), password: z.string() });

export const serverProcessMessageSchema = z.discriminatedUnion('type', [
  /** The server answers at `url`, e.g. http://127.0.0.1:49152. */
  z.object({
    type: z.literal('listening'),
    url: z.string(),
    organisationName: z.string(),
    needsSetup: z.boolean(),
  }),
  /** The practice organisation is there (made now or earlier); these two can sign in. */
  z.object({
    type: z.literal('practiceReady'),
    advisor: practiceAccountSchema,
    supervisor: practiceAccountSchema,
  }),
  /** It could not start; the process ends with 1. */
  z.object({
    type: z.literal('failed'),
    code: z.enum(ERROR_CODES),
    details: z.record(z.string(), z.unknown()),
  }),
]);
export type ServerProcessMessage = z.infer<typeof serverProcessMessageSchema>;

/** From main: finish what is under way, close the database, exit with 0. */
export const serverProcessCommandSchema = z.object({ type: z.literal('stop') });
