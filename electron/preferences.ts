/** What the person chose on this profile: theme, where windows stand. */
import path from 'node:path';
import { z } from 'zod';
import { IDLE_AFTER_MS, idleAfterSchema } from '../shared/away/away-stop.ts';
import { themeSchema } from '../shared/ipc/window-commands.ts';
import { readPrivateJson, writePrivateJson } from './private-file.ts';

const boundsSchema = z.object({ x: z.number(), y: z.number(), width: z.number(), height: z.number() });
const preferencesSchema = z.object({
  theme: themeSchema.default('system'),
  /** A chat without a sign of life for so long stops, ms; 0 = never. */
  idleAfterMs: idleAfterSchema.default(IDLE_AFTER_MS),
  bounds: z.record(z.string(), boundsSchema).default({}),
});
export type Preferences = z.infer<typeof preferencesSchema>;

export interface PreferenceStore {
  read(): Preferences;
  update(change: Partial<Preferences>): void;
  /** Resolves when the last change is on the disk. */
  saved(): Promise<void>;
}

export async function openPreferences(
  profileDir: string,
  onFailed: (error: unknown) => void,
): Promise<PreferenceStore> {
  const file = path.join(profileDir, 'preferences.json');
  let preferences = (await readPrivateJson(file, preferencesSchema)) ?? preferencesSchema.parse({});
  let writing: Promise<void> = Promise.resolve();
  return {
    read: () => preferences,
    update(change) {
      preferences = { ...preferences, ...change };
      const next = preferences;
      writing = writing.then(() => writePrivateJson(file, next)).catch(onFailed);
    },
    saved: () => writing,
  };
}
