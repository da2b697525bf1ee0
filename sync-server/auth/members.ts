/** Members of the organisation: the first supervisor by a one-time code, everyone else by a supervisor or administrator. */
import { z } from 'zod';
import { AppError } from '../../shared/errors.ts';
import { idSchema, type Row } from '../../shared/rows.ts';
import type { setupRequestSchema } from '../../shared/wire.ts';
import { roleSchema, type Member } from '../../shared/wire.ts';
import type { Actor, ServerClock, SyncCore } from '../ports.ts';
import type { AuthStore } from './auth-store.ts';
import { hashPassword, hashSecret, type SecretSource } from './secrets.ts';
import { toMember } from './sessions.ts';

/** A new member; `id` is given when the platform already wrote the advisor under it. */
export const newMemberSchema = z.object({
  id: idSchema.optional(),
  name: z.string().min(1).max(200),
  email: z.string().min(3).max(320),
  role: roleSchema,
  password: z.string().min(10).max(1000),
});
export type NewMember = z.infer<typeof newMemberSchema>;

const SETUP_CODE = 'setupCode';
const SERVER: Actor = { kind: 'server' };

export type Members = ReturnType<typeof createMembers>;

export function createMembers(deps: {
  store: AuthStore;
  core: SyncCore;
  clock: ServerClock;
  secrets: SecretSource;
}) {
  const { store, core, clock, secrets } = deps;

  /** Writes the advisor row first: a member without one could sign in and see nothing. */
  async function insert(member: NewMember): Promise<Member> {
    const email = member.email.trim().toLowerCase();
    if ((await store.findMemberByEmail(email)) !== undefined)
      throw new AppError('idConflict', { field: 'email' });
    const id = member.id ?? secrets.id();
    if ((await store.findMember(id)) !== undefined) throw new AppError('idConflict', { field: 'id' });
    const record = {
      id,
      name: member.name,
      email,
      role: member.role,
      password_hash: await hashPassword(member.password),
      created_at_ms: clock.nowMs(),
    };
    if (member.role === 'advisor' && (await core.find(SERVER, 'advisor', id)) === undefined) {
      const advisor: Row = { type: 'advisor', id, name: member.name };
      await core.write(SERVER, [advisor]);
    }
    if (!(await store.insertMember(record))) throw new AppError('idConflict', { field: 'email' });
    return toMember(record);
  }

  return {
    async needsSetup(): Promise<boolean> {
      return (await store.countMembers()) === 0;
    },

    /** A fresh one-time code while nobody is there yet (only its hash is kept); undefined afterwards. */
    async makeSetupCode(): Promise<string | undefined> {
      if ((await store.countMembers()) > 0) return undefined;
      const code = secrets.code();
      await store.writeSecret(SETUP_CODE, hashSecret(code), clock.nowMs());
      return code;
    },

    /** Creates the first supervisor. Throws setupAlreadyDone, setupCodeWrong. */
    async setUp(request: z.infer<typeof setupRequestSchema>): Promise<Member> {
      if ((await store.countMembers()) > 0) throw new AppError('setupAlreadyDone');
      const isTaken = await store.takeSecret(SETUP_CODE, hashSecret(request.code.trim().toUpperCase()));
      if (!isTaken) throw new AppError('setupCodeWrong');
      return insert({
        name: request.name,
        email: request.email,
        password: request.password,
        role: 'supervisor',
      });
    },

    /**
     * Adds a member on behalf of `actor`. Throws notAllowed for advisors, and for a supervisor who would make an
     * administrator although there is one already (the first has to come from somewhere); idConflict.
     */
    async add(actor: Actor, member: NewMember): Promise<Member> {
      const isTrusted =
        actor.kind === 'server' || (actor.kind === 'member' && actor.role === 'administrator');
      const isSupervisor = actor.kind === 'member' && actor.role === 'supervisor';
      if (!isTrusted && !isSupervisor) throw new AppError('notAllowed');
      if (!isTrusted && member.role === 'administrator' && (await store.countAdministrators()) > 0)
        throw new AppError('notAllowed');
      return insert(member);
    },

    async list(): Promise<Member[]> {
      return (await store.listMembers()).map(toMember);
    },
  };
}
