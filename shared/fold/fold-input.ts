/**
 * What the fold reads. Lists may come in any order; every fact is there once (copies joined) and carries
 * `order`, its server order number. Instants are ms since the epoch on the server's clock, durations ms,
 * money integers: all from 0 to 2^53 - 1. Facts of chats that are not in `chats` are ignored.
 * Source: DOMAIN.md "The fold", "Facts files".
 */
export interface FoldInput {
  users: readonly FoldUser[];
  chats: readonly FoldChat[];
  segments: readonly FoldSegment[];
  trimMarks: readonly FoldTrimMark[];
  segmentAdmissions: readonly FoldSegmentAdmission[];
  rulings: readonly FoldRuling[];
  stopMarks: readonly FoldMark[];
  chatEnds: readonly FoldMark[];
  markAdmissions: readonly FoldMarkAdmission[];
  rateChanges: readonly FoldRateChange[];
  freeTimeGrants: readonly FoldFreeTimeGrant[];
  /** Top-ups, refunds and debits. */
  creditFacts: readonly FoldCreditFact[];
  goodwills: readonly FoldGoodwill[];
  policyChanges: readonly FoldPolicyChange[];
}

export interface FoldUser {
  id: string;
  order: number;
}

export interface FoldChat {
  id: string;
  userId: string;
  advisorId: string;
  openedAtMs: number;
  order: number;
}

/** A segment as its device claims it, all copies joined. */
export interface FoldSegment {
  id: string;
  chatId: string;
  startedAtMs: number;
  elapsedMs: number;
  source: 'timer' | 'manual';
  funding: 'funded' | 'unfunded';
  order: number;
}

/** A trimMark of the segment's own device; others are left out before the fold. */
export interface FoldTrimMark {
  id: string;
  segmentId: string;
  elapsedMs: number;
  order: number;
}

export interface FoldSegmentAdmission {
  id: string;
  segmentId: string;
  code: 'admitted' | 'clamped' | 'quarantined';
  startMs: number;
  admittedElapsedMs: number;
  order: number;
}

export interface FoldRuling {
  id: string;
  targetId: string;
  action: 'admit' | 'trim' | 'void';
  /** The ruled length; only read with `trim`. */
  elapsedMs?: number | undefined;
  /** The claimed elapsed of the target's copies whose server order is at most the ruling's; 0 when there is none. */
  claimedElapsedMs: number;
  order: number;
}

/** A stopMark or chatEnd as written; its markAdmission, if there is one, says where it was placed. */
export interface FoldMark {
  id: string;
  chatId: string;
  atMs: number;
  order: number;
}

export interface FoldMarkAdmission {
  id: string;
  markId: string;
  code: 'admitted' | 'quarantined';
  atMs: number;
  order: number;
}

/** Names exactly one of a chat and an advisor. */
export interface FoldRateChange {
  id: string;
  chatId?: string | undefined;
  advisorId?: string | undefined;
  ratePerMinuteMinor: number;
  atMs: number;
  order: number;
}

export interface FoldFreeTimeGrant {
  id: string;
  userId: string;
  advisorId: string;
  ms: number;
  atMs: number;
  order: number;
}

export interface FoldCreditFact {
  id: string;
  type: 'topUp' | 'refund' | 'debit';
  userId: string;
  amountMinor: number;
  order: number;
}

export interface FoldGoodwill {
  id: string;
  userId: string;
  units: number;
  order: number;
}

export interface FoldPolicyChange {
  id: string;
  key: string;
  value: unknown;
  atMs: number;
  order: number;
}

/** An input without facts, to be spread and filled. */
export function emptyFoldInput(): { [K in keyof FoldInput]: FoldInput[K][number][] } {
  return {
    users: [],
    chats: [],
    segments: [],
    trimMarks: [],
    segmentAdmissions: [],
    rulings: [],
    stopMarks: [],
    chatEnds: [],
    markAdmissions: [],
    rateChanges: [],
    freeTimeGrants: [],
    creditFacts: [],
    goodwills: [],
    policyChanges: [],
  };
}
