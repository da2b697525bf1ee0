/** The platform's key: made on the first run, hashed in the database, its text only in a 0600 file of the data folder. */
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { AppError } from '../../shared/errors.ts';
import type { Actor, ServerClock } from '../ports.ts';
import type { AuthStore } from './auth-store.ts';
import { hashSecret, type SecretSource } from './secrets.ts';

const PLATFORM_KEY = 'platformKey';
export const PLATFORM_KEY_FILE = 'platform-key';

export type PlatformKeys = ReturnType<typeof createPlatformKeys>;

export function createPlatformKeys(deps: { store: AuthStore; clock: ServerClock; secrets: SecretSource }) {
  const { store, clock, secrets } = deps;
  let knownHash: string | undefined;

  return {
    /**
     * The key's text if this run made it or can read it from `dataDir`; undefined when only its hash is known.
     * A lost file is not replaced: a new key would silently lock the platform out.
     */
    async ensure(dataDir: string | undefined): Promise<string | undefined> {
      const file = dataDir === undefined ? undefined : join(dataDir, PLATFORM_KEY_FILE);
      knownHash = await store.readSecret(PLATFORM_KEY);
      if (knownHash !== undefined) return file === undefined ? undefined : readKeyFile(file);
      const key = `ccp_${secrets.token()}`;
      if (file !== undefined) await writeFile(file, `${key}\n`, { mode: 0o600 });
      knownHash = hashSecret(key);
      await store.writeSecret(PLATFORM_KEY, knownHash, clock.nowMs());
      return key;
    },

    /** Throws notSignedIn for anything but the key. */
    authenticate(key: string): Actor {
      if (knownHash === undefined || hashSecret(key) !== knownHash) throw new AppError('notSignedIn');
      return { kind: 'platform', keyId: PLATFORM_KEY };
    },
  };
}

/** The text of a key file, or undefined where there is none. */
export async function readKeyFile(file: string): Promise<string | undefined> {
  try {
    return (await readFile(file, 'utf8')).trim();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw new AppError('fileUnreadable', { file }, { cause: error });
  }
}
