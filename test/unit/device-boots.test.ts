/** Where a boot without an anchor is floored: the contact before it, as far as the server can know. */
import { describe, expect, it } from 'vitest';
import { lastContactBefore, type DeviceBoot } from '../../sync-server/core/device-boots.ts';

const boots = new Map<string, DeviceBoot>([
  ['first', { firstContactMs: 1_000_000, previousContactMs: 0 }],
  ['third', { firstContactMs: 2_000_000, previousContactMs: 1_400_000 }],
  ['fourth', { firstContactMs: 2_103_000, previousContactMs: 2_100_000 }],
]);
const LAST_BEAT = 2_200_000;

describe('the last contact before a boot', () => {
  const before = (bootId: string, elapsedMs: number, nowMs = LAST_BEAT) =>
    lastContactBefore(boots, LAST_BEAT, { bootId, elapsedMs }, nowMs);

  it('is what the first beat of the boot followed', () => {
    expect(before('first', 5_000)).toBe(0);
    expect(before('third', 5_000)).toBe(1_400_000);
    expect(before('fourth', 5_000)).toBe(2_100_000);
  });

  it('of a boot never heard of is the last beat, once the device is silent', () => {
    expect(before('unheard', 40_000, LAST_BEAT + 60_000)).toBe(LAST_BEAT);
    expect(before('unheard', 2_000, LAST_BEAT + 10_000)).toBe(2_100_000);
  });

  it('is never later than the time recorded in it allows, also two boots back', () => {
    expect(before('unheard', 7_000)).toBe(1_400_000);
    expect(before('unheard', 600_200)).toBe(1_400_000);
    expect(before('unheard', 700_000)).toBe(0);
  });

  it('is nothing for a device that never beat', () => {
    expect(lastContactBefore(new Map(), undefined, { bootId: 'any', elapsedMs: 5 }, 9)).toBe(0);
  });
});
