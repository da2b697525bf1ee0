/** What must hold at any moment, not only at the end: nobody is shown or charged time that has not passed. */
import type { RecordTotals } from '../../../shared/rows.ts';
import { driftMs } from '../../../shared/admission/limits.ts';
import type { Scene } from '../scene-shape.ts';
import { runningOf } from '../sim-device.ts';
import { trueElapsedMs } from '../truth.ts';
import { InvariantBroken } from './stored.ts';

const PLACING_MS = 60;

/** I8 while it runs, and what was found since the last look (I14, and that a stop is resumed once). Throws InvariantBroken. */
export function spotCheck(scene: Scene): void {
  if (scene.broken !== undefined) throw scene.broken;
  for (const { name, resumedTwice } of scene.devices)
    if (resumedTwice !== null)
      throw new InvariantBroken('once', `${name} resumed ${resumedTwice} twice after T* by itself`);
  if (scene.hasInventedTime) return;
  for (const device of scene.devices) {
    const running = device.device();
    if (running === null) continue;
    const { computer } = device;
    const untilMs = computer.isAsleep() ? computer.sleeps.at(-1)!.fromMs : scene.world.nowMs();
    for (const { id } of runningOf(running, computer)) scene.truth.ranUntil(id, untilMs);
  }
  const most = new Map<string, number>();
  for (const segment of scene.truth.segments.values()) {
    const trueMs = trueElapsedMs(segment);
    most.set(segment.chatId, (most.get(segment.chatId) ?? 0) + trueMs + PLACING_MS + driftMs(trueMs));
  }
  const totals = scene.server.disk.read<{ json: string }>(
    `select json from sync_row where type = 'recordTotals'`,
  );
  for (const { json } of totals) {
    const { id, trackedMs } = JSON.parse(json) as RecordTotals;
    if (trackedMs > (most.get(id) ?? 0))
      throw new InvariantBroken(
        'I8',
        `${id} shows ${trackedMs} ms, but only ${most.get(id) ?? 0} ms can have run: ${JSON.stringify([...scene.truth.segments.values()].filter((one) => one.chatId === id).slice(-3))}`,
      );
  }
}
