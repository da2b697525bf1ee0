/** Who is signed in. */
import { z } from 'zod';
import { idSchema } from '../rows.ts';
import { memberSchema } from '../wire.ts';
import { all, command, nothing, work } from './command.ts';

/** Who is signed in on this profile. */
export const sessionSchema = z.discriminatedUnion('phase', [
  z.object({
    phase: z.literal('signedOut'),
    /** The address given by --server, offered in the sign-in form. */
    suggestedServerUrl: z.string().nullable(),
    /** Rows that wait, sealed, for a member who signed out. */
    sealedRows: z.array(z.object({ memberName: z.string(), rows: z.number().int() })),
  }),
  z.object({
    phase: z.literal('signedIn'),
    member: memberSchema,
    deviceId: idSchema,
    deviceName: z.string(),
    serverUrl: z.string(),
    organisationName: z.string(),
    isPractice: z.boolean(),
    /** Names the local RxDB database: one per (server, member). */
    databaseName: z.string(),
    /** The session ran out or was revoked: go on offline, sign in again to send. */
    needsSignIn: z.boolean(),
  }),
]);
export type Session = z.infer<typeof sessionSchema>;

export const SESSION_COMMANDS = {
  readSession: command(all, nothing, sessionSchema),
  /** Starts the practice organisation on this computer's own server and signs in; no account, no network. */
  practise: command(all, z.object({ as: z.enum(['advisor', 'supervisor']) }), nothing),
  /** Asks an address whether a Chatclock server is there. */
  checkServer: command(
    all,
    z.object({ serverUrl: z.string().max(500) }),
    z.object({ organisationName: z.string(), needsSetup: z.boolean() }),
  ),
  /** Whether the system can seal what keeps a person signed in; without, the person chooses (SECURITY.md D12). */
  readKeyStore: command(all, nothing, z.object({ hasKeyStore: z.boolean() })),
  signIn: command(
    all,
    z.object({
      serverUrl: z.string().max(500),
      email: z.string().min(1).max(320),
      password: z.string().min(1).max(1000),
      deviceName: z.string().min(1).max(100),
      /** Where the system has no key store: whether the session may lie in a file that only its owner can read. */
      staysSignedIn: z.boolean(),
    }),
    nothing,
  ),
  /** Stops all timers, seals what is unsent for its author, and says how many rows that is. */
  signOut: command(work, nothing, z.object({ sealedRows: z.number().int() })),
} as const;
