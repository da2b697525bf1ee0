import { randomBytes } from 'node:crypto';

/** Row ids of one app run: device id, a 64-bit random nonce, a running number (DOMAIN.md, "Segments and marks on a device"). */
export function createRowIds(deviceId: string): () => string {
  const nonce = randomBytes(8).toString('hex');
  let next = 0;
  return () => `${deviceId}.${nonce}.${(next += 1)}`;
}
