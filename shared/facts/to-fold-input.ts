import { emptyFoldInput, type FoldInput } from '../fold/fold-input.ts';
import { joinSegments } from '../segment-join.ts';
import type { Claim } from './claims.ts';
import type { Fact, FactType } from './fact-schemas.ts';

type FactOf<T extends FactType> = Extract<Fact, { type: T }>;

/**
 * Turns accepted claims into what the fold reads: copies joined, of a segmentAdmission's the largest admitted length,
 * of others the first; rulings with the claimed length of the copies up to them. Source: DOMAIN.md "Facts files".
 */
export function toFoldInput(claims: readonly Claim[]): FoldInput {
  const input = emptyFoldInput();
  const ruled: { fact: FactOf<'ruling'>; order: number }[] = [];
  const segments = new Map<string, Claim>();
  for (const claim of claims) {
    const { fact, order } = claim.first;
    const { id } = fact;
    switch (fact.type) {
      case 'user':
        input.users.push({ id, order });
        break;
      case 'chat':
        input.chats.push({
          id,
          order,
          userId: fact.userId,
          advisorId: fact.advisorId,
          openedAtMs: fact.openedAtMs,
        });
        break;
      case 'chatEnd':
        input.chatEnds.push({ id, order, chatId: fact.chatId, atMs: fact.atMs });
        break;
      case 'stopMark':
        input.stopMarks.push({ id, order, chatId: fact.chatId, atMs: fact.atMs });
        break;
      case 'markAdmission':
        input.markAdmissions.push({ id, order, markId: fact.markId, code: fact.code, atMs: fact.atMs });
        break;
      case 'rateChange': {
        const { chatId, advisorId, ratePerMinuteMinor, atMs } = fact;
        input.rateChanges.push({ id, order, chatId, advisorId, ratePerMinuteMinor, atMs });
        break;
      }
      case 'freeTimeGrant':
        input.freeTimeGrants.push({
          id,
          order,
          userId: fact.userId,
          advisorId: fact.advisorId,
          ms: fact.ms,
          atMs: fact.atMs,
        });
        break;
      case 'topUp':
      case 'refund':
      case 'debit':
        input.creditFacts.push({
          id,
          order,
          type: fact.type,
          userId: fact.userId,
          amountMinor: fact.amountMinor,
        });
        break;
      case 'goodwill':
        input.goodwills.push({ id, order, userId: fact.userId, units: fact.units });
        break;
      case 'policyChange':
        input.policyChanges.push({ id, order, key: fact.key, value: fact.value, atMs: fact.atMs });
        break;
      case 'timeSegment':
        segments.set(id, claim);
        input.segments.push(joinedSegment(claim, fact));
        break;
      case 'trimMark':
        input.trimMarks.push({ id, order, segmentId: fact.segmentId, elapsedMs: fact.elapsedMs });
        break;
      case 'segmentAdmission': {
        const admittedElapsedMs = largest(claim, (copy) => (copy as typeof fact).admittedElapsedMs);
        input.segmentAdmissions.push({
          id,
          order,
          segmentId: fact.segmentId,
          code: fact.code,
          startMs: fact.startMs,
          admittedElapsedMs,
        });
        break;
      }
      case 'ruling':
        ruled.push({ fact, order });
        break;
      default:
        break;
    }
  }
  const claimedUpTo = createClaimedUpTo(segments);
  for (const { fact, order } of ruled) {
    const { id, targetId, action } = fact;
    const elapsedMs = action === 'trim' ? (fact['elapsedMs'] as number) : undefined;
    input.rulings.push({
      id,
      order,
      targetId,
      action,
      elapsedMs,
      claimedElapsedMs: claimedUpTo(targetId, order),
    });
  }
  return input;
}

function joinedSegment({ first, copies }: Claim, fact: FactOf<'timeSegment'>): FoldInput['segments'][number] {
  let grown: { elapsedMs: number; closed: boolean } = { elapsedMs: fact.elapsedMs, closed: fact.closed };
  for (const copy of copies) grown = joinSegments(grown, copy.fact as typeof fact);
  return {
    id: fact.id,
    order: first.order,
    chatId: fact.chatId,
    startedAtMs: fact.startedAtMs,
    elapsedMs: grown.elapsedMs,
    source: fact.source ?? 'timer',
    funding: fact.funding ?? 'funded',
  };
}

function largest({ first, copies }: Claim, lengthOf: (fact: Fact) => number): number {
  return copies.reduce((max, copy) => Math.max(max, lengthOf(copy.fact)), lengthOf(first.fact));
}

/** The claimed length of a segment's copies whose server order is at most `order`; 0 when all came later. */
function createClaimedUpTo(
  segments: ReadonlyMap<string, Claim>,
): (segmentId: string, order: number) => number {
  // Running maxima are kept per ruled segment, because a segment may have many copies and many rulings.
  const growths = new Map<string, { order: number; elapsedMs: number }[]>();
  return (segmentId, order) => {
    let growth = growths.get(segmentId);
    if (growth === undefined) {
      const claim = segments.get(segmentId) as Claim;
      let elapsedMs = 0;
      growth = [claim.first, ...claim.copies].map((line) => {
        elapsedMs = Math.max(elapsedMs, (line.fact as FactOf<'timeSegment'>).elapsedMs);
        return { order: line.order, elapsedMs };
      });
      growths.set(segmentId, growth);
    }
    let low = 0;
    let high = growth.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((growth[middle] as { order: number }).order <= order) low = middle + 1;
      else high = middle;
    }
    return growth[low - 1]?.elapsedMs ?? 0;
  };
}
