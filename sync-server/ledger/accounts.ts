/**
 * The accounts. A balance is credits minus debits. Every account belongs to one user, so that each user's accounts sum to
 * zero by themselves and no account is written by everybody.
 *
 * | account | commodity | its balance |
 * | --- | --- | --- |
 * | `user:USER` | credit | the posted part of the fold's `balanceUnits` |
 * | `cash:USER` | credit | − (top-ups − debits) |
 * | `refunds:USER` | credit | − refunds |
 * | `goodwill:USER` | credit | − goodwill |
 * | `chat:CHAT` | credit | the posted part of the chat's `costUnits` |
 * | `grants:USER/ADVISOR` | freeTime | − the pair's `grantedMs` |
 * | `pair:USER/ADVISOR` | freeTime | the posted part of the pair's `leftMs` |
 * | `chat:CHAT` | freeTime | the posted part of the chat's `freeMs` |
 */
export type Commodity = 'credit' | 'freeTime';
export const COMMODITIES = ['credit', 'freeTime'] as const satisfies readonly Commodity[];

export const userAccount = (userId: string): string => `user:${userId}`;
export const cashAccount = (userId: string): string => `cash:${userId}`;
export const refundsAccount = (userId: string): string => `refunds:${userId}`;
export const goodwillAccount = (userId: string): string => `goodwill:${userId}`;
export const chatAccount = (chatId: string): string => `chat:${chatId}`;
export const grantsAccount = (userId: string, advisorId: string): string =>
  `grants:${pairName(userId, advisorId)}`;
export const pairAccount = (userId: string, advisorId: string): string =>
  `pair:${pairName(userId, advisorId)}`;

/** The chat whose account it is; undefined for another kind of account. */
export function chatOfAccount(account: string): string | undefined {
  return account.startsWith('chat:') ? account.slice('chat:'.length) : undefined;
}

/** A slash inside an id is written so that two pairs never share a name. */
function pairName(userId: string, advisorId: string): string {
  return `${escape(userId)}/${escape(advisorId)}`;
}

function escape(id: string): string {
  return id.replaceAll('%', '%25').replaceAll('/', '%2F');
}
