import type { Claim } from './claims.ts';
import type { Fact, FactType } from './fact-schemas.ts';
import { describe, type LineReport } from './read-line.ts';

type Named = readonly [id: string | undefined, ...types: FactType[]];

/** What a line names: an id and the types it may have. `deviceId` and `byId` name nothing that a file defines. */
function namedBy(fact: Fact): Named[] {
  switch (fact.type) {
    case 'chat':
    case 'freeTimeGrant':
      return [
        [fact.userId, 'user'],
        [fact.advisorId, 'advisor'],
      ];
    case 'chatEnd':
    case 'timeSegment':
    case 'stopMark':
      return [[fact.chatId, 'chat']];
    case 'rateChange':
      return [
        [fact.chatId, 'chat'],
        [fact.advisorId, 'advisor'],
      ];
    case 'topUp':
    case 'refund':
    case 'debit':
    case 'goodwill':
      return [
        [fact.userId, 'user'],
        [fact.chatId, 'chat'],
      ];
    case 'trimMark':
    case 'segmentAdmission':
      return [[fact.segmentId, 'timeSegment']];
    case 'ruling':
      return [[fact.targetId, 'timeSegment']];
    case 'markAdmission':
      return [[fact.markId, 'stopMark', 'chatEnd', 'trimMark']];
    default:
      return [];
  }
}

// What a type names lies in an earlier rank, so one pass in this order settles chains of any length.
const RANKS: readonly (readonly FactType[])[] = [
  ['chat'],
  [
    'chatEnd',
    'rateChange',
    'freeTimeGrant',
    'topUp',
    'refund',
    'debit',
    'goodwill',
    'timeSegment',
    'stopMark',
  ],
  ['trimMark', 'segmentAdmission', 'ruling'],
  ['markAdmission'],
];

/**
 * The claims whose line names only what is defined and not left out itself; all lines of the others are reported as
 * `unknownReference`. A copy that names something unknown of its own (an optional `chatId`) is left out alone.
 * Source: DOMAIN.md "Facts files".
 */
export function withKnownReferences(
  claims: ReadonlyMap<string, Claim>,
  report: (report: LineReport) => void,
): Claim[] {
  const leftOut = new Set<Claim>();
  const isKnown = ([id, ...types]: Named): boolean => {
    if (id === undefined) return true;
    const named = claims.get(id);
    return named !== undefined && types.includes(named.first.fact.type) && !leftOut.has(named);
  };
  const reportLine = (line: Claim['first'], why: string): void =>
    report({
      lineNumber: line.lineNumber,
      code: 'unknownReference',
      text: `${line.fact.type} ${describe(line.fact.id)} ${why}`,
    });
  const check = (claim: Claim): void => {
    const why = unknownOf(claim.first.fact, isKnown) ?? foreignTrim(claim.first.fact, claims);
    if (why !== undefined) {
      leftOut.add(claim);
      for (const line of [claim.first, ...claim.copies]) reportLine(line, why);
      return;
    }
    claim.copies.forEach((copy) => {
      const whyCopy = unknownOf(copy.fact, isKnown);
      if (whyCopy !== undefined) reportLine(copy, whyCopy);
    });
  };
  const ranked: Claim[][] = RANKS.map(() => []);
  for (const claim of claims.values())
    ranked[RANKS.findIndex((types) => types.includes(claim.first.fact.type))]?.push(claim);
  ranked.flat().forEach(check);
  return [...claims.values()].filter((claim) => !leftOut.has(claim));
}

function unknownOf(fact: Fact, isKnown: (named: Named) => boolean): string | undefined {
  const unknown = namedBy(fact).find((named) => !isKnown(named));
  return (
    unknown &&
    `names the ${unknown.slice(1).join(' or ')} ${describe(unknown[0])}, which is not defined or was left out`
  );
}

/** A trim counts only from the device that ran the segment. */
function foreignTrim(fact: Fact, claims: ReadonlyMap<string, Claim>): string | undefined {
  if (fact.type !== 'trimMark') return undefined;
  const segment = claims.get(fact.segmentId)?.first.fact;
  if (segment?.type === 'timeSegment' && segment.deviceId === fact.deviceId) return undefined;
  return `is of another device than the segment ${describe(fact.segmentId)}`;
}
