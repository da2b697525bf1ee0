/**
 * Keeps what the person chose on this profile (`shared/preferences.ts`), and where windows stand. What is a member's own
 * is kept for each who works on the profile; until they choose, the profile's holds.
 */
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { Subject, type Observable } from 'rxjs';
import { z } from 'zod';
import {
  memberChoicesOf,
  parsePreferences,
  withoutMemberChoices,
  type PreferenceChange,
  type Preferences,
} from '../shared/preferences.ts';
import { writePrivateJson } from './private-file.ts';

const boundsSchema = z.object({
  x: z.number(),
  y: z.number(),
  width: z.number().positive(),
  height: z.number().positive(),
  isMaximised: z.boolean().default(false),
});
export type KeptBounds = z.infer<typeof boundsSchema>;
const membersSchema = z
  .object({ members: z.record(z.string(), z.unknown()).catch({}) })
  .catch({ members: {} });
const placesSchema = z.object({ bounds: z.record(z.string(), boundsSchema).catch({}) }).catch({ bounds: {} });

export interface PreferenceStore {
  /** After every change, with all choices. */
  readonly changed$: Observable<Preferences>;
  read(): Preferences;
  /** Whose choices hold from now on; null = nobody is signed in. */
  useMember(key: string | null): void;
  update(change: PreferenceChange): void;
  /** Where windows of this role stood last. */
  boundsOf(role: string): KeptBounds | undefined;
  keepBounds(role: string, bounds: KeptBounds): void;
  /** Resolves when the last change is on the disk. */
  saved(): Promise<void>;
}

export async function openPreferences(
  profileDir: string,
  onFailed: (error: unknown) => void,
): Promise<PreferenceStore> {
  const file = path.join(profileDir, 'preferences.json');
  const raw = await readJson(file);
  let ofProfile = parsePreferences(raw);
  const ofMembers = new Map(
    Object.entries(membersSchema.parse(raw ?? {}).members).map(([key, kept]) => [key, memberChoicesOf(kept)]),
  );
  let member: string | null = null;
  let preferences = ofProfile;
  let { bounds } = placesSchema.parse(raw ?? {});
  const changed$ = new Subject<Preferences>();
  let writing: Promise<void> = Promise.resolve();

  function combine(): void {
    preferences = { ...ofProfile, ...(member === null ? {} : ofMembers.get(member)) };
    changed$.next(preferences);
  }

  function save(): void {
    const next = { ...ofProfile, members: Object.fromEntries(ofMembers), bounds };
    writing = writing.then(() => writePrivateJson(file, next)).catch(onFailed);
  }

  return {
    changed$,
    read: () => preferences,
    useMember(key) {
      if (key === member) return;
      member = key;
      combine();
    },
    update(change) {
      const isOfProfile = member === null;
      if (member !== null) ofMembers.set(member, { ...ofMembers.get(member), ...memberChoicesOf(change) });
      ofProfile = parsePreferences({
        ...ofProfile,
        ...(isOfProfile ? change : withoutMemberChoices(change)),
      });
      save();
      combine();
    },
    boundsOf: (role) => bounds[role],
    keepBounds(role, next) {
      bounds = { ...bounds, [role]: next };
      save();
    },
    saved: () => writing,
  };
}

/** undefined where there is none, or none that can be read: then all is at its default. */
async function readJson(file: string): Promise<unknown> {
  try {
    return JSON.parse(await readFile(file, 'utf8'));
  } catch {
    return undefined;
  }
}
