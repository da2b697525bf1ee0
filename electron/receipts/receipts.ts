/**
 * The receipts of one signed-in member: watches every chat that ran here, compares when the server has answered, and
 * keeps what is worth saying in a journal of its own. Rows to compare with come from the desk's replica.
 */
import { Subject, type Observable } from 'rxjs';
import type { Evidence, Receipt } from '../../shared/receipts.ts';
import { findingsOf, isConfirmed, type Finding } from '../../shared/reconcile/reconcile.ts';
import type { TimeSegment, UserProjection } from '../../shared/rows.ts';
import type { DeviceClock } from '../clock.ts';
import { openJournal } from '../outbox/journal.ts';
import type { Outbox } from '../outbox/outbox.ts';
import type { ChatTimerManager } from '../timers/chat-timer-manager.ts';
import type { Projections } from '../timers/projections.ts';
import {
  applyReceiptLine,
  linesOfReceipts,
  readReceiptLine,
  RECEIPT_LINE_VERSION,
  type ReceiptLine,
  type ReceiptState,
} from './receipt-lines.ts';
import { createShownTime } from './shown-time.ts';

/** A device that was away this long may still cut what was confirmed: until then it is looked at again, ms. */
const LOOK_AGAIN_MS = 48 * 3_600_000;
/** After another device stopped a chat: its first segment follows the mark by so much at most when it goes on with it, ms. */
const GOES_ON_WITHIN_MS = 3_000;
/** The desk may have missed the question: asked again after this, ms. */
const ASK_AGAIN_MS = 10_000;

export interface Receipts {
  /** The list has changed. */
  readonly changed$: Observable<void>;
  /** Chats whose rows are wanted from the desk. */
  readonly wanted$: Observable<string[]>;
  /** Newest first. */
  list(): Receipt[];
  /** Throws AppError diskFull. */
  take(evidence: Evidence): Promise<void>;
  /** Throws AppError diskFull. */
  markSeen(ids: readonly string[]): Promise<void>;
  setPreviousChatInPair(policy: 'stop' | 'run'): void;
  /** The desk has applied the server's rows up to here. */
  replicated(appliedSeq: number): void;
  close(): Promise<void>;
}

export interface ReceiptsDeps {
  file: string;
  deviceId: string;
  clock: DeviceClock;
  outbox: Outbox;
  projections: Projections;
  timers: Pick<ChatTimerManager, 'ownTime' | 'timerOf'>;
  serverNowMs(): number;
  onSaveFailed(error: unknown): void;
}

/** Throws AppError outboxUnreadable when the file cannot be read at all. */
export async function openReceipts(deps: ReceiptsDeps): Promise<Receipts> {
  const { deviceId, outbox, projections, timers, clock } = deps;
  const v = RECEIPT_LINE_VERSION;
  const { journal, lines } = await openJournal(deps.file, String(clock.wallMs()), readReceiptLine);
  const state: ReceiptState = { watched: new Map(), receipts: new Map() };
  for (const line of lines) applyReceiptLine(state, line);
  forgetOld();
  if (lines.length > 2 * linesOfReceipts(state).length) await journal.rewrite(linesOfReceipts(state));

  const changed$ = new Subject<void>();
  const wanted$ = new Subject<string[]>();
  const shownTime = createShownTime({
    deviceId,
    ownTime: timers.ownTime,
    projections,
    serverNowMs: () => deps.serverNowMs(),
  });
  const deviceNames = new Map<string, string>();
  /** Chats whose settled time got shorter: something was cut later. */
  const suspected = new Set<string>();
  const settledMs = new Map<string, number>();
  const stoppedAtMonoMs = new Map<string, number>();
  const askedAt = new Map<string, { seq: number; monoMs: number }>();
  /** Of an earlier run: whose client they are is known as soon as the server has spoken of it. */
  let orphans: TimeSegment[] = [];
  let appliedSeq = 0;
  let policy: 'stop' | 'run' = 'stop';
  let last: Promise<void> = Promise.resolve();

  function forgetOld(): void {
    const before = deps.serverNowMs() - LOOK_AGAIN_MS;
    for (const [id, { comparedAtMs }] of state.watched)
      if (comparedAtMs !== null && comparedAtMs < before) state.watched.delete(id);
  }

  /** One line after the other, each in the state as soon as it is on the disk. */
  function write(make: () => ReceiptLine[]): Promise<void> {
    const written = last.then(async () => {
      const more = make();
      if (more.length === 0) return;
      await journal.append(more);
      for (const line of more) applyReceiptLine(state, line);
      if (more.some((line) => line.kind === 'receipt' || line.kind === 'seen')) changed$.next();
    });
    last = written.catch(() => undefined);
    return written;
  }

  function userIdOf(chatId: string): string | undefined {
    const known = timers.timerOf(chatId)?.chat.userId;
    if (known !== undefined) return known;
    for (const one of projections.all())
      if (one.chats.some((chat) => chat.chatId === chatId)) return one.userId;
    return [...state.watched.values()].find(({ shown }) => shown.chatId === chatId)?.shown.userId;
  }

  function sawSegment(segment: TimeSegment): void {
    if (segment.deviceId !== deviceId || segment.source !== 'timer') return;
    const userId = userIdOf(segment.chatId);
    if (userId === undefined) {
      if (segment.closed) orphans.push(segment);
      return;
    }
    if (!segment.closed) {
      shownTime.open(segment, userId);
      noteResume(segment, userId);
      return;
    }
    if (segment.closeReason === 'previousChatStopped') stoppedAtMonoMs.set(segment.chatId, clock.monoMs());
    const { segment: shown, total } = shownTime.close(segment, userId);
    write(() => {
      const { chatId } = segment;
      const watched = [...state.watched.values()];
      if (watched.some((one) => one.shown.segments.some(({ segmentId }) => segmentId === segment.id)))
        return [];
      const current = watched.find((one) => one.comparedAtMs === null && one.shown.chatId === chatId);
      const segments = [...(current?.shown.segments ?? []), shown];
      const id = current?.shown.id ?? segment.id;
      return [{ v, kind: 'shown', shown: { id, chatId, userId, segments, total } }];
    }).catch(deps.onSaveFailed);
  }

  function noteResume(segment: TimeSegment, userId: string): void {
    const timer = timers.timerOf(segment.chatId)?.timer;
    const id = `resumed:${segment.id}`;
    if (timer?.phase !== 'running' || !timer.hasResumed || state.receipts.has(id)) return;
    const atMs = Math.max(0, Math.floor(deps.serverNowMs()));
    const { chatId } = segment;
    const nothing = { shownMs: 0, confirmedMs: 0, shownUnits: 0, confirmedUnits: 0 };
    const receipt: Receipt = {
      ...{ id, chatId, userId, atMs, kind: 'resumed', fromMs: atMs, untilMs: atMs },
      ...nothing,
      isSeen: false,
    };
    write(() => [{ v, kind: 'receipt', receipt }]).catch(deps.onSaveFailed);
  }

  function sawProjections(userIds: readonly string[]): void {
    shownTime.projectionsChanged(userIds);
    const nowKnown = orphans;
    orphans = [];
    for (const segment of nowKnown) sawSegment(segment);
    for (const userId of userIds) for (const chat of projections.of(userId)?.chats ?? []) sawChat(chat);
    ask();
  }

  function sawChat(chat: UserProjection['chats'][number]): void {
    const { chatId, trackedMs, runningOnDeviceId, runningOnDeviceName } = chat;
    if (runningOnDeviceId !== undefined && runningOnDeviceName !== undefined)
      deviceNames.set(runningOnDeviceId, runningOnDeviceName);
    if (chat.lastStop?.deviceName !== undefined)
      deviceNames.set(chat.lastStop.deviceId, chat.lastStop.deviceName);
    if (trackedMs < (settledMs.get(chatId) ?? 0)) suspected.add(chatId);
    settledMs.set(chatId, trackedMs);
  }

  /** Asks for the rows of chats of which the server has answered everything that ran here. */
  function ask(): void {
    const waiting = new Set(
      outbox.waiting().map((row) => (row.type === 'timeSegment' ? row.chatId : undefined)),
    );
    const chatIds = new Set<string>();
    for (const { shown, comparedAtMs } of state.watched.values()) {
      const { chatId } = shown;
      if (comparedAtMs !== null && !suspected.has(chatId)) continue;
      if (waiting.has(chatId) || shownTime.isOpen(chatId)) continue;
      const asked = askedAt.get(chatId);
      const nowMs = clock.monoMs();
      if (nowMs - (stoppedAtMonoMs.get(chatId) ?? -Infinity) < GOES_ON_WITHIN_MS) continue;
      if (asked !== undefined && asked.seq === appliedSeq && nowMs - asked.monoMs < ASK_AGAIN_MS) continue;
      askedAt.set(chatId, { seq: appliedSeq, monoMs: nowMs });
      chatIds.add(chatId);
    }
    if (chatIds.size > 0) wanted$.next([...chatIds]);
  }

  function compare(evidence: Evidence): ReceiptLine[] {
    const made: ReceiptLine[] = [];
    const { chatId } = evidence;
    if (shownTime.isOpen(chatId)) return [];
    const atMs = Math.max(0, Math.floor(deps.serverNowMs()));
    for (const { shown, comparedAtMs } of state.watched.values()) {
      if (shown.chatId !== chatId || !isConfirmed(shown, evidence)) continue;
      for (const found of findingsOf(shown, evidence, deviceId, policy)) {
        const receipt = toReceipt(found, shown.id, { chatId, userId: shown.userId, atMs }, evidence);
        if (!state.receipts.has(receipt.id)) made.push({ v, kind: 'receipt', receipt });
      }
      if (comparedAtMs === null) made.push({ v, kind: 'compared', id: shown.id, atMs });
      suspected.delete(chatId);
      askedAt.delete(chatId);
    }
    return made;
  }

  function toReceipt(
    found: Finding,
    shownId: string,
    of: Pick<Receipt, 'chatId' | 'userId' | 'atMs'>,
    { clientName }: Evidence,
  ): Receipt {
    const { deviceId: otherId, ...rest } = found;
    const deviceName = otherId === undefined ? undefined : deviceNames.get(otherId);
    return {
      id: [rest.kind, rest.reason ?? '', otherId ?? '', shownId].join(':'),
      ...of,
      ...rest,
      ...(clientName !== undefined && { clientName }),
      ...(deviceName !== undefined && { deviceName }),
      isSeen: false,
    };
  }

  // What an earlier run recorded and the server has not answered: its paid parts are not known any more.
  for (const row of outbox.waiting()) if (row.type === 'timeSegment') sawSegment(row);
  const subscriptions = [
    outbox.rowsSaved$.subscribe((rows) => {
      for (const row of rows) if (row.type === 'timeSegment') sawSegment(row);
    }),
    outbox.changed$.subscribe(ask),
    projections.changed$.subscribe(sawProjections),
  ];

  return {
    changed$,
    wanted$,
    list: () => [...state.receipts.values()].sort((a, b) => b.atMs - a.atMs || (a.id < b.id ? -1 : 1)),
    take: (evidence) => write(() => compare(evidence)),
    markSeen: (ids) =>
      write(() => {
        const unseen = ids.filter((id) => state.receipts.get(id)?.isSeen === false);
        return unseen.length === 0 ? [] : [{ v, kind: 'seen', ids: unseen }];
      }),
    setPreviousChatInPair(inForce) {
      policy = inForce;
    },
    replicated(seq) {
      appliedSeq = Math.max(appliedSeq, seq);
      ask();
    },
    async close() {
      for (const subscription of subscriptions) subscription.unsubscribe();
      await last;
      await journal.close();
      changed$.complete();
      wanted$.complete();
    },
  };
}
