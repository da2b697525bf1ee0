/** Seals the refresh token with the system's key store where there is a real one (SECURITY.md D12). */
export interface SafeStorage {
  isEncryptionAvailable(): boolean;
  getSelectedStorageBackend?(): string;
  encryptString(text: string): Buffer;
  decryptString(sealed: Buffer): string;
}

export interface SealedSecret {
  /**
   * sealed = by the system's key store; plain = a file only the owner may read, because there is no key store and the
   * person chose so; memory = nowhere: gone when the app ends.
   */
  kind: 'sealed' | 'plain' | 'memory';
  text: string;
}

export interface SecretBox {
  /** Whether the system has a key store that deserves the name. */
  hasKeyStore(): boolean;
  /** Without a key store only who `mayBePlain` is written down. */
  seal(text: string, mayBePlain: boolean): SealedSecret;
  /** undefined when it cannot be opened any more, e.g. after a change of key store: sign in again. */
  open(secret: SealedSecret): string | undefined;
}

/** Linux' `basic_text` is a key in the program text: it would only pretend. */
export function createSecretBox(storage: SafeStorage, platform: string): SecretBox {
  /** What is not written down, while the app runs. */
  let inMemory: string | undefined;
  const hasKeyStore = () =>
    storage.isEncryptionAvailable() &&
    !(platform === 'linux' && storage.getSelectedStorageBackend?.() === 'basic_text');
  return {
    hasKeyStore,
    seal(text, mayBePlain) {
      inMemory = undefined;
      if (hasKeyStore()) return { kind: 'sealed', text: storage.encryptString(text).toString('base64') };
      if (mayBePlain) return { kind: 'plain', text };
      inMemory = text;
      return { kind: 'memory', text: '' };
    },
    open(secret) {
      if (secret.kind === 'plain') return secret.text;
      if (secret.kind === 'memory') return inMemory;
      try {
        return storage.decryptString(Buffer.from(secret.text, 'base64'));
      } catch {
        return undefined;
      }
    },
  };
}
