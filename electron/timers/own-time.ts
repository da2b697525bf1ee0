/** What this device ran itself and the server may not have settled yet, in server time; for the countdown. */
export interface OwnStretch {
  chatId: string;
  startMs: number;
  /** Infinity while it runs. */
  endMs: number;
}

/** Kept this long after its end, ms: by then the server has settled it, or the device is offline and keeps it by the outbox. */
const KEEP_CLOSED_MS = 12 * 3_600_000;

export interface OwnTime {
  open(segmentId: string, chatId: string, startMs: number): void;
  close(segmentId: string, endMs: number): void;
  ofChats(chatIds: ReadonlySet<string>): OwnStretch[];
}

export function createOwnTime(): OwnTime {
  const byChat = new Map<string, Map<string, OwnStretch>>();

  function drop(stretches: Map<string, OwnStretch>, beforeMs: number): void {
    for (const [id, one] of stretches) if (one.endMs < beforeMs) stretches.delete(id);
  }

  return {
    open(segmentId, chatId, startMs) {
      const stretches = byChat.get(chatId) ?? new Map<string, OwnStretch>();
      byChat.set(chatId, stretches);
      drop(stretches, startMs - KEEP_CLOSED_MS);
      stretches.set(segmentId, { chatId, startMs, endMs: Number.POSITIVE_INFINITY });
    },
    close(segmentId, endMs) {
      for (const stretches of byChat.values()) {
        const one = stretches.get(segmentId);
        if (one !== undefined) one.endMs = endMs;
      }
    },
    ofChats(chatIds) {
      return [...chatIds].flatMap((chatId) => [...(byChat.get(chatId)?.values() ?? [])]);
    },
  };
}
