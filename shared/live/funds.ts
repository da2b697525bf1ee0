/** A client's funds at one instant and everything known of what will use them: what the walk of funds-walk.ts reads. */
import type { RateStep } from '../fold/rates.ts';
import type { Interval } from '../fold/union.ts';

/** A chat that runs, ran after what is settled, or will run. */
export interface FundsChat {
  chatId: string;
  /** When it runs, ms, server clock: disjoint, ascending; `endMs` Infinity = it runs on. */
  intervals: readonly Interval[];
  /** Ascending; before the first the rate is 0. */
  rates: readonly RateStep[];
  /** Paid so far, ms. */
  paidMs: number;
  incrementMs: number;
  lastPaidRate: number;
}

/** One pair of the client: its free time is shared by its chats. */
export interface FundsPair {
  freeLeftMs: number;
  /** Known grants that have not come yet at the instant of the funds, ascending. */
  grants: readonly { atMs: number; ms: number }[];
  /** Sorted by id: the order in which the last free milliseconds are given. */
  chats: readonly FundsChat[];
}

/**
 * Paid time of one chat of another pair from `atMs` until `untilMs` (absent = for good), seen by nobody but the server:
 * what it costs is known, whose it is is not. A `lane` is one chat; steps of a lane never overlap.
 */
export interface OthersStep {
  lane: number;
  atMs: number;
  untilMs?: number | undefined;
  unitsPerMs: number;
  incrementMs: number;
  /** Paid before within the begun increment, ms. */
  begunMs: number;
  /** The rate at which the rest of that increment was charged, units per ms. */
  lastUnitsPerMs: number;
}

export interface Funds {
  atMs: number;
  /** Balance without what is reserved for other devices; below 0 in debt. */
  units: number;
  pairs: readonly FundsPair[];
  others: readonly OthersStep[];
}

/** An instant at which the credits end: the chats that would be paid from it on stop there together. */
export interface Zero {
  atMs: number;
  /** Of `pairs`; chats of others stop too, unnamed. */
  chatIds: readonly string[];
}
