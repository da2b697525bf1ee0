/**
 * When each boot of a device was first heard of, and when the device was last heard before it: what a boot without an
 * anchor is floored at (DOMAIN.md, "Placement and admission"). Pure. Instants in ms, server clock.
 */
import { driftMs } from '../../shared/admission/limits.ts';
import { GRACE_MS } from '../../shared/wire.ts';

export interface DeviceBoot {
  /** Its first beat. */
  firstContactMs: number;
  /** The device's last contact before that, of another boot; 0 when there was none. */
  previousContactMs: number;
}

/**
 * The device's last contact before the boot, 0 when there was none. A boot the server never heard of ran while no other
 * one was heard of: since the last contact, when that is longer ago than the grace, or in a silence between two boots.
 * Which of them is not known; it is the latest that is long enough for what was recorded, so that honest time of a boot
 * two boots back is not refused for a contact that came after it. What is placed so is flagged `unanchored`.
 */
export function lastContactBefore(
  boots: ReadonlyMap<string, DeviceBoot>,
  /** The device's last beat; undefined: it never beat. */
  lastBeatMs: number | undefined,
  boot: { bootId: string; elapsedMs: number },
  nowMs: number,
): number {
  if (lastBeatMs === undefined) return 0;
  const known = boots.get(boot.bootId);
  if (known !== undefined) return known.previousContactMs;
  const silences = [...boots.values()]
    .sort((a, b) => b.firstContactMs - a.firstContactMs)
    .map(({ previousContactMs, firstContactMs }) => ({ fromMs: previousContactMs, toMs: firstContactMs }));
  if (nowMs - lastBeatMs > GRACE_MS) silences.unshift({ fromMs: lastBeatMs, toMs: nowMs });
  const neededMs = boot.elapsedMs - driftMs(boot.elapsedMs);
  return (silences.find(({ fromMs, toMs }) => toMs - fromMs >= neededMs) ?? silences[0])?.fromMs ?? 0;
}
