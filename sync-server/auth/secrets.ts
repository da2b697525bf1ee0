/** Random secrets, their hashes, and passwords (argon2id with the library's OWASP defaults: 19 MiB, 2 passes). */
import { createHash, randomBytes, randomInt, randomUUID } from 'node:crypto';
import { hash, verify } from '@node-rs/argon2';

/** Where ids and secrets come from; handed in so that a test can foresee them. */
export interface SecretSource {
  id(): string;
  /** 256 random bits as base64url. */
  token(): string;
  /** A one-time code that a person types, e.g. "7K3M-Q9XD-R4TW": 60 bits. */
  code(): string;
}

/** No 0/O, 1/I/L, U: read aloud without a mistake. 32 signs less the look-alikes = 30. */
const CODE_ALPHABET = '23456789ABCDEFGHJKMNPQRSTVWXYZ';

export function createSecretSource(): SecretSource {
  const group = (): string =>
    Array.from({ length: 4 }, () => CODE_ALPHABET[randomInt(CODE_ALPHABET.length)]).join('');
  return {
    id: () => randomUUID(),
    token: () => randomBytes(32).toString('base64url'),
    code: () => [group(), group(), group()].join('-'),
  };
}

/** Hash of a high-entropy secret: plain SHA-256 is enough, there is nothing to guess. */
export function hashSecret(secret: string): string {
  return createHash('sha256').update(secret).digest('base64url');
}

export function hashPassword(password: string): Promise<string> {
  return hash(password);
}

/** A hash of no password: verified when the account is unknown, so that the answer takes as long. */
const NO_PASSWORD_HASH =
  '$argon2id$v=19$m=19456,t=2,p=1$bm9wYXNzd29yZG5vcGFzcw$SZpZbEtw3OVLcq2bT3C4Ohle2JHQlYbHxBi1YKTfDhE';

/** Whether the password fits; takes the same time for an unknown account. */
export async function isPasswordRight(passwordHash: string | undefined, password: string): Promise<boolean> {
  const isRight = await verify(passwordHash ?? NO_PASSWORD_HASH, password);
  return isRight && passwordHash !== undefined;
}
