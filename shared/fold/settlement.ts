/** Raised whenever the fold may give another figure for the same facts; travels with every result. */
export const FOLD_VERSION = 1;

/** What `settle` prints: all lists sorted by id, pairs by user and then advisor. Source: DOMAIN.md "Facts files". */
export interface Settlement {
  chats: ChatSettlement[];
  pairs: PairSettlement[];
  users: UserSettlement[];
}

/** `trackedMs = freeMs + paidMs`; `billedMs >= paidMs` by the billing increment; 60,000 units are 1 minor credit. */
export interface ChatSettlement {
  chatId: string;
  trackedMs: number;
  freeMs: number;
  paidMs: number;
  billedMs: number;
  costUnits: number;
  chargeMinor: number;
}

/** `usedMs + leftMs = grantedMs`; grants that lie in the future are granted, too. */
export interface PairSettlement {
  userId: string;
  advisorId: string;
  grantedMs: number;
  usedMs: number;
  leftMs: number;
}

/** `creditedMinor` (top-ups + refunds - debits) and `balanceUnits` are signed. */
export interface UserSettlement {
  userId: string;
  creditedMinor: number;
  goodwillUnits: number;
  costUnits: number;
  chargedMinor: number;
  balanceUnits: number;
}
