/**
 * What this device ran itself and the server may not have settled yet; for the countdown and the offline allowance. Kept on
 * the boot's clock and placed on the server's only when asked: a wall clock that is off, or an anchor that comes later,
 * moves nothing. Once the server has placed a segment its place counts, so that shown and settled lengths meet to the ms.
 */
import type { OwnStretch } from '../../shared/countdown.ts';
import type { TimeSegment } from '../../shared/rows.ts';
import type { PushAnswer } from '../../shared/wire.ts';

/** Kept this long after its end, ms: by then the server has settled it, or the device is offline and keeps it by the outbox. */
const KEEP_CLOSED_MS = 12 * 3_600_000;

export interface OwnTime {
  /** Instants are ms on the boot's clock. */
  open(segmentId: string, chatId: string, startMonoMs: number): void;
  close(segmentId: string, endMonoMs: number): void;
  /** Takes so many ms off the end of a closed segment. */
  cut(segmentId: string, ms: number): void;
  /** What the server answered of this device's segments: where it placed them, and which it holds whole. */
  answered(answers: readonly PushAnswer[]): void;
  /**
   * Takes over what earlier runs left unsent. `offsetMs` = server instant − instant on the clock of the segment's boot;
   * undefined for this boot, whose offset may become known better.
   */
  adopt(segment: TimeSegment, offsetMs: number | undefined): void;
  ofChats(chatIds: ReadonlySet<string>): OwnStretch[];
  /** Grows with every change. */
  version(): number;
  /** Server instant − instant on the boot's clock, as known now. */
  offsetMs(): number;
}

interface Kept {
  chatId: string;
  startMs: number;
  endMs: number;
  /** Of an earlier boot: its instants are the server's already. */
  isPlaced: boolean;
  /** The server's start of it; undefined until it has answered. */
  placedStartMs?: number;
  coveredAtMs?: number;
}

/** `offsetMs` = server instant − instant on the boot's clock, as known now. */
export function createOwnTime(offsetMs: () => number): OwnTime {
  const byChat = new Map<string, Map<string, Kept>>();
  let version = 0;

  function ofChat(chatId: string): Map<string, Kept> {
    let kept = byChat.get(chatId);
    if (kept === undefined) byChat.set(chatId, (kept = new Map()));
    return kept;
  }

  function find(segmentId: string): Kept | undefined {
    for (const kept of byChat.values()) {
      const one = kept.get(segmentId);
      if (one !== undefined) return one;
    }
    return undefined;
  }

  return {
    offsetMs,
    version: () => version,
    open(segmentId, chatId, startMonoMs) {
      version += 1;
      const kept = ofChat(chatId);
      for (const [id, one] of kept)
        if (!one.isPlaced && one.endMs < startMonoMs - KEEP_CLOSED_MS) kept.delete(id);
      kept.set(segmentId, { chatId, startMs: startMonoMs, endMs: Infinity, isPlaced: false });
    },
    close(segmentId, endMonoMs) {
      version += 1;
      const one = find(segmentId);
      if (one !== undefined) one.endMs = endMonoMs;
    },
    cut(segmentId, ms) {
      version += 1;
      const one = find(segmentId);
      if (one !== undefined && one.endMs < Infinity) one.endMs = Math.max(one.startMs, one.endMs - ms);
    },
    answered(answers) {
      for (const answer of answers) {
        if (answer.verdict !== 'stored' || answer.placed === undefined) continue;
        const one = find(answer.id);
        if (one === undefined) continue;
        version += 1;
        one.placedStartMs = answer.placed.startMs;
        // Later copies are answered as well: what was settled first stays settled.
        if (answer.closed === true && (answer.elapsedMs ?? 0) >= one.endMs - one.startMs)
          one.coveredAtMs ??= answer.placed.atMs;
      }
    },
    adopt({ id, chatId, startedAtMonoMs, elapsedMs }, bootOffsetMs) {
      version += 1;
      const startMs = startedAtMonoMs + (bootOffsetMs ?? 0);
      const isPlaced = bootOffsetMs !== undefined;
      ofChat(chatId).set(id, { chatId, startMs, endMs: startMs + elapsedMs, isPlaced });
    },
    ofChats(chatIds) {
      const offset = offsetMs();
      const stretches: OwnStretch[] = [];
      for (const chatId of chatIds) {
        for (const { startMs, endMs, isPlaced, placedStartMs, coveredAtMs } of byChat.get(chatId)?.values() ??
          []) {
          const here = isPlaced ? 0 : offset;
          const there = placedStartMs === undefined ? here : placedStartMs - startMs;
          stretches.push({
            chatId,
            startMs: startMs + there,
            endMs: endMs + there,
            ...(placedStartMs !== undefined && { laterHereMs: isPlaced ? 0 : here - there }),
            ...(coveredAtMs !== undefined && { coveredAtMs }),
          });
        }
      }
      return stretches;
    },
  };
}
