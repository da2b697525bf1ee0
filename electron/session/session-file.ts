/** What a profile keeps of its sessions: who is signed in, which device id it has at which server, what is sealed. */
import { createHash } from 'node:crypto';
import path from 'node:path';
import { z } from 'zod';
import { idSchema } from '../../shared/rows.ts';
import { memberSchema } from '../../shared/wire.ts';
import { readPrivateJson, writePrivateJson } from '../private-file.ts';

const keptSessionSchema = z.object({
  member: memberSchema,
  deviceId: idSchema,
  deviceName: z.string(),
  serverUrl: z.string(),
  organisationName: z.string(),
  isPractice: z.boolean(),
  refreshToken: z.object({ kind: z.enum(['sealed', 'plain', 'memory']), text: z.string() }),
});
export type KeptSession = z.infer<typeof keptSessionSchema>;

const profileSchema = z.object({
  session: keptSessionSchema.nullable(),
  /** Device id by `serverKey email`. */
  deviceIds: z.record(z.string(), idSchema),
  sealed: z.array(z.object({ folder: z.string(), memberName: z.string(), rows: z.number().int() })),
});
export type ProfileFile = z.infer<typeof profileSchema>;

/** The practice server gets a new port now and then; its rows belong together all the same. */
export function serverKey(session: Pick<KeptSession, 'serverUrl' | 'isPractice'>): string {
  return session.isPractice ? 'practice' : session.serverUrl;
}

/** Names the folder and the local database of one (server, member). */
export function memberKey(session: Pick<KeptSession, 'serverUrl' | 'isPractice' | 'member'>): string {
  return createHash('sha256')
    .update(`${serverKey(session)}\0${session.member.id}`)
    .digest('hex')
    .slice(0, 16);
}

export interface ProfileStore {
  read(): ProfileFile;
  update(change: (profile: ProfileFile) => ProfileFile): Promise<void>;
  memberFolder(key: string): string;
}

/** A file of whoever is signed in, in their own folder; null = nobody is. */
export function memberFile(store: ProfileStore, name: string): string | null {
  const { session } = store.read();
  return session && path.join(store.memberFolder(memberKey(session)), name);
}

export async function openProfileStore(profileDir: string): Promise<ProfileStore> {
  const file = path.join(profileDir, 'session.json');
  let profile = (await readPrivateJson(file, profileSchema)) ?? { session: null, deviceIds: {}, sealed: [] };
  let writing: Promise<void> = Promise.resolve();
  return {
    read: () => profile,
    update(change) {
      profile = change(profile);
      const next = profile;
      writing = writing.catch(() => undefined).then(() => writePrivateJson(file, next));
      return writing;
    },
    memberFolder: (key) => path.join(profileDir, 'members', key),
  };
}
