/** Makes the live snapshot that every window shows: running time, free time and credits of this second. */
import { standingOf, totalLeftWith, unsettledMs, type Stretch } from '../shared/countdown.ts';
import { UNITS_PER_MINOR } from '../shared/fold/billing.ts';
import type { ErrorCode } from '../shared/errors.ts';
import type { LiveChat, LiveClient, LiveSnapshot } from '../shared/live.ts';
import type { UserProjection } from '../shared/rows.ts';
import type { Beat } from './beat.ts';
import type { DeviceClock } from './clock.ts';
import type { Outbox } from './outbox/outbox.ts';
import type { Allowances } from './timers/allowances.ts';
import type { ChatTimerManager } from './timers/chat-timer-manager.ts';
import { phaseOf, type ManagedTimer } from './timers/managed-timers.ts';
import type { Projections } from './timers/projections.ts';
import type { Warnings } from './timers/warnings.ts';

export interface LiveBoardDeps {
  clock: DeviceClock;
  beat: Beat;
  outbox: Outbox;
  timers: ChatTimerManager;
  projections: Projections;
  warnings: Warnings;
  allowances: Pick<Allowances, 'after'>;
  deviceId: string;
  isChatOpen(chatId: string): boolean;
}

/** The snapshot of now. Costs a few microseconds for each client with an open chat. */
export function takeLiveSnapshot(deps: LiveBoardDeps): LiveSnapshot {
  const { beat, timers } = deps;
  const nowMs = Math.floor(beat.serverNowMs());
  const chats: LiveChat[] = [];
  const clients: LiveClient[] = [];
  const managed = new Map<string, ManagedTimer>();
  const chatIdsOfUser = new Map<string, string[]>();
  for (const one of timers.timers()) {
    managed.set(one.chat.id, one);
    const ids = chatIdsOfUser.get(one.chat.userId);
    if (ids === undefined) chatIdsOfUser.set(one.chat.userId, [one.chat.id]);
    else ids.push(one.chat.id);
  }
  for (const projection of deps.projections.all()) {
    const ofUser = new Set(projection.chats.map((chat) => chat.chatId));
    for (const chatId of chatIdsOfUser.get(projection.userId) ?? []) ofUser.add(chatId);
    if (ofUser.size === 0) continue;
    const stretches = timers.clientStretches.of(projection, ofUser);
    for (const chatId of ofUser) {
      chats.push(liveChat(deps, projection, chatId, managed.get(chatId), stretches, nowMs));
      managed.delete(chatId);
    }
    clients.push(liveClient(deps, projection, stretches, nowMs));
  }
  // Clients the server has not spoken of yet, e.g. chats opened offline.
  for (const one of managed.values()) chats.push(unknownChat(deps, one, nowMs));
  const connection = beat.connection();
  return {
    serverNowMs: nowMs,
    isClockAnchored: beat.isAnchored(),
    connection:
      connection.phase === 'online'
        ? { ...connection, syncedAtMs: Math.floor(connection.syncedAtMs) }
        : connection,
    outbox: deps.outbox.counts(),
    problems: problemsOf(deps),
    chats,
    clients,
  };
}

function problemsOf({ outbox, timers }: LiveBoardDeps): ErrorCode[] {
  const problems: ErrorCode[] = [];
  if (!timers.isAllSaved()) problems.push('diskFull');
  if (outbox.setAside !== null) problems.push('outboxUnreadable');
  return problems;
}

function liveChat(
  deps: LiveBoardDeps,
  projection: UserProjection,
  chatId: string,
  managed: ManagedTimer | undefined,
  stretches: readonly Stretch[],
  nowMs: number,
): LiveChat {
  const projected = projection.chats.find((chat) => chat.chatId === chatId);
  const unsettled = unsettledMs(stretches, chatId, nowMs);
  const isElsewhere =
    projected?.runningOnDeviceId !== undefined && projected.runningOnDeviceId !== deps.deviceId;
  return {
    chatId,
    userId: projection.userId,
    timer: managed === undefined ? 'idle' : phaseOf(managed.timer),
    runningElsewhere: isElsewhere
      ? {
          deviceId: projected.runningOnDeviceId!,
          deviceName: projected.runningOnDeviceName ?? '',
          sinceMs: projected.runningSinceMs ?? projection.asOfMs,
        }
      : null,
    isOpen: deps.isChatOpen(chatId),
    trackedMs: Math.floor((projected?.trackedMs ?? 0) + unsettled),
    unconfirmedMs: deps.beat.isLeaseAlive() ? 0 : Math.floor(unsettled),
    undoEndUntilMs: undoUntil(deps, managed, nowMs),
    ...stoppedOf(deps, managed),
  };
}

function unknownChat(deps: LiveBoardDeps, managed: ManagedTimer, nowMs: number): LiveChat {
  const ran = deps.timers.ownTime
    .ofChats(new Set([managed.chat.id]))
    .map((one) => ({ ...one, endMs: Math.min(one.endMs, nowMs - (one.laterHereMs ?? 0)) }))
    .reduce((sum, one) => sum + Math.max(0, one.endMs - one.startMs), 0);
  return {
    chatId: managed.chat.id,
    userId: managed.chat.userId,
    timer: phaseOf(managed.timer),
    runningElsewhere: null,
    isOpen: deps.isChatOpen(managed.chat.id),
    trackedMs: Math.floor(ran),
    unconfirmedMs: Math.floor(ran),
    undoEndUntilMs: undoUntil(deps, managed, nowMs),
    ...stoppedOf(deps, managed),
  };
}

function stoppedOf(
  { timers, beat, clock }: LiveBoardDeps,
  managed: ManagedTimer | undefined,
): Pick<LiveChat, 'stoppedBy' | 'mayResume' | 'funding' | 'away'> {
  const { timer } = managed ?? {};
  return {
    ...(timer?.phase === 'gapped' && {
      away: {
        by: timer.by,
        sinceMs: Math.max(0, Math.floor(beat.serverNowMs() - clock.monoMs() + timer.sinceMonoMs)),
      },
    }),
    stoppedBy: managed?.timer.phase === 'exhausted' ? managed.timer.by : null,
    mayResume: managed === undefined ? null : timers.mayResume(managed),
    funding: managed?.timer.phase === 'running' ? managed.timer.funding : 'funded',
  };
}

function undoUntil(deps: LiveBoardDeps, managed: ManagedTimer | undefined, nowMs: number): number | null {
  if (managed?.undoEndUntilMonoMs === null || managed?.undoEndUntilMonoMs === undefined) return null;
  return Math.max(0, Math.floor(nowMs + managed.undoEndUntilMonoMs - deps.clock.monoMs()));
}

function liveClient(
  deps: LiveBoardDeps,
  projection: UserProjection,
  stretches: readonly Stretch[],
  nowMs: number,
): LiveClient {
  const countdown = standingOf(projection, stretches, nowMs);
  const first = Math.max(1, countdown.runningChats - 1);
  const isUnheard = ['offline', 'refused'].includes(deps.beat.connection().phase);
  const offlineAllowance = isUnheard
    ? { leftMs: deps.timers.allowanceLeftMs(projection.userId), after: deps.allowances.after() }
    : null;
  // Debt below one minor credit blocks nothing.
  const debtUnits = countdown.balanceUnits > -UNITS_PER_MINOR ? 0 : -countdown.balanceUnits;
  return {
    userId: projection.userId,
    stateSeq: projection.stateSeq,
    kind: countdown.kind,
    countdownMs: countdown.countdownMs,
    totalLeftMs: countdown.totalLeftMs,
    whatIf: [first, first + 1, first + 2].map((chats) => ({
      chats,
      totalLeftMs: totalLeftWith(projection, stretches, nowMs, chats),
    })),
    endsAtMs:
      countdown.runningChats > 0 && countdown.totalLeftMs !== null ? nowMs + countdown.totalLeftMs : null,
    runningChats: countdown.runningChats,
    freeLeftMs: Math.floor(countdown.freeLeftMs),
    freeGrantedMs: projection.freeGrantedMs,
    balanceUnits: Math.floor(countdown.balanceUnits),
    creditedMinor: projection.creditedMinor,
    ratePerMinuteMinor: projection.ratePerMinuteMinor,
    isUnconfirmed: !deps.beat.isLeaseAlive() && stretches.length > 0,
    warningMs: deps.warnings.of(projection.userId, countdown.runningChats > 0 ? countdown.totalLeftMs : null),
    debtUnits,
    startBlockedBy:
      countdown.kind === 'exhausted'
        ? debtUnits > 0
          ? 'debt'
          : 'noCredits'
        : offlineAllowance?.leftMs === 0
          ? 'noAllowance'
          : null,
    offlineAllowance,
  };
}
