/**
 * The fold of one pair that goes on: it keeps the pair's breakpoints in time order and snapshots along them, and after a
 * change walks on from the latest snapshot before it. The same figures as `shareFreeTime` and `billChat` over everything.
 */
import { compareCodeUnits } from '../code-unit-order.ts';
import { billChat } from './billing.ts';
import type { FoldRateChange } from './fold-input.ts';
import { END, GRANT, RATE, START } from './free-time.ts';
import { bringUpToDate, newTotal, passTime, seeClocks, type PairClocks, type RunningTotal } from './pool.ts';
import { rateAt } from './rates.ts';
import { assertSafe } from './safe-integer.ts';
import type { ChatSettlement } from './settlement.ts';

const SNAPSHOT_DISTANCE = 64;

/** A chat of the pair. */
export interface PairFoldChat {
  readonly id: string;
  /** The chat's own rate changes, sorted by `compareInForce`; tell `rateChanged` when it grows. */
  readonly rates: FoldRateChange[];
  /** As of the last successful `settle`. */
  settled: ChatSettlement | undefined;
  lastPaidRate: number;
}

/** The two breakpoints of one counted segment. */
export interface CountedStretch {
  readonly start: Breakpoint;
  readonly end: Breakpoint;
}

interface Breakpoint {
  readonly atMs: number;
  readonly kind: number;
  /** Undefined for a grant and for an advisor's rate change. */
  readonly chat: Chat | undefined;
  /** Of a grant. */
  readonly grantedMs: number;
  /** Of a grant: what was left just before it, as of the last settling. */
  leftBeforeMs: number;
  isDropped: boolean;
}

/** A chat in the walk. Segments may overlap: it runs while more of them have started than ended. */
interface ChatTotal extends RunningTotal {
  runningSegments: number;
}

interface Chat extends PairFoldChat {
  incrementMs: number;
  total: ChatTotal;
  /** The totals at those snapshots before which they had changed. */
  saved: ChatTotal[];
}

interface Cursor extends PairClocks {
  /** Breakpoints passed. */
  position: number;
  nowMs: number;
  leftMs: number;
  grantedMs: number;
}

interface Snapshot {
  cursor: Cursor;
  /** Chats whose totals differ from those at the snapshot before. */
  changed: Chat[];
}

/** What a pair has, ms, and the chats whose figures changed since the last time. */
export interface PairFoldResult {
  grantedMs: number;
  leftMs: number;
  changed: { before: ChatSettlement | undefined; after: ChatSettlement }[];
}

export type PairFold = ReturnType<typeof createPairFold>;

/**
 * `advisorRates` is sorted by `compareInForce`; tell `rateChanged` when it grows. A snapshot is taken at the first new
 * instant after `snapshotDistance` breakpoints: less means less to walk again and more to keep, never other figures.
 * All instants and durations in ms.
 */
export function createPairFold(
  advisorRates: readonly FoldRateChange[],
  snapshotDistance = SNAPSHOT_DISTANCE,
) {
  const points: Breakpoint[] = [];
  let added: Breakpoint[] = [];
  let changedFromMs = Infinity;
  const snapshots: Snapshot[] = [];
  let cursor = startCursor();
  const running = new Set<Chat>();
  /** Chats whose totals changed since the last snapshot, and since the last settling. */
  const unsaved = new Set<Chat>();
  const unsettled = new Set<Chat>();

  function add(kind: number, atMs: number, chat: Chat | undefined, grantedMs = 0): Breakpoint {
    const point = { atMs, kind, chat, grantedMs, leftBeforeMs: 0, isDropped: false };
    added.push(point);
    changedFromMs = Math.min(changedFromMs, atMs);
    return point;
  }

  function drop(point: Breakpoint): void {
    point.isDropped = true;
    changedFromMs = Math.min(changedFromMs, point.atMs);
  }

  /** Back to before `atMs`: everything from there on is walked again. */
  function rewind(atMs: number): void {
    if (cursor.nowMs < atMs) return;
    while ((snapshots.at(-1)?.cursor.nowMs ?? -1) >= atMs) forgetSnapshot();
    restore();
  }

  function forgetSnapshot(): void {
    for (const chat of (snapshots.pop() as Snapshot).changed) {
      chat.saved.pop();
      unsaved.add(chat);
    }
  }

  function restore(): void {
    for (const chat of unsaved) {
      chat.total = { ...(chat.saved.at(-1) ?? newChatTotal()) };
      if (chat.total.runningSegments > 0) running.add(chat);
      else running.delete(chat);
      unsettled.add(chat);
    }
    unsaved.clear();
    cursor = { ...(snapshots.at(-1)?.cursor ?? startCursor()) };
  }

  /** Breakpoints before the cursor stay; the rest is put in order with the new ones. */
  function mergeAdded(): void {
    const rest = points.splice(cursor.position).concat(added);
    rest.sort((a, b) => a.atMs - b.atMs || a.kind - b.kind);
    for (const point of rest) if (!point.isDropped) points.push(point);
    added = [];
    changedFromMs = Infinity;
  }

  function walk(): void {
    while (cursor.position < points.length) {
      const point = points[cursor.position] as Breakpoint;
      if (point.atMs > cursor.nowMs) {
        if (cursor.position - (snapshots.at(-1)?.cursor.position ?? 0) >= snapshotDistance) takeSnapshot();
        cursor.leftMs = passTime(
          point.atMs - cursor.nowMs,
          cursor.leftMs,
          running.size,
          cursor,
          endOfFreeTime,
        );
        cursor.nowMs = point.atMs;
      }
      meet(point);
      cursor.position += 1;
    }
  }

  function takeSnapshot(): void {
    for (const chat of unsaved) chat.saved.push({ ...chat.total });
    snapshots.push({ cursor: { ...cursor }, changed: [...unsaved] });
    unsaved.clear();
  }

  function endOfFreeTime(): readonly ChatTotal[] {
    for (const chat of running) touch(chat);
    return [...running].sort((a, b) => compareCodeUnits(a.id, b.id)).map((chat) => chat.total);
  }

  function touch(chat: Chat): void {
    unsaved.add(chat);
    unsettled.add(chat);
  }

  function meet(point: Breakpoint): void {
    const { kind, chat, atMs, grantedMs } = point;
    if (kind === GRANT) {
      point.leftBeforeMs = cursor.leftMs;
      cursor.grantedMs = assertSafe(cursor.grantedMs + grantedMs, 'granted free time');
      cursor.leftMs += grantedMs;
    } else if (kind === RATE) {
      if (chat === undefined) for (const one of running) setRate(one, atMs);
      else if (running.has(chat)) setRate(chat, atMs);
    } else if (kind === END) end(chat as Chat);
    else start(chat as Chat, atMs);
  }

  function setRate(chat: Chat, atMs: number): void {
    touch(chat);
    bringUpToDate(chat.total, cursor);
    chat.total.rate = rateAt(chat.rates, advisorRates, atMs);
  }

  function start(chat: Chat, atMs: number): void {
    touch(chat);
    chat.total.runningSegments += 1;
    if (chat.total.runningSegments > 1) return;
    running.add(chat);
    seeClocks(chat.total, cursor);
    chat.total.rate = rateAt(chat.rates, advisorRates, atMs);
  }

  function end(chat: Chat): void {
    touch(chat);
    chat.total.runningSegments -= 1;
    if (chat.total.runningSegments > 0) return;
    bringUpToDate(chat.total, cursor);
    running.delete(chat);
  }

  return {
    addChat(id: string, rates: FoldRateChange[], incrementMs: number): PairFoldChat {
      const chat: Chat = {
        id,
        rates,
        settled: undefined,
        lastPaidRate: 0,
        incrementMs,
        total: newChatTotal(),
        saved: [],
      };
      unsettled.add(chat);
      return chat;
    },

    setIncrement(one: PairFoldChat, incrementMs: number): void {
      const chat = one as Chat;
      if (chat.incrementMs === incrementMs) return;
      chat.incrementMs = incrementMs;
      unsettled.add(chat);
    },

    /** Puts what counts of a segment in the place of what counted `before`; an empty interval counts nothing. */
    count(
      chat: PairFoldChat,
      before: CountedStretch | undefined,
      { startMs, endMs }: { startMs: number; endMs: number },
    ): CountedStretch | undefined {
      const isSameStart = before !== undefined && before.start.atMs === startMs && endMs > startMs;
      if (isSameStart && before.end.atMs === endMs) return before;
      if (before !== undefined) drop(before.end);
      if (isSameStart) return { start: before.start, end: add(END, endMs, chat as Chat) };
      if (before !== undefined) drop(before.start);
      if (endMs <= startMs) return undefined;
      return { start: add(START, startMs, chat as Chat), end: add(END, endMs, chat as Chat) };
    },

    grant(atMs: number, ms: number): void {
      add(GRANT, atMs, undefined, ms);
    },

    /** The grants after `fromMs` in time order, each with the free time that was left just before it, ms; as of the last `settle`. */
    grantsAfter(fromMs: number): { atMs: number; leftBeforeMs: number }[] {
      const grants: { atMs: number; leftBeforeMs: number }[] = [];
      for (let position = points.length - 1; position >= 0; position -= 1) {
        const { atMs, kind, leftBeforeMs } = points[position] as Breakpoint;
        if (atMs <= fromMs) break;
        if (kind === GRANT) grants.push({ atMs, leftBeforeMs });
      }
      return grants.reverse();
    },

    /** A rate change was put into the list of the chat, or of the advisor when none is given. */
    rateChanged(atMs: number, chat?: PairFoldChat): void {
      add(RATE, atMs, chat as Chat | undefined);
    },

    /**
     * Walks on from the latest snapshot before the earliest change. Throws UnsafeIntegerError as the fold of everything
     * does; then nothing is lost: once the facts allow it, the next call settles.
     */
    settle(): PairFoldResult {
      if (changedFromMs < Infinity) {
        rewind(changedFromMs);
        mergeAdded();
      }
      try {
        walk();
      } catch (cause) {
        restore();
        throw cause;
      }
      const billed = [...unsettled].map((chat) => ({
        chat,
        before: chat.settled,
        after: billChat(chat.id, chat.total, chat.incrementMs),
      }));
      unsettled.clear();
      for (const { chat, after } of billed) {
        chat.settled = after;
        chat.lastPaidRate = chat.total.lastPaidRate;
      }
      const { grantedMs, leftMs } = cursor;
      return {
        grantedMs,
        leftMs,
        changed: billed.filter(({ before, after }) => before === undefined || !isSame(before, after)),
      };
    },
  };
}

function startCursor(): Cursor {
  return { position: 0, nowMs: 0, leftMs: 0, grantedMs: 0, freeClockMs: 0, paidClockMs: 0 };
}

function newChatTotal(): ChatTotal {
  return { runningSegments: 0, ...newTotal() };
}

function isSame(a: ChatSettlement, b: ChatSettlement): boolean {
  // Tracked, billed and charged time follow from these.
  return (
    a.freeMs === b.freeMs && a.paidMs === b.paidMs && a.billedMs === b.billedMs && a.costUnits === b.costUnits
  );
}
