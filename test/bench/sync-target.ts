/** The work of the bench `sync`: the same segments pushed, pulled and followed, whichever server answers. */
import type { TimeSegment } from '../../shared/rows.ts';

export const SEGMENTS = 10_000;
export const BATCH = 100;
export const SINGLE_CHANGES = 200;
/** Ten chats at a time, as a busy advisor's evening; 25 clients of four chats each. */
export const CHATS = 100;
export const CLIENTS = 25;
const CHATS_AT_ONCE = 10;
const SEGMENT_MS = 30_000;
const GAP_MS = 1_000;
const SEGMENTS_PER_CHAT = (SEGMENTS + SINGLE_CHANGES) / CHATS;

export interface SyncTarget {
  /** What is to be pushed, under this client's own device id. */
  readonly segments: TimeSegment[];
  push(segments: TimeSegment[]): Promise<void>;
  /** A fresh client that fetches everything; returns how many segments it got and how many bytes that took. */
  pullAll(): Promise<{ segments: number; rows: number; bytes: number }>;
  /** A second client that follows the stream from where it is now. */
  follow(onSegment: (id: string) => void): Promise<{ stop(): void }>;
  stop(): Promise<void>;
}

export interface SyncPeer {
  name: string;
  facts: Record<string, unknown>;
  /** A fresh, empty server with its chats set up and a client signed in. */
  start(): Promise<SyncTarget>;
}

export const chatIdOf = (n: number) => `chat-${String(n).padStart(4, '0')}-6f1c2a9e`;
export const clientIdOf = (chat: number) => `client-${String(chat % CLIENTS).padStart(3, '0')}-51b7`;

/** The longest a device must have been up so that every segment lies in its past, ms. */
export const NEEDED_UPTIME_MS = (CHATS / CHATS_AT_ONCE) * SEGMENTS_PER_CHAT * (SEGMENT_MS + GAP_MS) + 60_000;

/** Closed segments of about 300 bytes in the order one device wrote them: ten chats side by side, then the next ten. */
export function makeSegments(
  deviceId: string,
  bootId: string,
  firstMonoMs: number,
  firstWallMs: number,
): TimeSegment[] {
  const perGroup = CHATS_AT_ONCE * SEGMENTS_PER_CHAT;
  return Array.from({ length: SEGMENTS + SINGLE_CHANGES }, (_, n) => {
    const group = Math.floor(n / perGroup);
    const inGroup = n % perGroup;
    const offsetMs =
      (group * SEGMENTS_PER_CHAT + Math.floor(inGroup / CHATS_AT_ONCE)) * (SEGMENT_MS + GAP_MS);
    return {
      type: 'timeSegment',
      id: `${deviceId}-9b1f6c02d4e8a753-${n}`,
      chatId: chatIdOf(group * CHATS_AT_ONCE + (inGroup % CHATS_AT_ONCE)),
      deviceId,
      bootId,
      knownSeq: 0,
      startedAtMonoMs: firstMonoMs + offsetMs,
      startedAtMs: firstWallMs + offsetMs,
      elapsedMs: SEGMENT_MS,
      closed: true,
      closeReason: 'paused',
      source: 'timer',
      funding: 'funded',
    };
  });
}
