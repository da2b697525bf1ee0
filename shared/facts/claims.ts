import { fixedFields, type Fact } from './fact-schemas.ts';
import { describe, type LineReport } from './read-line.ts';
import { isSameValue } from './same-value.ts';
import type { OrderedLine } from './server-order.ts';

/** An id, the line that claimed it, and the later copies of that line in server order. */
export interface Claim {
  first: OrderedLine;
  copies: OrderedLine[];
}

/**
 * Gives every id to its first line in server order. A later line of another type or with another value of a fixed field
 * is reported as `idConflict`, any other is a copy. `lines` must be in server order.
 * Source: DOMAIN.md "Facts files".
 */
export function claimIds(
  lines: readonly OrderedLine[],
  report: (report: LineReport) => void,
): Map<string, Claim> {
  const claims = new Map<string, Claim>();
  for (const line of lines) {
    const claim = claims.get(line.fact.id);
    if (claim === undefined) {
      claims.set(line.fact.id, { first: line, copies: [] });
      continue;
    }
    const conflict = conflictOf(claim.first.fact, line.fact);
    if (conflict === undefined) claim.copies.push(line);
    else {
      const text = `${line.fact.type} ${describe(line.fact.id)} was already defined on line ${claim.first.lineNumber} with another ${conflict}`;
      report({ lineNumber: line.lineNumber, code: 'idConflict', text });
    }
  }
  return claims;
}

/** The first field in which a later line contradicts the line that claimed its id. */
function conflictOf(first: Fact, later: Fact): string | undefined {
  if (first.type !== later.type) return 'type';
  const isTrim = first.type === 'ruling' && first.action === 'trim';
  const fields = isTrim ? [...fixedFields.ruling, 'elapsedMs'] : fixedFields[first.type];
  return fields.find((field) => !isSameValue(first[field], later[field]));
}
