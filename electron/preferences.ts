/** Keeps what the person chose on this profile (`shared/preferences.ts`), and where windows stand. */
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { Subject, type Observable } from 'rxjs';
import { z } from 'zod';
import { parsePreferences, type PreferenceChange, type Preferences } from '../shared/preferences.ts';
import { writePrivateJson } from './private-file.ts';

const boundsSchema = z.object({
  x: z.number(),
  y: z.number(),
  width: z.number().positive(),
  height: z.number().positive(),
  isMaximised: z.boolean().default(false),
});
export type KeptBounds = z.infer<typeof boundsSchema>;
const placesSchema = z.object({ bounds: z.record(z.string(), boundsSchema).catch({}) }).catch({ bounds: {} });

export interface PreferenceStore {
  /** After every change, with all choices. */
  readonly changed$: Observable<Preferences>;
  read(): Preferences;
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
  let preferences = parsePreferences(raw);
  let { bounds } = placesSchema.parse(raw ?? {});
  const changed$ = new Subject<Preferences>();
  let writing: Promise<void> = Promise.resolve();

  function save(): void {
    const next = { ...preferences, bounds };
    writing = writing.then(() => writePrivateJson(file, next)).catch(onFailed);
  }

  return {
    changed$,
    read: () => preferences,
    update(change) {
      preferences = parsePreferences({ ...preferences, ...change });
      save();
      changed$.next(preferences);
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
