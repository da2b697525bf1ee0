/** The device's clocks, handed to everything that needs time (DOMAIN.md, "Segments and marks on a device"). */
import { readFileSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { randomUUID } from 'node:crypto';
import { z } from 'zod';

export interface DeviceClock {
  /** Integer ms on the boot's clock: monotonic, shared by every run of the app in this boot, suspended time included. */
  monoMs(): number;
  /** The wall clock, ms since the epoch: evidence only. */
  wallMs(): number;
  readonly bootId: string;
}

/** What the operating system says of time; a test hands in its own. */
export interface ClockSources {
  /** Counts while the computer is awake; never goes back. ms, integer. */
  awakeMs(): number;
  /** Since the boot, sleep included, ms; coarse. */
  uptimeMs(): number;
  wallMs(): number;
  bootId: string;
}

const systemSources = (): ClockSources => ({
  awakeMs: () => Number(process.hrtime.bigint() / 1_000_000n),
  uptimeMs: () => Math.floor(os.uptime() * 1000),
  wallMs: () => Date.now(),
  bootId: readBootId(),
});

const keptSchema = z.object({ bootId: z.string(), suspendedMs: z.number() });
/** `os.uptime()` is coarse; a difference below this is noise, not sleep. */
const NOISE_MS = 1_000;

/**
 * On Linux `process.hrtime` stands still in suspend while `os.uptime()` goes on: their difference is latched whenever it
 * jumps, and kept for the boot, so that a restarted app continues the same clock.
 */
export function createDeviceClock(profileDir: string, sources: ClockSources = systemSources()): DeviceClock {
  const file = path.join(profileDir, 'boot-clock.json');
  const { bootId } = sources;
  const kept = readKept(file);
  let suspendedMs = kept?.bootId === bootId ? kept.suspendedMs : 0;

  function latchSleep(): void {
    const differenceMs = sources.uptimeMs() - sources.awakeMs();
    if (differenceMs - suspendedMs < NOISE_MS) return;
    suspendedMs = differenceMs;
    try {
      writeFileSync(file, JSON.stringify({ bootId, suspendedMs }), { mode: 0o600 });
    } catch {
      // A full disk: a restarted app measures it anew, to within the noise.
    }
  }

  latchSleep();
  let checkedMs = sources.awakeMs();
  return {
    bootId,
    wallMs: () => sources.wallMs(),
    monoMs() {
      const now = sources.awakeMs();
      if (now - checkedMs >= NOISE_MS) {
        checkedMs = now;
        latchSleep();
      }
      return now + suspendedMs;
    },
  };
}

/** The operating system's own id of this boot; where it has none, one for this run: its anchor is measured anew. */
function readBootId(): string {
  try {
    return readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
  } catch {
    return `run-${randomUUID()}`;
  }
}

function readKept(file: string): z.infer<typeof keptSchema> | undefined {
  try {
    return keptSchema.parse(JSON.parse(readFileSync(file, 'utf8')));
  } catch {
    return undefined; // First run of this profile, or a torn file: measured anew.
  }
}
