/** Sessions outside on a device whose clock moves by hand: real rows, an outbox and a disk that only remember. */
import { Subject } from 'rxjs';
import { createOutside, type Outside } from '../../electron/outside/outside.ts';
import { outsideStateSchema } from '../../electron/outside/outside-state.ts';
import { createTimerRows } from '../../electron/timers/timer-rows.ts';
import type { DeviceRow } from '../../shared/rows.ts';

export interface OutsideDesk {
  readonly outside: Outside;
  /** What reached the outbox, in its order. */
  readonly rows: DeviceRow[];
  disk: { text: string | null; isFull: boolean };
  nowMs(): number;
  /** Time passes with a tick a second. */
  pass(ms: number): Promise<void>;
  /** The computer sleeps: time passes without a tick. */
  sleep(ms: number): Promise<void>;
  /** kill -9, and a start `ms` later. */
  crash(ms: number): void;
}

export interface OutsideDeskOptions {
  deviceId?: string;
  bootId?: string;
  /** Server's clock, ms; the boot's began at 0 then less `monoMs`. */
  startMs?: number;
  monoMs?: number;
}

export function createOutsideDesk({
  deviceId = 'd1',
  bootId = 'boot-1',
  startMs = 1_800_000_000_000,
  monoMs: firstMonoMs = 10_000,
}: OutsideDeskOptions = {}): OutsideDesk {
  let passedMs = 0;
  let ids = 0;
  const rows: DeviceRow[] = [];
  const disk: OutsideDesk['disk'] = { text: null, isFull: false };
  const nowMs = () => startMs + passedMs;
  const clock = { bootId, monoMs: () => firstMonoMs + passedMs, wallMs: nowMs };
  const newRowId = () => `${deviceId}.n.${(ids += 1)}`;
  let ticked$ = new Subject<void>();

  const open = (): Outside =>
    createOutside({
      ...{ clock, newRowId, deviceId, memberId: 'lea', ticked$, serverNowMs: nowMs },
      newChatId: () => `chat-of-${deviceId}-with-a-random-id-${(ids += 1)}`,
      rows: createTimerRows({ clock, newRowId, deviceId, knownSeq: () => 0 }),
      outbox: { put: async (more) => void rows.push(...more) },
      kept: disk.text === null ? undefined : outsideStateSchema.parse(JSON.parse(disk.text)),
      async save(state) {
        if (disk.isFull) throw new Error('ENOSPC');
        disk.text = JSON.stringify(state);
      },
      onSaveFailed: () => undefined,
    });
  let outside = open();
  /** Everything a tick began has been done. */
  const settled = () => new Promise((resolve) => setImmediate(resolve));

  async function tick(): Promise<void> {
    ticked$.next();
    await settled();
  }
  return {
    get outside() {
      return outside;
    },
    rows,
    disk,
    nowMs,
    async pass(ms) {
      for (let leftMs = ms; leftMs > 0; leftMs -= 1_000) {
        passedMs += Math.min(1_000, leftMs);
        await tick();
      }
    },
    async sleep(ms) {
      passedMs += ms;
      await tick();
    },
    crash(ms) {
      passedMs += ms;
      ticked$ = new Subject();
      outside = open();
    },
  };
}
