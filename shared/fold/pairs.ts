import { compareCodeUnits } from '../code-unit-order.ts';
import type { FoldChat, FoldFreeTimeGrant } from './fold-input.ts';

/** One user with one advisor: their chats, sorted by id, and their grants. */
export interface Pair {
  userId: string;
  advisorId: string;
  chats: FoldChat[];
  grants: FoldFreeTimeGrant[];
}

/** All pairs that have a chat or a grant, sorted by user, then advisor. Source: DOMAIN.md "Facts files". */
export function pairsOf(chats: readonly FoldChat[], grants: readonly FoldFreeTimeGrant[]): Pair[] {
  // Nested maps, because any separator may occur inside an id.
  const byUser = new Map<string, Map<string, Pair>>();
  const pairs: Pair[] = [];
  const pairFor = ({ userId, advisorId }: { userId: string; advisorId: string }): Pair => {
    const byAdvisor = byUser.get(userId) ?? new Map<string, Pair>();
    byUser.set(userId, byAdvisor);
    let pair = byAdvisor.get(advisorId);
    if (pair === undefined) {
      pair = { userId, advisorId, chats: [], grants: [] };
      byAdvisor.set(advisorId, pair);
      pairs.push(pair);
    }
    return pair;
  };
  for (const chat of chats) pairFor(chat).chats.push(chat);
  for (const grant of grants) pairFor(grant).grants.push(grant);
  for (const pair of pairs) pair.chats.sort((a, b) => compareCodeUnits(a.id, b.id));
  return pairs.sort(
    (a, b) => compareCodeUnits(a.userId, b.userId) || compareCodeUnits(a.advisorId, b.advisorId),
  );
}
