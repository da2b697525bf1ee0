import type { MarkAdmission } from '../rows.ts';
import { ROW_MAX_AGE_MS } from './limits.ts';
import type { PlacedInstant } from './placement.ts';

/** What the verdict on a stopMark or chatEnd says; the row adds ids. */
export type MarkVerdict = Pick<MarkAdmission, 'code' | 'reason' | 'atMs' | 'flags'>;

/**
 * The verdict on a mark, given once. A mark of a boot that never had an anchor cuts nothing until ruled: quarantined
 * with the flag alone. Instants in ms, server clock. Source: DOMAIN.md "Placement and admission".
 */
export function admitMark(placed: PlacedInstant, receivedMs: number, isDeviceRevoked: boolean): MarkVerdict {
  const { atMs } = placed;
  if (isDeviceRevoked) return { code: 'quarantined', reason: 'revoked', atMs, flags: flagsOf(placed) };
  if (placed.isUnanchored) return { code: 'quarantined', atMs, flags: ['unanchored'] };
  if (atMs < receivedMs - ROW_MAX_AGE_MS) return { code: 'quarantined', reason: 'tooOld', atMs, flags: [] };
  return { code: 'admitted', atMs, flags: [] };
}

function flagsOf(placed: PlacedInstant): 'unanchored'[] {
  return placed.isUnanchored ? ['unanchored'] : [];
}
