/** The device of one signed-in member: outbox, timers, beats, live snapshot. What it runs on is handed in. */
import { distinctUntilChanged, Subject, type Observable } from 'rxjs';
import { AppError } from '../shared/errors.ts';
import type { LiveSnapshot } from '../shared/live.ts';
import type { NoteDraft } from '../shared/notes/note-versions.ts';
import { MESSAGE_MAX_LENGTH, type Chat, type DeviceRow, type TimeSegment } from '../shared/rows.ts';
import type { BeatResponse, PushAnswer } from '../shared/wire.ts';
import { startBeat, type Beat, type BeatDeps } from './beat.ts';
import type { DeviceClock } from './clock.ts';
import { takeLiveSnapshot } from './live-board.ts';
import type { Outbox } from './outbox/outbox.ts';
import { createAllowances, type KeptFunds } from './timers/allowances.ts';
import { ChatTimerManager } from './timers/chat-timer-manager.ts';
import type { Schedule } from './schedule.ts';
import { createProjections, type Projections } from './timers/projections.ts';
import { createTimerRows, type TimerRows } from './timers/timer-rows.ts';
import { createWarnings } from './timers/warnings.ts';

export type NewRow =
  | { type: 'message'; chatId: string; text: string }
  | ({ type: 'note'; chatId: string } & NoteDraft)
  | { type: 'conversationTimeRecord'; id: string; userId: string; advisorId: string }
  | { type: 'chat'; userId: string; topic?: string | undefined };

export interface Device {
  readonly outbox: Outbox;
  readonly timers: ChatTimerManager;
  readonly beat: Beat;
  readonly projections: Projections;
  /** Rows with their place on the boot's clock, for those who write beside the timers. */
  readonly rows: TimerRows;
  readonly ids: Pick<DeviceParts, 'newRowId' | 'newChatId'>;
  /** Once a second and on every change. */
  readonly live$: Observable<LiveSnapshot>;
  live(): LiveSnapshot;
  /** Journals a row that a window makes; resolves when it is saved. */
  write(row: NewRow): Promise<DeviceRow>;
  replicated(appliedSeq: number): void;
  /** What the server answered to a push; `wallMs` dates what it refused. Resolves when the outbox has it on the disk. */
  acknowledge(answers: readonly PushAnswer[], wallMs: number): Promise<void>;
  /** The sequence the replicator has applied. */
  knownSeq(): number;
  /** Messages that replication brought, by the server instant they were written at, ms: signs of life of their chats. */
  heard(messages: readonly { chatId: string; atMs: number }[]): void;
  setPreviousChatInPair(policy: 'stop' | 'run'): void;
  /** Stops all timers, saves all, says how many rows are unsent. */
  stop(): Promise<number>;
}

/** Everything a device reads from its surroundings: clock, disk, network, randomness, the turn of the event loop. */
export interface DeviceParts {
  deviceId: string;
  memberId: string;
  clock: DeviceClock;
  schedule: Schedule;
  outbox: Outbox;
  sendBeat: BeatDeps['send'];
  /** Server instant − instant on the boot's clock, ms, kept by an earlier run in this boot; null where there was none. */
  keptOffsetMs: number | null;
  keepOffset(offsetMs: number): void;
  /** What the server let this device use unseen, kept by an earlier run; null where there is none. */
  keptFunds: KeptFunds | null;
  /** To be kept on the disk; the newest replaces all before. */
  keepFunds(funds: KeptFunds): void;
  newRowId(): string;
  /** A random id nobody can guess. */
  newChatId(): string;
  /** Runs the task when everything under way in this turn is done. */
  soon(task: () => void): void;
  isChatOpen(chatId: string): boolean;
  /** A chat without a sign of life for so long stops, ms; 0 or absent = never. */
  idleAfterMs?: () => number;
  onSaveFailed(error: unknown): void;
}

/** A device that stops waits this long at most for the server to hear of it, ms. */
const FAREWELL_MS = 1_000;

export function assembleDevice(parts: DeviceParts): Device {
  const { clock, outbox, deviceId } = parts;
  const projections = createProjections(parts.memberId);
  const allowances = createAllowances(parts.keptFunds);
  const warnings = createWarnings();
  const live$ = new Subject<LiveSnapshot>();
  let appliedSeq = 0;
  let previousChatInPair: 'stop' | 'run' = 'stop';
  let isPlanned = false;

  const beat: Beat = startBeat({
    clock,
    schedule: parts.schedule,
    keptOffsetMs: parts.keptOffsetMs,
    onAnchored: (offsetMs) => parts.keepOffset(offsetMs),
    send: (request) => parts.sendBeat(request),
    running: () => timers.running().slice(0, 2000),
    closed: () => unsentTime().slice(0, 2000),
    userIds: () => timers.userIds().slice(0, 2000),
    onAnswer(answer) {
      allowances.take(answer);
      projections.take(answer.projections, 'beat');
      keepFunds(answer);
    },
  });
  const timers: ChatTimerManager = new ChatTimerManager({
    clock,
    schedule: parts.schedule,
    outbox,
    projections,
    allowances,
    leaseEndsMs: beat.leaseEndsMs,
    newRowId: parts.newRowId,
    deviceId,
    knownSeq: () => appliedSeq,
    serverNowMs: beat.serverNowMs,
    previousChatInPair: () => previousChatInPair,
    idleAfterMs: parts.idleAfterMs,
    onSaveFailed: (error) => parts.onSaveFailed(error),
  });

  /** Time that ran and that no answer covers yet. */
  function unsentTime(): { segmentId: string; chatId: string; elapsedMs: number }[] {
    return unsentSegments().map(({ id, chatId, elapsedMs }) => ({ segmentId: id, chatId, elapsedMs }));
  }

  function unsentSegments(): TimeSegment[] {
    return outbox
      .waiting()
      .filter(
        (row): row is TimeSegment =>
          row.type === 'timeSegment' && row.closed && row.funding === 'funded' && row.source === 'timer',
      );
  }

  function keepFunds({ serverNowMs, allowances: taken = [], offlineAfterAllowance }: BeatResponse): void {
    const userIds = new Set(taken.map((one) => one.userId));
    parts.keepFunds({
      atMs: serverNowMs,
      after: offlineAfterAllowance ?? 'stop',
      bootId: clock.bootId,
      offsetMs: Math.round(beat.serverNowMs() - clock.monoMs()),
      allowances: taken,
      projections: [...projections.all()].filter((one) => userIds.has(one.userId)),
    });
  }

  /** What earlier runs knew and left unsent: their time has used the client's funds already. */
  function resumeFunds(kept: KeptFunds | null): void {
    for (const segment of unsentSegments()) {
      const { bootId, startedAtMs, startedAtMonoMs } = segment;
      const wallMs = Math.max(startedAtMs, kept?.atMs ?? 0) - startedAtMonoMs;
      const offsetMs = bootId === kept?.bootId ? kept.offsetMs : wallMs;
      timers.ownTime.adopt(segment, bootId === clock.bootId ? undefined : offsetMs);
    }
    if (kept !== null) projections.take(kept.projections, 'beat');
  }

  function live(): LiveSnapshot {
    return takeLiveSnapshot({
      clock,
      beat,
      outbox,
      timers,
      projections,
      warnings,
      allowances,
      deviceId,
      isChatOpen: (chatId) => parts.isChatOpen(chatId),
    });
  }

  /** Several changes of one turn make one snapshot. */
  function planLive(): void {
    if (isPlanned) return;
    isPlanned = true;
    parts.soon(() => {
      isPlanned = false;
      if (live$.observed) live$.next(live());
    });
  }

  const subscriptions = [
    timers.ticked$.subscribe(planLive),
    timers.changed$.subscribe(planLive),
    projections.changed$.subscribe(planLive),
    outbox.changed$.subscribe(planLive),
    beat.connection$.subscribe(planLive),
    beat.connection$
      .pipe(distinctUntilChanged((a, b) => a.phase === b.phase))
      .subscribe(() => timers.clockChanged()),
    beat.clockChanged$.subscribe(() => timers.clockChanged()),
    // A started or stopped timer is told to the other devices at once, not with the next beat.
    timers.changed$.subscribe(() => beat.now()),
  ];
  resumeFunds(parts.keptFunds);
  timers.startTicker();

  return {
    outbox,
    timers,
    beat,
    projections,
    rows: createTimerRows({ ...parts, knownSeq: () => appliedSeq }),
    ids: parts,
    live$,
    live,
    async write(row) {
      const made = makeRow(row, parts, beat.serverNowMs);
      await outbox.put([made]);
      if (row.type === 'message') timers.activity(row.chatId);
      return made;
    },
    async acknowledge(answers, wallMs) {
      timers.ownTime.answered(answers);
      await outbox.acknowledge(answers, wallMs);
    },
    replicated(seq) {
      appliedSeq = Math.max(appliedSeq, seq);
    },
    knownSeq: () => appliedSeq,
    heard(messages) {
      const nowMs = beat.serverNowMs();
      // Old ones come with a first pull or after days offline: they say nothing of now.
      for (const { chatId, atMs } of messages) timers.heard(chatId, Math.max(0, Math.floor(nowMs - atMs)));
    },
    setPreviousChatInPair(policy) {
      previousChatInPair = policy;
    },
    async stop() {
      await timers.stop();
      for (const subscription of subscriptions) subscription.unsubscribe();
      await beat.stop(FAREWELL_MS);
      live$.complete();
      const unsent = outbox.counts().waiting;
      await outbox.close();
      return unsent;
    },
  };
}

function makeRow(row: NewRow, parts: DeviceParts, serverNowMs: () => number): DeviceRow {
  switch (row.type) {
    case 'message':
      if (row.text.length > MESSAGE_MAX_LENGTH)
        throw new AppError('messageTooLong', { maxLength: MESSAGE_MAX_LENGTH });
      return {
        type: 'message',
        id: parts.newRowId(),
        chatId: row.chatId,
        from: 'advisor',
        deviceId: parts.deviceId,
        text: row.text,
        atMs: parts.clock.wallMs(),
      };
    case 'note': {
      if (row.text.length > MESSAGE_MAX_LENGTH)
        throw new AppError('messageTooLong', { maxLength: MESSAGE_MAX_LENGTH });
      // The first version has no text to delete: an empty note is not written at all.
      if (row.text === '' && row.noteId === undefined) throw new AppError('badInput');
      return { ...row, id: parts.newRowId(), deviceId: parts.deviceId, atMs: parts.clock.wallMs() };
    }
    case 'conversationTimeRecord':
      return row;
    case 'chat': {
      const chat: Chat = {
        type: 'chat',
        id: parts.newChatId(),
        userId: row.userId,
        advisorId: parts.memberId,
        openedAtMs: Math.floor(serverNowMs()),
      };
      return row.topic === undefined ? chat : { ...chat, topic: row.topic };
    }
  }
}
