/** Sessions outside of the signed-in member: their file, the device's rows and outbox. */
import path from 'node:path';
import type { DeviceClock } from '../clock.ts';
import type { Device } from '../device.ts';
import { readPrivateJson, writePrivateJson } from '../private-file.ts';
import { createOutside, type Outside } from './outside.ts';
import { outsideStateSchema } from './outside-state.ts';

export interface StartOutsideDeps {
  device: Device;
  clock: DeviceClock;
  folder: string;
  deviceId: string;
  memberId: string;
  onSaveFailed(error: unknown): void;
}

export async function startOutside({ device, folder, ...deps }: StartOutsideDeps): Promise<Outside> {
  const file = path.join(folder, 'outside.json');
  const { outbox, rows, ids, beat, timers } = device;
  return createOutside({
    ...deps,
    ...ids,
    ...{ outbox, rows, serverNowMs: beat.serverNowMs, ticked$: timers.ticked$ },
    kept: await readPrivateJson(file, outsideStateSchema),
    save: (state) => writePrivateJson(file, state),
  });
}
