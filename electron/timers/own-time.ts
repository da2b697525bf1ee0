/**
 * What this device ran itself and the server may not have settled yet; for the countdown. Kept on the boot's clock and
 * placed on the server's only when asked: a wall clock that is off, or an anchor that comes later, moves nothing.
 */
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
  ofChats(chatIds: ReadonlySet<string>): OwnStretch[];
  /** Grows with every change. */
  version(): number;
  /** Server instant − instant on the boot's clock, as known now. */
  offsetMs(): number;
}

interface Kept {
  chatId: string;
  startMonoMs: number;
  endMonoMs: number;
}

/** `offsetMs` = server instant − instant on the boot's clock, as known now. */
export function createOwnTime(offsetMs: () => number): OwnTime {
  const byChat = new Map<string, Map<string, Kept>>();
  let version = 0;

  return {
    offsetMs,
    version: () => version,
    open(segmentId, chatId, startMonoMs) {
      version += 1;
      const kept = byChat.get(chatId) ?? new Map<string, Kept>();
      byChat.set(chatId, kept);
      for (const [id, one] of kept) if (one.endMonoMs < startMonoMs - KEEP_CLOSED_MS) kept.delete(id);
      kept.set(segmentId, { chatId, startMonoMs, endMonoMs: Number.POSITIVE_INFINITY });
    },
    close(segmentId, endMonoMs) {
      version += 1;
      for (const kept of byChat.values()) {
        const one = kept.get(segmentId);
        if (one !== undefined) one.endMonoMs = endMonoMs;
      }
    },
    ofChats(chatIds) {
      const offset = offsetMs();
      const stretches: OwnStretch[] = [];
      for (const chatId of chatIds) {
        for (const { startMonoMs, endMonoMs } of byChat.get(chatId)?.values() ?? [])
          stretches.push({ chatId, startMs: startMonoMs + offset, endMs: endMonoMs + offset });
      }
      return stretches;
    },
  };
}
