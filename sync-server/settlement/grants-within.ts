/** Free time that came while something is not settled yet: what ran before it had less (DOMAIN.md, "The fold" 4). */
import type { ProjectedChat } from '../../shared/rows.ts';
import type { UserBook } from '../core/user-book.ts';

/** Grants told at most; of more the earlier ones count as there from the start. */
const MAX_GRANTS = 200;

/**
 * How much of the pair's `leftMs` came only with a grant between the instant up to which every running chat is settled and
 * `nowMs`: before it a chat that ran on unseen finds that much less. What settled chats used since is never given twice.
 */
export function grantsWithin(
  book: UserBook,
  advisorId: string,
  chats: readonly ProjectedChat[],
  leftMs: number,
  nowMs: number,
): { atMs: number; ms: number }[] {
  const fromMs = Math.min(...chats.flatMap((chat) => chat.confirmedUntilMs ?? []));
  if (fromMs >= nowMs) return [];
  const met = book.fold?.user.grantsAfter(advisorId, fromMs) ?? [];
  const within: { atMs: number; ms: number }[] = [];
  let reachableMs = leftMs;
  for (const { atMs, leftBeforeMs } of met.filter((grant) => grant.atMs <= nowMs).reverse()) {
    if (leftBeforeMs >= reachableMs) continue;
    within.push({ atMs, ms: reachableMs - leftBeforeMs });
    reachableMs = leftBeforeMs;
  }
  return within.slice(0, MAX_GRANTS).reverse();
}
