/** A client's history as the fold reads it: chats of one pair side by side, pauses, free time now and then, two prices. */
import { emptyFoldInput, type FoldInput } from '../../shared/fold/fold-input.ts';

export const HISTORY_START_MS = 1_700_000_000_000;
const SEGMENTS_PER_CHAT = 20;
const CHATS_AT_ONCE = 3;
export const SEGMENT_MS = 60_000;
const STEP_MS = 25_000;

type Draft = ReturnType<typeof emptyFoldInput>;

/** Everything of one pair (user `u`, advisor `a`): the shape that costs most, because nothing divides it. */
export function makeHistory(segments: number): FoldInput & Draft {
  const input = emptyFoldInput();
  input.users.push({ id: 'u', order: 0 });
  const perGroup = SEGMENTS_PER_CHAT * CHATS_AT_ONCE;
  for (let n = 0; n < Math.ceil(segments / SEGMENTS_PER_CHAT); n += 1)
    input.chats.push({
      ...{ id: chatIdOf(n), userId: 'u', advisorId: 'a' },
      openedAtMs: HISTORY_START_MS,
      order: n,
    });
  for (let n = 0; n < segments; n += 1) {
    const chat = Math.floor(n / perGroup) * CHATS_AT_ONCE + (n % CHATS_AT_ONCE);
    addSegment(input, n, chatIdOf(Math.min(chat, input.chats.length - 1)), HISTORY_START_MS + n * STEP_MS);
  }
  for (let n = 0; n * 500 < segments; n += 1) {
    const atMs = HISTORY_START_MS + n * 500 * STEP_MS;
    const grant = { id: `grant-${n}`, userId: 'u', advisorId: 'a', ms: 600_000, atMs, order: n };
    input.freeTimeGrants.push(grant);
  }
  for (const [order, atMs] of [0, HISTORY_START_MS + (segments / 2) * STEP_MS].entries())
    input.rateChanges.push({
      id: `rate-${order}`,
      advisorId: 'a',
      ratePerMinuteMinor: 200 + order,
      atMs,
      order,
    });
  input.creditFacts.push({ id: 'top-up', type: 'topUp', userId: 'u', amountMinor: 1_000_000_000, order: 0 });
  return input;
}

/** After everything in a history of so many segments, ms. */
export const endOfHistoryMs = (segments: number): number =>
  HISTORY_START_MS + segments * STEP_MS + SEGMENT_MS;

export const chatIdOf = (n: number): string => `chat-${String(n).padStart(6, '0')}-6f1c2a9e`;

/** A closed segment with its admission; every second one was paused and has a stopMark. */
export function addSegment(input: Draft, n: number, chatId: string, startMs: number): void {
  const id = `device-9b1f6c02d4e8a753-${n}`;
  const order = 10_000 + 3 * n;
  // Plain literals, as the server writes them: of spread objects each has a hidden class of its own, and reading them
  // would be most of what is measured.
  const elapsedMs = SEGMENT_MS;
  input.segments.push({
    id,
    chatId,
    startedAtMs: startMs,
    elapsedMs,
    source: 'timer',
    funding: 'funded',
    order,
  });
  input.segmentAdmissions.push({
    id: `admission:${id}`,
    segmentId: id,
    code: 'admitted',
    startMs,
    admittedElapsedMs: elapsedMs,
    order: order + 1,
  });
  if (n % 2 === 0)
    input.stopMarks.push({ id: `stop-${n}`, chatId, atMs: startMs + SEGMENT_MS, order: order + 2 });
}
