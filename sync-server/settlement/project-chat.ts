/** What a projection says of one open chat: settled so far, what it costs, and where it runs. */
import { billingIncrementAt, billingIncrementSteps } from '../../shared/fold/billing.ts';
import type { FoldRateChange } from '../../shared/fold/fold-input.ts';
import { compareInForce, rateSteps, type RateStep } from '../../shared/fold/rates.ts';
import type { ProjectedChat } from '../../shared/rows.ts';
import { GRACE_MS } from '../../shared/wire.ts';
import type { ChatBook, RowOf, Sequenced, UserBook } from '../core/user-book.ts';
import { admittedUntilMs, countedOf, lastPaidRateOf, settledChatOf, type FoldSources } from './fold-book.ts';

/** Steps sent at most: what lies beyond is projected when it comes. */
const MAX_STEPS = 200;

/** Prices of one user's chats and of their advisors, put in order once. */
export interface Prices {
  /** The step in force at `fromMs` and all known later ones; of an advisor without a chat: for one that opens. */
  stepsFrom(fromMs: number, advisorId: string, chatId?: string): RateStep[];
  rateAt(atMs: number, advisorId: string, chatId?: string): number;
  /** The billing increment of a chat that opened at the instant, ms. */
  incrementAt(openedAtMs: number): number;
}

export function pricesOf(book: UserBook, { directory }: FoldSources): Prices {
  const ofAdvisors = new Map<string, FoldRateChange[]>();
  const increments = billingIncrementSteps(
    [...directory.policyChanges()].map(({ seq, row: { id, key, value, atMs } }) => ({
      id,
      key,
      value,
      atMs,
      order: seq,
    })),
  );
  const ofPairs = new Map<string, RateStep[]>();
  function steps(advisorId: string, chatId: string | undefined): RateStep[] {
    // A chat has one advisor; an advisor's own steps stand under no chat's id.
    const key = chatId === undefined ? `advisor ${advisorId}` : `chat ${chatId}`;
    const known = ofPairs.get(key);
    if (known !== undefined) return known;
    const made = makeSteps(advisorId, chatId);
    ofPairs.set(key, made);
    return made;
  }
  function makeSteps(advisorId: string, chatId: string | undefined): RateStep[] {
    let ofAdvisor = ofAdvisors.get(advisorId);
    if (ofAdvisor === undefined)
      ofAdvisors.set(advisorId, (ofAdvisor = ordered(directory.ratesOf(advisorId))));
    return rateSteps(chatId === undefined ? [] : ordered(book.chatRates.get(chatId) ?? []), ofAdvisor);
  }
  return {
    stepsFrom(fromMs, advisorId, chatId) {
      const all = steps(advisorId, chatId);
      const past = all.filter((step) => step.atMs <= fromMs);
      const inForce = past.at(-1) ?? { atMs: 0, ratePerMinuteMinor: 0 };
      return [inForce, ...all.slice(past.length, past.length + MAX_STEPS)];
    },
    rateAt: (atMs, advisorId, chatId) =>
      steps(advisorId, chatId).reduce(
        (rate, step) => (step.atMs <= atMs ? step.ratePerMinuteMinor : rate),
        0,
      ),
    incrementAt: (openedAtMs) => billingIncrementAt(increments, openedAtMs),
  };
}

export function projectChat(
  book: UserBook,
  chat: ChatBook,
  sources: FoldSources,
  prices: Prices,
  nowMs: number,
): ProjectedChat {
  const { id, advisorId, openedAtMs } = chat.row;
  const totals = settledChatOf(book, id);
  const settledUntilMs = admittedUntilMs(chat, sources.contacts);
  const rates = prices.stepsFrom(Math.min(nowMs, settledUntilMs || openedAtMs), advisorId, id);
  const incrementMs = prices.incrementAt(openedAtMs);
  const isBegun = totals !== undefined && totals.billedMs > totals.paidMs;
  const lastStop = lastStopOf(chat, sources);
  return {
    chatId: id,
    trackedMs: totals?.trackedMs ?? 0,
    freeMs: totals?.freeMs ?? 0,
    paidMs: totals?.paidMs ?? 0,
    costUnits: totals?.costUnits ?? 0,
    ratePerMinuteMinor: prices.rateAt(nowMs, advisorId, id),
    settledUntilMs,
    ...(rates.length > 1 && { rates }),
    ...(incrementMs > 1 && { billingIncrementMs: incrementMs }),
    ...(isBegun && { lastPaidRatePerMinuteMinor: lastPaidRateOf(book, id) }),
    ...lastStop,
    ...confirmedRun(
      book,
      chat,
      runningOf(book, chat, sources, nowMs, lastStop.lastStop?.atMs ?? 0),
      settledUntilMs,
    ),
  };
}

/** The latest admitted stopMark, with its device as it last called itself. */
function lastStopOf(chat: ChatBook, { contacts }: FoldSources): Pick<ProjectedChat, 'lastStop'> {
  let last: ProjectedChat['lastStop'];
  for (const { seq, row, admission } of chat.marks.values()) {
    if (row.type !== 'stopMark' || admission?.row.code !== 'admitted') continue;
    const { atMs } = admission.row;
    if (last === undefined || atMs > last.atMs || (atMs === last.atMs && seq > last.seq))
      last = { atMs, seq, deviceId: row.deviceId };
  }
  if (last === undefined) return {};
  const deviceName = contacts.nameOf(last.deviceId);
  return { lastStop: deviceName === '' ? last : { ...last, deviceName } };
}

type Running = Partial<ProjectedChat> & { runningSinceMs: number; confirmedUntilMs: number };

/**
 * The open, uncut, admitted segment whose device spoke of it within the grace; of several the one that started first.
 * A mark after its start has ended it, also while its device is silent and has not grown up to the mark.
 */
function runningOf(
  book: UserBook,
  chat: ChatBook,
  { contacts }: FoldSources,
  nowMs: number,
  lastStopMs: number,
): Running | undefined {
  let running: Running | undefined;
  for (const entry of chat.open.values()) {
    if (entry.admission === undefined || entry.admission.row.code === 'quarantined') continue;
    const contact = contacts.proven(entry.row.id, entry.row.deviceId);
    if (contact === undefined || !contact.isRunning || nowMs - contact.atMs > GRACE_MS) continue;
    const counted = countedOf(book, entry.row.id);
    if (
      counted === undefined ||
      counted.cutMs > 0 ||
      counted.startMs < lastStopMs ||
      (running !== undefined && running.runningSinceMs <= counted.startMs)
    )
      continue;
    running = {
      runningOnDeviceId: contact.deviceId,
      ...(contact.deviceName !== '' && { runningOnDeviceName: contact.deviceName }),
      runningSinceMs: counted.startMs,
      confirmedUntilMs: counted.endMs,
    };
  }
  return running;
}

/**
 * Where another device ran the chat after this run's last beat, that much of the run is settled already: who looks ahead
 * from the beat would count it once more, so the run counts as confirmed for so much longer.
 */
function confirmedRun(
  book: UserBook,
  chat: ChatBook,
  running: Running | undefined,
  settledUntilMs: number,
): Partial<ProjectedChat> {
  if (running === undefined || settledUntilMs <= running.confirmedUntilMs) return running ?? {};
  const { confirmedUntilMs } = running;
  let coveredMs = 0;
  let untilMs = confirmedUntilMs;
  const later = [...chat.segments.keys()]
    .flatMap((segmentId) => countedOf(book, segmentId) ?? [])
    .filter(({ endMs }) => endMs > confirmedUntilMs)
    .sort((a, b) => a.startMs - b.startMs);
  for (const { startMs, endMs } of later) {
    coveredMs += Math.max(0, endMs - Math.max(startMs, untilMs));
    untilMs = Math.max(untilMs, endMs);
  }
  return { ...running, confirmedUntilMs: confirmedUntilMs + coveredMs };
}

/** Fields by name: objects made of a spread and one field more have hidden classes of their own, and are slow to read. */
function ordered(changes: readonly Sequenced<RowOf<'rateChange'>>[]): FoldRateChange[] {
  return changes
    .map(({ seq, row: { id, chatId, advisorId, ratePerMinuteMinor, atMs } }) => ({
      id,
      chatId,
      advisorId,
      ratePerMinuteMinor,
      atMs,
      order: seq,
    }))
    .sort(compareInForce);
}
