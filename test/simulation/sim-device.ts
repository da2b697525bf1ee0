/** One device of an advisor: its profile on a computer, and the app that runs there or not. The app's parts are the real ones. */
import { assembleDevice, type Device } from '../../electron/device.ts';
import type { KeptFunds } from '../../electron/timers/allowances.ts';
import { openOutbox } from '../../electron/outbox/outbox.ts';
import { createRowIds } from '../../electron/row-ids.ts';
import { AppError } from '../../shared/errors.ts';
import { isCovered, rowKey } from '../../shared/outbox.ts';
import type { Chat, DeviceRow } from '../../shared/rows.ts';
import { PROTOCOL_VERSION, type BeatRequest, type BeatResponse, type PushAnswer } from '../../shared/wire.ts';
import type { Actor } from '../../sync-server/ports.ts';
import type { Computer, SimProcess } from './computer.ts';
import type { Link } from './link.ts';
import { createMemoryReplica, type MemoryReplica } from './memory-replica.ts';
import { openDesk, type Desk } from './sim-desk.ts';
import type { SimServer } from './sim-server.ts';
import { countFault, type Tally } from './tally.ts';
import { watchResumes } from './watch-resumes.ts';
import type { Truth } from './truth.ts';
import type { World } from './world.ts';

const OUTBOX_FILE = '/profile/outbox.jsonl';
/** Main gives a request up after this (electron/session/server-client.ts), ms. */
const BEAT_TIMEOUT_MS = 5_000;
/** Main reloads a desk that is gone or silent (electron/desk-watch.ts), ms. */
const DESK_SILENT_MS = 10_000;
/** A length that a full disk refused is said again by the next beat into the journal: until then a crash takes more, ms. */
const FULL_DISK_BEAT_MS = 6_000;
/** An app that wakes keeps what it ran with the first tick that finds the disk, ms. */
const NOTICED_AFTER_MS = 2_000;

export interface SimDevice {
  readonly name: string;
  readonly memberId: string;
  readonly deviceId: string;
  readonly computer: Computer;
  readonly link: Link;
  readonly replica: MemoryReplica;
  isRevoked: boolean;
  isSignedOut: boolean;
  protocol: number;
  /** Extra ms of each timer of the desk window. */
  throttleMs: number;
  /** What is kept beside the outbox. */
  keptAnchor: { bootId: string; offsetMs: number } | null;
  keptFunds: KeptFunds | null;
  /** The app's main part while it runs. */
  device(): Device | null;
  openChats: Map<string, Chat>;
  isStarting(): boolean;
  /** Called when the replica has applied what the server had. */
  onReplicated: () => void;
  start(): void;
  /** The process is gone without a word; with the power also what was not synced. */
  crash(isPowerLost: boolean): void;
  quit(): Promise<number>;
  /** The desk window dies; main opens it anew after a while. */
  killDesk(): void;
  desk(): Desk | null;
  /** A chat that went on by itself more than once after T*. */
  resumedTwice: string | null;
  /** Pushed again although main had the answer: I18. */
  repeated: string[];
  /** The answers main was told are forgotten, e.g. with a backup put back. */
  forgetAnswers(): void;
  actor(): Extract<Actor, { kind: 'member' }>;
}

export interface SimDeviceDeps {
  world: World;
  tally: Tally;
  truth: Truth;
  server: SimServer;
  computer: Computer;
  link: Link;
  memberId: string;
  deviceId: string;
  name: string;
}

export function createSimDevice(deps: SimDeviceDeps): SimDevice {
  const { world, tally, truth, server, computer, link } = deps;
  const random = world.random(`device-${deps.name}`);
  let main: SimProcess | null = null;
  let device: Device | null = null;
  let desk: Desk | null = null;
  let isStarting = false;
  let runs = 0;
  let answered = new Map<string, { elapsedMs: number; closed: boolean }>();
  /** What ran when the process died, to be compared with what the journal kept. */
  let ranAtCrash: { segmentId: string; elapsedMs: number }[] = [];
  let mayLose = false;
  let refusedAtMs = 0;

  const sim: SimDevice = {
    ...{ name: deps.name, memberId: deps.memberId, deviceId: deps.deviceId, computer, link },
    ...{ isRevoked: false, isSignedOut: false, protocol: PROTOCOL_VERSION, throttleMs: 0 },
    replica: createMemoryReplica(),
    keptAnchor: null,
    keptFunds: null,
    openChats: new Map(),
    onReplicated: () => undefined,
    repeated: [],
    resumedTwice: null,
    device: () => device,
    desk: () => desk,
    isStarting: () => isStarting,
    start() {
      if (main !== null || sim.isSignedOut) return;
      main = computer.process();
      isStarting = true;
      world.note(`${sim.name} starts`);
      void run(main).catch((error: unknown) => {
        world.note(`${sim.name} cannot start: ${error instanceof AppError ? error.code : String(error)}`);
        main?.kill();
        main = null;
        isStarting = false;
      });
    },
    crash(isPowerLost) {
      if (main === null) return;
      tally.crashes += 1;
      if (device !== null) noteCrash(device);
      world.note(`${sim.name} crashes${isPowerLost ? ', power lost' : ''}`);
      end();
      if (!isPowerLost) return;
      const isJournalLost = computer.disk.loseUnsynced(random);
      if (isJournalLost) countFault(tally, 'unsyncedTailLost');
      // What the dead window was just writing comes to its end first: else its checkpoint would outlive its rows.
      world.after(1, () => {
        if (sim.replica.loseUnsynced(random)) countFault(tally, 'unsyncedTailLost');
      });
      computer.reboot();
    },
    async quit() {
      const running = device;
      if (main === null || running === null) return 0;
      const process = main;
      world.note(`${sim.name} quits`);
      desk?.process.kill();
      desk = null;
      sim.openChats.clear();
      const unsent = await running.stop();
      if (process === main) end();
      return unsent;
    },
    killDesk() {
      if (desk === null) return;
      countFault(tally, 'reloadedRenderer');
      desk.process.kill();
      desk = null;
      const process = main!;
      process.after(random.between(200, DESK_SILENT_MS), () => openDeskWindow(process));
    },
    forgetAnswers() {
      answered = new Map();
      ranAtCrash = [];
    },
    actor: () => ({
      ...{ kind: 'member', memberId: sim.memberId, role: 'advisor', deviceId: sim.deviceId },
      ...{ deviceName: sim.name, isDeviceRevoked: sim.isRevoked },
    }),
  };

  function end(): void {
    main?.kill();
    desk?.process.kill();
    main = null;
    device = null;
    desk = null;
    isStarting = false;
    sim.openChats.clear();
  }

  function noteCrash(running: Device): void {
    // Asleep, or woken a moment ago, the app had no chance to keep anything: nothing of the sleep is lost.
    const nowMs = world.nowMs();
    const slept = computer.sleeps.at(-1);
    const hasNotNoticed = slept !== undefined && nowMs - slept.toMs < NOTICED_AFTER_MS;
    const awakeUntilMs = hasNotNoticed ? slept.fromMs : nowMs;
    ranAtCrash = runningOf(running, computer).map(({ id, elapsedMs }) => ({
      segmentId: id,
      elapsedMs: elapsedMs - (nowMs - awakeUntilMs),
    }));
    mayLose = !running.timers.isAllSaved() || awakeUntilMs - refusedAtMs < FULL_DISK_BEAT_MS;
    for (const { segmentId } of ranAtCrash) truth.ranUntil(segmentId, nowMs);
  }

  async function run(process: SimProcess): Promise<void> {
    const clock = computer.clock();
    const disk = computer.disk;
    const outbox = await process.alive(
      openOutbox(OUTBOX_FILE, String(clock.wallMs()), {
        open: (path, flags) => process.alive(disk.open(path, flags).then((file) => aliveFile(process, file))),
        readFile: (path, encoding) => process.alive(disk.readFile(path, encoding)),
        rename: (from, to) => process.alive(disk.rename(from, to)),
      }),
    );
    isStarting = false;
    truth.noteSaved(outbox.waiting(), world.nowMs());
    compareWithCrash(outbox.waiting());
    outbox.rowsSaved$.subscribe((rows) => {
      if (!process.isDead) truth.noteSaved(rows, world.nowMs());
    });
    const put: typeof outbox.put = (rows) => {
      const trueMsOf = (monoMs: number): number =>
        world.nowMs() - Math.floor((clock.monoMs() - monoMs) / (1 + computer.driftPpm / 1_000_000));
      truth.began(rows, trueMsOf, computer.sleeps);
      for (const row of rows) {
        // A record that a window makes anew is a new row of its author, not a repeated push.
        if (row.type === 'timeSegment') truth.ranUntil(row.id, world.nowMs());
        else answered.delete(rowKey(row));
      }
      return outbox.put(rows);
    };
    const beat: typeof outbox.beat = (lengths) => {
      for (const [segmentId] of lengths) truth.ranUntil(segmentId, world.nowMs());
      return outbox.beat(lengths);
    };
    const nonce = world.random(`run-${sim.name}-${computer.name}-${(runs += 1)}`);
    device = assembleDevice({
      deviceId: sim.deviceId,
      memberId: sim.memberId,
      clock,
      outbox: { ...outbox, put, beat },
      sendBeat: (request) => process.alive(sendBeat(process, request)),
      keptOffsetMs: sim.keptAnchor?.bootId === clock.bootId ? sim.keptAnchor.offsetMs : null,
      keptFunds: sim.keptFunds,
      // As good as a copy: what came from the server is never changed, only replaced.
      keepFunds(funds) {
        sim.keptFunds = funds;
      },
      keepOffset(offsetMs) {
        sim.keptAnchor = { bootId: clock.bootId, offsetMs };
      },
      newRowId: createRowIds(sim.deviceId, nonce.hex(16)),
      newChatId: () => `chat-${nonce.hex(32)}`,
      soon: (task) => void process.after(0, task),
      isChatOpen: (chatId) => sim.openChats.has(chatId),
      onSaveFailed() {
        refusedAtMs = world.nowMs();
        countFault(tally, 'diskFull');
      },
      schedule: process.after,
    });
    watchResumes(device.timers, (chatId) => (sim.resumedTwice = chatId));
    device.timers.changed$.subscribe(() => {
      if (device === null || process.isDead) return;
      for (const { timer } of device.timers.timers()) tally.phases.add(timer.phase);
    });
    openDeskWindow(process);
  }

  function compareWithCrash(waiting: readonly DeviceRow[]): void {
    for (const { segmentId, elapsedMs } of ranAtCrash) {
      const kept = waiting.find((row) => row.id === segmentId && row.type === 'timeSegment');
      if (mayLose || truth.segments.get(segmentId) === undefined) continue;
      const keptMs = kept?.type === 'timeSegment' ? kept.elapsedMs : 0;
      truth.losses.push({ device: sim.name, segmentId, lostMs: elapsedMs - keptMs });
    }
    ranAtCrash = [];
  }

  function openDeskWindow(process: SimProcess): void {
    if (process.isDead || device === null || desk !== null) return;
    const window = computer.process();
    desk = openDesk({
      ...{ world, process: window, replica: sim.replica, device, server, link },
      actor: sim.actor,
      protocol: () => sim.protocol,
      wallMs: () => computer.clock().wallMs(),
      random,
      throttleMs: () => sim.throttleMs,
      onPush: noteRepeats,
      onAcknowledged: (answers) => noteAnswers(answers as PushAnswer[]),
      onReport: () => sim.onReplicated(),
    });
  }

  function noteAnswers(answers: readonly PushAnswer[]): void {
    for (const answer of answers) {
      if (answer.verdict === 'refused') continue;
      const saved = truth.saved.get(rowKey(answer));
      if (saved === undefined) continue;
      if (saved.type !== 'timeSegment') answered.set(rowKey(answer), { elapsedMs: 0, closed: true });
      else if (answer.elapsedMs !== undefined)
        answered.set(rowKey(answer), { elapsedMs: answer.elapsedMs, closed: answer.closed === true });
    }
  }

  function noteRepeats(rows: readonly DeviceRow[]): void {
    for (const row of rows) {
      const known = answered.get(rowKey(row));
      if (known === undefined) continue;
      const answer = {
        verdict: 'stored',
        id: row.id,
        type: row.type,
        seq: 1,
        code: 'accepted',
        ...known,
      } as const;
      if (isCovered(row, answer)) sim.repeated.push(rowKey(row));
    }
  }

  async function sendBeat(process: SimProcess, request: BeatRequest): Promise<BeatResponse> {
    // What ran up to here the server may hear of, also when no disk ever does.
    for (const { segmentId } of request.running) truth.ranUntil(segmentId, world.nowMs());
    const body = JSON.stringify(request);
    const text = await new Promise<string>((resolve, reject) => {
      const cancelLimit = process.after(BEAT_TIMEOUT_MS, () => reject(new AppError('serverUnreachable')));
      link
        .request(() =>
          sim.isRevoked
            ? Promise.reject(new AppError('deviceRevoked'))
            : server.beat(sim.actor(), sim.protocol, body),
        )
        .then(resolve, reject)
        .finally(cancelLimit);
    });
    return JSON.parse(text) as BeatResponse;
  }

  return sim;
}

/** What runs, read without asking the timers, which would look at their clock while the computer sleeps. */
export function runningOf(device: Device, computer: Computer): { id: string; elapsedMs: number }[] {
  const now = computer.clock().monoMs();
  return [...device.timers.timers()].flatMap(({ segment }) =>
    segment === null ? [] : [{ id: segment.id, elapsedMs: now - segment.startedAtMonoMs }],
  );
}

/** A file as one process holds it: what it waits for never comes once it is dead. */
function aliveFile(process: SimProcess, file: Awaited<ReturnType<Computer['disk']['open']>>) {
  // A process that is gone writes nothing any more.
  const held = <T>(call: () => Promise<T>): Promise<T> =>
    process.isDead ? new Promise<never>(() => undefined) : process.alive(call());
  return {
    appendFile: (bytes: Uint8Array) => held(() => file.appendFile(bytes)),
    writeFile: (text: string) => held(() => file.writeFile(text)),
    datasync: () => held(() => file.datasync()),
    sync: () => held(() => file.sync()),
    truncate: (bytes: number) => held(() => file.truncate(bytes)),
    stat: () => held(() => file.stat()),
    close: () => held(() => file.close()),
  };
}
