/**
 * What this device ran itself and the server may not have settled yet; for the countdown and the offline allowance. Kept on
 * the boot's clock and placed on the server's only when asked: a wall clock that is off, or an anchor that comes later,
 * moves nothing.
 */
import type { TimeSegment } from '../../shared/rows.ts';

export interface OwnStretch {
  chatId: string;
  /** Server instants, ms. */
  startMs: number;
  /** Infinity while it runs. */
  endMs: number;
}

/** Kept this long after its end, ms: by then the server has settled it, or the device is offline and keeps it by the outbox. */
const KEEP_CLOSED_MS = 12 * 3_600_000;

export interface OwnTime {
  /** Instants are ms on the boot's clock. */
  open(segmentId: string, chatId: string, startMonoMs: number): void;
  close(segmentId: string, endMonoMs: number): void;
  /** Takes so many ms off the end of a closed segment. */
  cut(segmentId: string, ms: number): void;
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
      for (const kept of byChat.values()) {
        const one = kept.get(segmentId);
        if (one !== undefined) one.endMs = endMonoMs;
      }
    },
    cut(segmentId, ms) {
      version += 1;
      for (const kept of byChat.values()) {
        const one = kept.get(segmentId);
        if (one !== undefined && one.endMs < Infinity) one.endMs = Math.max(one.startMs, one.endMs - ms);
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
        for (const { startMs, endMs, isPlaced } of byChat.get(chatId)?.values() ?? []) {
          const byMs = isPlaced ? 0 : offset;
          stretches.push({ chatId, startMs: startMs + byMs, endMs: endMs + byMs });
        }
      }
      return stretches;
    },
  };
}
