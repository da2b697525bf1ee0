import { expect, test } from 'vitest';
import { createPushGate } from '../../electron/sync-proxy.ts';
import type { Connection } from '../../shared/live.ts';

/** Found by the simulation (crash-storm, seed 3): a revoked device that was restarted held its rows for ever. */
test('rows of a device whose beats are refused leave without an anchor; others wait for one', async () => {
  const gateAt = (connection: Connection, isAnchored: boolean) =>
    createPushGate(() => ({ connection: () => connection, whenAnchored: async () => isAnchored }))(1);
  expect(await gateAt({ phase: 'refused', code: 'deviceRevoked' }, false)).toBe(true);
  expect(await gateAt({ phase: 'refused', code: 'protocolMismatch' }, false)).toBe(true);
  expect(await gateAt({ phase: 'offline', sinceMs: 1 }, false)).toBe(false);
  expect(await gateAt({ phase: 'online', syncedAtMs: 1 }, true)).toBe(true);
});
