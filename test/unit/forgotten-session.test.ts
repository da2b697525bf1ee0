import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createSecretBox } from '../../electron/session/secret-box.ts';
import { openProfileStore } from '../../electron/session/session-file.ts';
import { createSessionKeeper } from '../../electron/session/session.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(path.join(os.tmpdir(), 'chatclock-session-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const withoutKeyStore = () =>
  createSecretBox(
    { isEncryptionAvailable: () => false, encryptString: () => Buffer.alloc(0), decryptString: () => '' },
    'linux',
  );

test.each([
  ['memory', true],
  ['plain', false],
] as const)(
  'a session whose token is kept in %s: after a restart it must sign in again: %s',
  async (kind, needsSignIn) => {
    const store = await openProfileStore(folder);
    await store.update((profile) => ({
      ...profile,
      session: {
        member: { id: 'lea', name: 'Lea', email: 'lea@example.org', role: 'advisor' },
        ...{
          deviceId: 'd1',
          deviceName: 'Laptop',
          serverUrl: 'https://desk.example.org',
          organisationName: 'Desk',
        },
        isPractice: false,
        refreshToken: { kind, text: kind === 'plain' ? 'token' : '' },
      },
    }));
    const keeper = createSessionKeeper({
      store: await openProfileStore(folder),
      box: withoutKeyStore(),
      suggestedServerUrl: null,
    });
    // Signed in all the same: the desk opens and work goes on, only sending waits.
    expect(keeper.current()).toMatchObject({ phase: 'signedIn', needsSignIn });
    expect(keeper.hasKeyStore()).toBe(false);
  },
);
