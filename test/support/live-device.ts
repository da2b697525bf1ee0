/**
 * The whole main process of a device (outbox on the disk, timers, beats, live snapshot) beside a real core, in one virtual
 * time: it moves when the test moves it, and waits for what the real disk and database have under way.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { openAway, type Away } from '../../electron/away/away.ts';
import { assembleDevice, type Device } from '../../electron/device.ts';
import { openOutbox, type Outbox } from '../../electron/outbox/outbox.ts';
import { createRowIds } from '../../electron/row-ids.ts';
import type { KeptFunds } from '../../electron/timers/allowances.ts';
import { AppError } from '../../shared/errors.ts';
import type { Chat, TimeSegment, UserProjection } from '../../shared/rows.ts';
import { T0, type CoreScene, type MemberActor } from './core-scene.ts';

const BOOTED_AT_MS = T0 - 10_000_000;

export interface LiveWorld {
  scene: CoreScene;
  start(actor: MemberActor, options?: { idleAfterMs?: number }): Promise<LiveDevice>;
  /** Every computer sleeps: time goes by and nothing runs. */
  sleep(ms: number): void;
  /** Lets time pass for everybody, task by task; what is under way is finished before the next. */
  pass(ms: number): Promise<void>;
  stop(): Promise<void>;
}

export interface LiveDevice {
  device: Device;
  away: Away;
  /** Its wall clock is off by so much from now on, ms. */
  setWall(skewMs: number): void;
  /** How often the sheet wanted to open by itself in this run. */
  sheets(): number;
  /** Without a network from now on, or with one again. */
  cut(isCut: boolean): void;
  /** Ends without a word, as a crash does, and starts again, so much later, with what is on the disk. */
  crash(goneMs?: number): Promise<void>;
  open(chat: Chat): void;
  phase(chatId: string): string | undefined;
  /** Every segment this device wrote, newest copy. */
  segments(): TimeSegment[];
}

export function createLiveWorld(scene: CoreScene): LiveWorld {
  const tasks = new Map<number, { atMs: number; run: () => void }>();
  const underWay = new Set<Promise<unknown>>();
  const folders: string[] = [];
  const devices: { end(): Promise<void>; push(): Promise<void>; saved(): Promise<void> }[] = [];
  let nextId = 0;

  function track<T>(promise: Promise<T>): Promise<T> {
    const watched = promise.catch(() => undefined).finally(() => underWay.delete(watched));
    underWay.add(watched);
    return promise;
  }

  async function settled(): Promise<void> {
    for (let idle = 0; idle < 3;) {
      while (underWay.size > 0) await Promise.allSettled([...underWay]);
      await new Promise((resolve) => setImmediate(resolve));
      idle = underWay.size === 0 ? idle + 1 : 0;
    }
  }

  async function everythingPushed(): Promise<void> {
    await settled();
    for (const device of devices) await device.saved();
    for (const device of devices) await device.push();
    await settled();
  }

  return {
    scene,
    async pass(ms) {
      const untilMs = scene.clock.ms + ms;
      for (;;) {
        await everythingPushed();
        const [id, due] = [...tasks].reduce<[number, { atMs: number; run: () => void }] | []>(
          (first, one) =>
            one[1].atMs <= untilMs && (first[1] === undefined || one[1].atMs < first[1].atMs) ? one : first,
          [],
        );
        if (id === undefined || due === undefined) break;
        tasks.delete(id);
        scene.clock.ms = Math.max(scene.clock.ms, due.atMs);
        due.run();
      }
      scene.clock.ms = untilMs;
      await scene.core.sweep();
      await everythingPushed();
    },
    async stop() {
      for (const device of devices) await device.end();
      for (const folder of folders) rmSync(folder, { recursive: true, force: true });
    },
    sleep(ms) {
      scene.clock.ms += ms;
    },
    async start(actor, { idleAfterMs = 0 } = {}) {
      const folder = mkdtempSync(path.join(os.tmpdir(), 'chatclock-live-'));
      folders.push(folder);
      const written = new Map<string, TimeSegment>();
      let keptFunds: KeptFunds | null = null;
      let runs = 0;
      let isCut = false;
      let outbox: Outbox;
      let device: Device;
      let away: Away;
      const crashed: Away[] = [];
      let wallSkewMs = 0;
      let sheets = 0;
      let stream: { stop(): void } | undefined;
      let isDead = false;

      function follow(): void {
        stream?.stop();
        stream = scene.core.subscribe(
          actor,
          0,
          (page) => {
            const pulled = page.rows.flatMap(({ row }): UserProjection[] =>
              row.type === 'userProjection' ? [row] : [],
            );
            if (!isCut) device.projections.take(pulled);
          },
          () => undefined,
        );
      }

      async function run(): Promise<void> {
        runs += 1;
        const mine = runs;
        outbox = await openOutbox(path.join(folder, 'outbox.jsonl'), `run-${runs}`);
        outbox.rowsSaved$.subscribe((rows) => {
          for (const row of rows) if (row.type === 'timeSegment') written.set(row.id, row);
        });
        for (const row of outbox.waiting()) if (row.type === 'timeSegment') written.set(row.id, row);
        device = assembleDevice({
          deviceId: actor.deviceId,
          memberId: actor.memberId,
          clock: {
            bootId: 'boot-1',
            monoMs: () => scene.clock.ms - BOOTED_AT_MS,
            wallMs: () => scene.clock.ms + wallSkewMs,
          },
          schedule(ms, task) {
            const id = nextId++;
            tasks.set(id, { atMs: scene.clock.ms + ms, run: () => mine === runs && !isDead && task() });
            return () => void tasks.delete(id);
          },
          outbox: {
            ...outbox,
            put: (rows) => track(outbox.put(rows)),
            beat: (running) => track(outbox.beat(running)),
            holdEnd: (row) => track(outbox.holdEnd(row)),
            dropEnd: (chatId) => track(outbox.dropEnd(chatId)),
          },
          sendBeat: (request) =>
            isCut
              ? Promise.reject(new AppError('serverUnreachable'))
              : track(scene.core.beat(actor, request)),
          keptOffsetMs: runs === 1 ? null : BOOTED_AT_MS,
          keepOffset: () => undefined,
          keptFunds,
          keepFunds: (funds) => void (keptFunds = structuredClone(funds)),
          newRowId: createRowIds(actor.deviceId),
          newChatId: () => `chat-${actor.deviceId}-${nextId++}`,
          soon: (task) => void setImmediate(task),
          isChatOpen: () => true,
          idleAfterMs: () => idleAfterMs,
          onSaveFailed(error) {
            throw error;
          },
        });
        device.setPreviousChatInPair('run');
        sheets = 0;
        away = await openAway({
          file: path.join(folder, 'away.jsonl'),
          clock: {
            bootId: 'boot-1',
            monoMs: () => scene.clock.ms - BOOTED_AT_MS,
            wallMs: () => scene.clock.ms + wallSkewMs,
          },
          deviceId: actor.deviceId,
          outbox: device.outbox,
          timers: device.timers,
          projections: device.projections,
          serverNowMs: device.beat.serverNowMs,
          knownSeq: device.knownSeq,
          idleAfterMs: () => idleAfterMs,
          onSheet: () => (sheets += 1),
          onSaveFailed(error) {
            throw error;
          },
        });
        follow();
      }

      await run();
      devices.push({
        async end() {
          stream?.stop();
          await Promise.allSettled([...crashed, away].map((one) => one.stop()));
          const stopped = device.stop();
          isDead = true;
          isCut = true;
          await stopped;
        },
        saved: () => away.saved(),
        async push() {
          const rows = outbox.waiting();
          if (isCut || rows.length === 0) return;
          await device.acknowledge(await scene.core.push(actor, rows), scene.clock.ms);
        },
      });
      return {
        get device() {
          return device;
        },
        cut(next) {
          isCut = next;
          if (!next) follow();
        },
        async crash(goneMs = 0) {
          await settled();
          await away.saved();
          await settled();
          stream?.stop();
          await outbox.close();
          crashed.push(away);
          scene.clock.ms += goneMs;
          await run();
        },
        get away() {
          return away;
        },
        setWall: (skewMs) => void (wallSkewMs = skewMs),
        sheets: () => sheets,
        open: (chat) => device.timers.start(chat),
        phase: (chatId) => device.timers.timerOf(chatId)?.timer.phase,
        segments: () => [...written.values()],
      };
    },
  };
}
