import { randomBytes } from 'node:crypto';

/** 64 random bits that name one run of the app. */
export function newRunNonce(): string {
  return randomBytes(8).toString('hex');
}

/** Row ids of one app run: device id, the run's nonce, a running number (DOMAIN.md, "Segments and marks on a device"). */
export function createRowIds(deviceId: string, nonce = newRunNonce()): () => string {
  let next = 0;
  return () => `${deviceId}.${nonce}.${(next += 1)}`;
}
