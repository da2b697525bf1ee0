/** One advisor's computer: clocks that drift and step, sleep, a disk; and processes on it that can die at any moment. */
import type { DeviceClock } from '../../electron/clock.ts';
import type { Schedule } from './schedule.ts';
import { createMemoryDisk, type MemoryDisk } from './memory-disk.ts';
import type { Random } from './random.ts';
import type { World } from './world.ts';

export interface Computer {
  readonly name: string;
  readonly disk: MemoryDisk;
  readonly random: Random;
  /** How much faster than true time its monotonic clock runs, parts per million. */
  driftPpm: number;
  /** Wall clock − true time, ms. */
  wallSkewMs: number;
  /** Called around each sync of its disk while it is set. */
  atNextSync: ((when: 'before' | 'after') => void) | null;
  clock(): DeviceClock;
  /** True instants between which it slept, the last one open while it sleeps. */
  sleeps: { fromMs: number; toMs: number }[];
  isAsleep(): boolean;
  sleep(): void;
  wake(): void;
  /** A new boot: another boot id, the monotonic clock begins again. */
  reboot(): void;
  /** A process on it: its timers stop for good when it is killed. */
  process(): SimProcess;
}

export interface SimProcess {
  readonly isDead: boolean;
  kill(): void;
  /** Waits so many ms of the computer's clock; late after sleep; never when dead. */
  after: Schedule;
  /** What a promise gives, unless the process dies first: then it never settles. */
  alive<T>(promise: Promise<T>): Promise<T>;
}

export function createComputer(world: World, name: string): Computer {
  const random = world.random(`computer-${name}`);
  let boots = 0;
  let bootId = '';
  let bootedAtMs = 0;
  let isAsleep = false;
  let due: (() => void)[] = [];

  const computer: Computer = {
    name,
    disk: createMemoryDisk(),
    random,
    driftPpm: 0,
    wallSkewMs: 0,
    atNextSync: null,
    sleeps: [],
    clock() {
      const mine = { id: bootId, atMs: bootedAtMs };
      return {
        bootId: mine.id,
        monoMs: () => Math.floor((world.nowMs() - mine.atMs) * (1 + computer.driftPpm / 1_000_000)),
        wallMs: () => Math.max(0, world.nowMs() + computer.wallSkewMs),
      };
    },
    isAsleep: () => isAsleep,
    sleep() {
      if (isAsleep) return;
      isAsleep = true;
      computer.sleeps.push({ fromMs: world.nowMs(), toMs: Number.POSITIVE_INFINITY });
    },
    wake() {
      if (!isAsleep) return;
      isAsleep = false;
      computer.sleeps.at(-1)!.toMs = world.nowMs();
      const now = due;
      due = [];
      // One after the other, as the event loop would: what the first does the second finds done.
      for (const task of now) world.after(0, task);
    },
    reboot() {
      boots += 1;
      bootId = `boot-${name}-${boots}`;
      bootedAtMs = world.nowMs() - random.between(5_000, random.chance(0.4) ? 3_456_000_000 : 4_000_000);
    },
    process() {
      let isDead = false;
      const process: SimProcess = {
        get isDead() {
          return isDead;
        },
        kill() {
          isDead = true;
        },
        after(ms, task) {
          let isCancelled = false;
          const run = (): void => {
            if (isDead || isCancelled) return;
            if (isAsleep) due.push(run);
            else task();
          };
          const cancel = world.after(ms / (1 + computer.driftPpm / 1_000_000), run);
          return () => {
            isCancelled = true;
            cancel();
          };
        },
        alive: (promise) =>
          new Promise((resolve, reject) => {
            // What comes in while the computer sleeps is seen when it wakes.
            const settle = (task: () => void): void => {
              if (isDead) return;
              if (isAsleep) due.push(() => isDead || task());
              else task();
            };
            promise.then(
              (value) => settle(() => resolve(value)),
              (error: unknown) => settle(() => reject(error)),
            );
          }),
      };
      return process;
    },
  };
  computer.reboot();
  return computer;
}
