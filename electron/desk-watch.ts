/** Keeps the one replicator alive: a desk that is silent is reloaded (DOMAIN.md, "One replicator"); page-keeper.ts sees to one that is gone. */
import type { BrowserWindow } from 'electron';
import type { DeviceClock } from './clock.ts';

const SILENT_MS = 10_000;
const LOOK_EVERY_MS = 2_000;

export interface DeskWatch {
  heard(): void;
  stop(): void;
}

export function startDeskWatch(deps: {
  clock: DeviceClock;
  desk(): BrowserWindow | undefined;
  onReload(reason: string): void;
}): DeskWatch {
  let heardAtMonoMs = deps.clock.monoMs();
  let lookedAtMonoMs = heardAtMonoMs;
  let watched: BrowserWindow | undefined;

  const timer = setInterval(() => {
    const desk = deps.desk();
    const now = deps.clock.monoMs();
    // After sleep the desk was no more silent than we were.
    if (now - lookedAtMonoMs > SILENT_MS) heardAtMonoMs = now;
    lookedAtMonoMs = now;
    if (desk !== watched && desk !== undefined) {
      watched = desk;
      heardAtMonoMs = now;
    }
    if (desk === undefined || desk.isDestroyed() || now - heardAtMonoMs <= SILENT_MS) return;
    heardAtMonoMs = now;
    deps.onReload('silent');
    desk.webContents.reload();
  }, LOOK_EVERY_MS);

  return {
    heard() {
      heardAtMonoMs = deps.clock.monoMs();
    },
    stop: () => clearInterval(timer),
  };
}
