/**
 * One seeded world: true time, randomness and what is written down of a run. Nothing in a simulation reads time or
 * randomness from anywhere else, so a seed replays to the same bytes.
 */
import { createHash } from 'node:crypto';
import { createRandom, type Random } from './random.ts';

/** True time begins here, ms since the epoch. */
export const T0 = 1_800_000_000_000;
/** Lines kept for a failing seed's trace. */
const KEPT_LINES = 60;

export interface World {
  readonly seed: number;
  /** True time, ms. */
  nowMs(): number;
  /** Runs `task` after so many ms of true time; the returned function takes it back. */
  after(ms: number, task: () => void): () => void;
  /** A stream of its own for each part: what one part draws never moves what another draws. */
  random(part: string): Random;
  /** Writes a line into the event log. */
  note(line: string): void;
  /** Lets time pass until then, each task finished (but for its waits) before the next. */
  runUntil(untilMs: number): Promise<void>;
  /** sha256 of the event log so far. */
  logHash(): string;
  lastLines(): string[];
}

interface Planned {
  atMs: number;
  order: number;
  task: (() => void) | null;
}

export function createWorld(seed: number, onLine?: (line: string) => void): World {
  const heap: Planned[] = [];
  const hash = createHash('sha256');
  let lines: string[] = [];
  let nowMs = T0;
  let order = 0;

  return {
    seed,
    nowMs: () => nowMs,
    after(ms, task) {
      const planned: Planned = { atMs: nowMs + Math.max(0, Math.ceil(ms)), order: order++, task };
      push(heap, planned);
      return () => {
        planned.task = null;
      };
    },
    random: (part) => createRandom(seed, part),
    note(text) {
      const line = `${((nowMs - T0) / 1000).toFixed(3)} ${text}`;
      hash.update(`${line}\n`);
      lines.push(line);
      if (lines.length > 4 * KEPT_LINES) lines = lines.slice(-KEPT_LINES);
      onLine?.(line);
    },
    async runUntil(untilMs) {
      for (;;) {
        const next = heap[0];
        if (next === undefined || next.atMs > untilMs) break;
        pop(heap);
        if (next.task === null) continue;
        nowMs = Math.max(nowMs, next.atMs);
        next.task();
        await quiet();
      }
      nowMs = Math.max(nowMs, untilMs);
    },
    logHash: () => hash.copy().digest('hex'),
    lastLines: () => lines.slice(-KEPT_LINES),
  };
}

/** Everything that waits for nothing but other promises has run: Node takes a tick only when no promise has anything left to do. */
function quiet(): Promise<void> {
  return new Promise((resolve) => process.nextTick(resolve));
}

function isBefore(a: Planned, b: Planned): boolean {
  return a.atMs < b.atMs || (a.atMs === b.atMs && a.order < b.order);
}

function push(heap: Planned[], planned: Planned): void {
  let at = heap.push(planned) - 1;
  while (at > 0) {
    const parent = (at - 1) >> 1;
    if (!isBefore(planned, heap[parent]!)) break;
    heap[at] = heap[parent]!;
    at = parent;
  }
  heap[at] = planned;
}

function pop(heap: Planned[]): void {
  const last = heap.pop()!;
  if (heap.length === 0) return;
  let at = 0;
  for (;;) {
    let child = 2 * at + 1;
    if (child >= heap.length) break;
    if (child + 1 < heap.length && isBefore(heap[child + 1]!, heap[child]!)) child += 1;
    if (!isBefore(heap[child]!, last)) break;
    heap[at] = heap[child]!;
    at = child;
  }
  heap[at] = last;
}
