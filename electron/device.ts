/**
 * The device of one signed-in member: outbox, timers, beats, live snapshot, in a folder of their own
 * (DOMAIN.md, "Outbox": one folder per (server, advisor)).
 */
import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import { Subject, type Observable } from 'rxjs';
import { z } from 'zod';
import { AppError } from '../shared/errors.ts';
import type { Session } from '../shared/ipc.ts';
import type { LiveSnapshot } from '../shared/live.ts';
import { MESSAGE_MAX_LENGTH, type Chat, type DeviceRow } from '../shared/rows.ts';
import { beatResponseSchema } from '../shared/wire.ts';
import { randomUUID } from 'node:crypto';
import { startBeat, type Beat } from './beat.ts';
import type { DeviceClock } from './clock.ts';
import { takeLiveSnapshot } from './live-board.ts';
import { readPrivateJson, writePrivateJson } from './private-file.ts';
import { openOutbox, type Outbox } from './outbox/outbox.ts';
import { createRowIds } from './row-ids.ts';
import { requestJson } from './session/server-client.ts';
import type { SessionKeeper } from './session/session.ts';
import { ChatTimerManager } from './timers/chat-timer-manager.ts';
import { createProjections, type Projections } from './timers/projections.ts';

/** The server's clock on this boot's: an app restarted without a network still knows it. */
const anchorSchema = z.object({ bootId: z.string(), offsetMs: z.number().int() });

type SignedIn = Extract<Session, { phase: 'signedIn' }>;
export type NewRow =
  | { type: 'message'; chatId: string; text: string }
  | { type: 'conversationTimeRecord'; id: string; userId: string; advisorId: string }
  | { type: 'chat'; userId: string; topic?: string | undefined };

export interface Device {
  readonly outbox: Outbox;
  readonly timers: ChatTimerManager;
  readonly beat: Beat;
  readonly projections: Projections;
  /** Once a second and on every change. */
  readonly live$: Observable<LiveSnapshot>;
  live(): LiveSnapshot;
  /** Journals a row that a window makes; resolves when it is saved. */
  write(row: NewRow): Promise<DeviceRow>;
  replicated(appliedSeq: number): void;
  setPreviousChatInPair(policy: 'stop' | 'run'): void;
  /** Stops all timers, saves all, says how many rows are unsent. */
  stop(): Promise<number>;
}

export interface DeviceDeps {
  folder: string;
  session: SignedIn;
  keeper: SessionKeeper;
  clock: DeviceClock;
  isChatOpen(chatId: string): boolean;
  onSaveFailed(error: unknown): void;
}

export async function startDevice(deps: DeviceDeps): Promise<Device> {
  const { session, clock, keeper } = deps;
  await mkdir(deps.folder, { recursive: true, mode: 0o700 });
  const outbox = await openOutbox(path.join(deps.folder, 'outbox.jsonl'), String(clock.wallMs()));
  const projections = createProjections(session.member.id);
  const newRowId = createRowIds(session.deviceId);
  const live$ = new Subject<LiveSnapshot>();
  let appliedSeq = 0;
  let previousChatInPair: 'stop' | 'run' = 'stop';
  let isPlanned = false;

  async function sendBeat(
    body: unknown,
    stale?: string,
  ): Promise<ReturnType<typeof beatResponseSchema.parse>> {
    const accessToken = await keeper.accessToken(stale);
    try {
      const { serverUrl } = keeper.current() as SignedIn;
      return await requestJson({
        serverUrl,
        path: '/v1/beat',
        method: 'POST',
        body,
        accessToken,
        answer: beatResponseSchema,
      });
    } catch (error) {
      if (error instanceof AppError && error.code === 'sessionExpired' && stale === undefined)
        return sendBeat(body, accessToken);
      throw error;
    }
  }

  const anchorFile = path.join(deps.folder, 'anchor.json');
  const kept = await readPrivateJson(anchorFile, anchorSchema);
  const beat: Beat = startBeat({
    clock,
    keptOffsetMs: kept?.bootId === clock.bootId ? kept.offsetMs : null,
    onAnchored: (offsetMs) =>
      void writePrivateJson(anchorFile, { bootId: clock.bootId, offsetMs }).catch(deps.onSaveFailed),
    send: (request) => sendBeat(request),
    running: () => timers.running().slice(0, 2000),
    userIds: () => [...new Set([...timers.timers()].map(({ chat }) => chat.userId))].slice(0, 2000),
    onProjections: (taken) => projections.take(taken),
  });
  const timers: ChatTimerManager = new ChatTimerManager({
    clock,
    outbox,
    projections,
    newRowId,
    deviceId: session.deviceId,
    knownSeq: () => appliedSeq,
    serverNowMs: beat.serverNowMs,
    previousChatInPair: () => previousChatInPair,
    onSaveFailed: deps.onSaveFailed,
  });

  function live(): LiveSnapshot {
    return takeLiveSnapshot({
      clock,
      beat,
      outbox,
      timers,
      projections,
      deviceId: session.deviceId,
      isChatOpen: deps.isChatOpen,
    });
  }

  /** Several changes of one turn make one snapshot. */
  function planLive(): void {
    if (isPlanned) return;
    isPlanned = true;
    setImmediate(() => {
      isPlanned = false;
      live$.next(live());
    });
  }

  const subscriptions = [
    timers.ticked$.subscribe(planLive),
    timers.changed$.subscribe(planLive),
    projections.changed$.subscribe(planLive),
    outbox.changed$.subscribe(planLive),
    beat.connection$.subscribe(planLive),
    beat.clockChanged$.subscribe(() => timers.clockChanged()),
    // A started or stopped timer is told to the other devices at once, not with the next beat.
    timers.changed$.subscribe(() => beat.now()),
  ];
  timers.startTicker();

  return {
    outbox,
    timers,
    beat,
    projections,
    live$,
    live,
    async write(row) {
      const made = makeRow(row, { newRowId, session, clock, serverNowMs: beat.serverNowMs });
      await outbox.put([made]);
      if (row.type === 'message') timers.activity(row.chatId);
      return made;
    },
    replicated(seq) {
      appliedSeq = Math.max(appliedSeq, seq);
    },
    setPreviousChatInPair(policy) {
      previousChatInPair = policy;
    },
    async stop() {
      await timers.stop();
      for (const subscription of subscriptions) subscription.unsubscribe();
      beat.stop();
      live$.complete();
      const unsent = outbox.counts().waiting;
      await outbox.close();
      return unsent;
    },
  };
}

function makeRow(
  row: NewRow,
  {
    newRowId,
    session,
    clock,
    serverNowMs,
  }: { newRowId(): string; session: SignedIn; clock: DeviceClock; serverNowMs(): number },
): DeviceRow {
  switch (row.type) {
    case 'message':
      if (row.text.length > MESSAGE_MAX_LENGTH)
        throw new AppError('messageTooLong', { maxLength: MESSAGE_MAX_LENGTH });
      return {
        type: 'message',
        id: newRowId(),
        chatId: row.chatId,
        from: 'advisor',
        deviceId: session.deviceId,
        text: row.text,
        atMs: clock.wallMs(),
      };
    case 'conversationTimeRecord':
      return row;
    case 'chat': {
      const chat: Chat = {
        type: 'chat',
        id: randomUUID(),
        userId: row.userId,
        advisorId: session.member.id,
        openedAtMs: Math.floor(serverNowMs()),
      };
      return row.topic === undefined ? chat : { ...chat, topic: row.topic };
    }
  }
}
