import type { QuarantineReason, SegmentAdmission } from '../rows.ts';
import { driftMs, GROWTH_MAX_MS, ROW_MAX_AGE_MS } from './limits.ts';
import type { PlacedInstant } from './placement.ts';

/** What the verdict on a segment says; the row adds ids. */
export type SegmentVerdict = Pick<
  SegmentAdmission,
  'code' | 'reason' | 'startMs' | 'admittedElapsedMs' | 'pendingMs' | 'flags'
>;

/** The joined copy of a segment as its device claims it. */
export interface SegmentClaim {
  elapsedMs: number;
  source: 'timer' | 'manual';
  funding: 'funded' | 'unfunded';
}

export interface FirstAdmission {
  claim: SegmentClaim;
  /** Where the start was placed; a manual segment's is where its author typed it. */
  placed: PlacedInstant;
  /** When the server received it, server clock. */
  receivedMs: number;
  /** Something about the writer that refuses the row whatever it claims. */
  writerReason: 'notYourChat' | 'idConflict' | 'revoked' | undefined;
  /** The chat's earliest admitted end, Infinity while it is open. */
  chatEndMs: number;
}

/**
 * The verdict on the first copy of a segment. A quarantined one has nothing admitted and all of its claim pending;
 * of several reasons the first of: writer, manual, unfunded, endBeyondNow, tooOld, afterChatEnd.
 * Source: DOMAIN.md "Placement and admission", "Codes".
 */
export function admitFirst(input: FirstAdmission): SegmentVerdict {
  const { claim, placed, receivedMs } = input;
  const base = { startMs: placed.atMs, flags: placed.isUnanchored ? (['unanchored'] as 'unanchored'[]) : [] };
  const reason = quarantineReason(input);
  if (reason !== undefined)
    return { ...base, code: 'quarantined', reason, admittedElapsedMs: 0, pendingMs: claim.elapsedMs };
  return { ...base, ...upToNow(placed.atMs, claim.elapsedMs, 0, receivedMs) };
}

function quarantineReason({
  claim,
  placed,
  receivedMs,
  writerReason,
  chatEndMs,
}: FirstAdmission): QuarantineReason | undefined {
  if (writerReason !== undefined) return writerReason;
  if (claim.source === 'manual') return 'manual';
  if (claim.funding === 'unfunded') return 'unfunded';
  if (isBeyondNow(placed.atMs, claim.elapsedMs, placed.errorMs, receivedMs)) return 'endBeyondNow';
  if (placed.atMs + claim.elapsedMs < receivedMs - ROW_MAX_AGE_MS) return 'tooOld';
  if (placed.atMs >= chatEndMs) return 'afterChatEnd';
  return undefined;
}

export interface Growth {
  before: SegmentVerdict;
  /** The joined copy's claimed length, ms. */
  elapsedMs: number;
  /** The length that copies and beats have proven so far, ms. */
  provenElapsedMs: number;
  errorMs: number;
  receivedMs: number;
}

/**
 * The verdict after a copy that grew, or after time went by. What was admitted stays admitted; a growth that is not
 * believed is pending until a ruling, with the reason beside the code. Quarantined stays quarantined.
 */
export function admitGrowth({
  before,
  elapsedMs,
  provenElapsedMs,
  errorMs,
  receivedMs,
}: Growth): SegmentVerdict {
  if (before.code === 'quarantined') return { ...before, pendingMs: elapsedMs };
  if (elapsedMs <= before.admittedElapsedMs) return before;
  const refused = growthRefusal(
    before,
    elapsedMs,
    Math.max(before.admittedElapsedMs, provenElapsedMs),
    errorMs,
    receivedMs,
  );
  if (refused !== undefined)
    return { ...before, reason: refused, pendingMs: elapsedMs - before.admittedElapsedMs };
  return {
    startMs: before.startMs,
    flags: before.flags,
    ...upToNow(before.startMs, elapsedMs, before.admittedElapsedMs, receivedMs),
  };
}

function growthRefusal(
  before: SegmentVerdict,
  elapsedMs: number,
  provenMs: number,
  errorMs: number,
  receivedMs: number,
): QuarantineReason | undefined {
  if (isBeyondNow(before.startMs, elapsedMs, errorMs, receivedMs)) return 'endBeyondNow';
  if (elapsedMs - provenMs > GROWTH_MAX_MS) return 'grownWithoutBeats';
  return undefined;
}

/**
 * Whether the clipped part of a `clamped` segment can be admitted because the server's clock has passed its end: it was
 * within the clock's error when it came, so the device did measure it. A refused growth (with a reason) is not.
 */
export function isClipHealable(verdict: SegmentVerdict): boolean {
  return verdict.code === 'clamped' && verdict.reason === undefined && verdict.pendingMs > 0;
}

function upToNow(
  startMs: number,
  elapsedMs: number,
  admittedBeforeMs: number,
  nowMs: number,
): Pick<SegmentVerdict, 'code' | 'admittedElapsedMs' | 'pendingMs'> {
  const admittedElapsedMs = Math.max(admittedBeforeMs, Math.min(elapsedMs, Math.max(0, nowMs - startMs)));
  return {
    code: admittedElapsedMs < elapsedMs ? 'clamped' : 'admitted',
    admittedElapsedMs,
    pendingMs: elapsedMs - admittedElapsedMs,
  };
}

/** Written as a difference, because the end of a hostile claim may not be an exact number. */
function isBeyondNow(startMs: number, elapsedMs: number, errorMs: number, nowMs: number): boolean {
  return elapsedMs - driftMs(elapsedMs) > nowMs - startMs + errorMs;
}
