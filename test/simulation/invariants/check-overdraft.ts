/** I12: how deep running time took each client below zero, against the bound B that supervisors are shown. */
import type { Scene } from '../scene-shape.ts';
import { InvariantBroken } from './stored.ts';

/** Takes down what the server says of overdrafts since it started: before it ends, or they are forgotten with it. */
export function noteOverdrafts({ server, tally, overdrafts, pricedUnseen }: Scene): void {
  for (const { userId, worstUnits, worstBoundUnits } of server.core()?.overdrafts() ?? []) {
    const before = overdrafts.get(userId) ?? { worstUnits: 0, boundUnits: 0 };
    const now = {
      worstUnits: Math.max(before.worstUnits, worstUnits),
      boundUnits: Math.max(before.boundUnits, worstBoundUnits),
    };
    overdrafts.set(userId, now);
    if (now.worstUnits <= tally.overdraftUnits || pricedUnseen.has(userId)) continue;
    tally.overdraftUnits = now.worstUnits;
    tally.boundUnits = now.boundUnits;
  }
}

/** I12: debits aside, and what a price raised while a device was silent added. Throws InvariantBroken. */
export function checkOverdrafts(scene: Scene): void {
  noteOverdrafts(scene);
  for (const [userId, { worstUnits, boundUnits }] of scene.overdrafts)
    if (worstUnits > boundUnits + (scene.pricedUnseen.get(userId) ?? 0))
      throw new InvariantBroken(
        'I12',
        `${userId}: ${worstUnits} units below zero, B is ${boundUnits}, priced unseen ${scene.pricedUnseen.get(userId) ?? 0}`,
      );
}
