import type { DecisionDocument, PolicyChangeDocument } from '../database/documents.ts';

/**
 * What happens to a running chat when another of its pair starts: the latest change with `atMs <= nowMs`, of two at one
 * instant the later in server order; 'stop' where none speaks (DOMAIN.md, "Names that must exist").
 */
export function previousChatInPairInForce(
  decisions: readonly DecisionDocument[],
  nowMs: number,
): 'stop' | 'run' {
  let latest: PolicyChangeDocument | null = null;
  for (const change of decisions) {
    if (change.type !== 'policyChange') continue;
    if (change.key !== 'previousChatInPair' || change.atMs > nowMs) continue;
    if (
      latest === null ||
      change.atMs > latest.atMs ||
      (change.atMs === latest.atMs && change.seq > latest.seq)
    )
      latest = change;
  }
  return latest?.value === 'run' ? 'run' : 'stop';
}
