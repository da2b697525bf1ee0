/** Seals the refresh token with the system's key store where there is a real one (SECURITY.md D12). */
export interface SafeStorage {
  isEncryptionAvailable(): boolean;
  getSelectedStorageBackend?(): string;
  encryptString(text: string): Buffer;
  decryptString(sealed: Buffer): string;
}

export interface SealedSecret {
  /** sealed = by the system's key store; plain = a file only the owner may read, because there is no key store. */
  kind: 'sealed' | 'plain';
  text: string;
}

export interface SecretBox {
  seal(text: string): SealedSecret;
  /** undefined when it cannot be opened any more, e.g. after a change of key store: sign in again. */
  open(secret: SealedSecret): string | undefined;
}

/** Linux' `basic_text` is a key in the program text: it would only pretend. */
export function createSecretBox(storage: SafeStorage, platform: string): SecretBox {
  const isReal = () =>
    storage.isEncryptionAvailable() &&
    !(platform === 'linux' && storage.getSelectedStorageBackend?.() === 'basic_text');
  return {
    seal: (text) =>
      isReal()
        ? { kind: 'sealed', text: storage.encryptString(text).toString('base64') }
        : { kind: 'plain', text },
    open(secret) {
      if (secret.kind === 'plain') return secret.text;
      try {
        return storage.decryptString(Buffer.from(secret.text, 'base64'));
      } catch {
        return undefined;
      }
    },
  };
}
