/** What every commit needs to know and is small: whose chat is whose, advisors, their rates, policies. */
import type { Advisor, Row } from '../../shared/rows.ts';
import { readStored, type RowStore } from '../storage/row-store.ts';
import type { StoredRow } from '../storage/row-scope.ts';
import type { RowOf, Sequenced } from './user-book.ts';

export interface ChatOwner {
  userId: string;
  advisorId: string;
}

const NO_RATES: readonly Sequenced<RowOf<'rateChange'>>[] = [];

/** Chats remembered; beyond it the oldest are looked up again. */
const KEPT_CHATS = 200_000;

export type Directory = Awaited<ReturnType<typeof openDirectory>>;

/** Reads advisors, rates, policies and pairs from storage. */
export async function openDirectory(rows: RowStore) {
  const chats = new Map<string, ChatOwner>();
  const advisors = new Map<string, Sequenced<Advisor>>();
  const rates = new Map<string, Sequenced<RowOf<'rateChange'>>[]>();
  const policies = new Map<string, Sequenced<RowOf<'policyChange'>>>();
  const usersByAdvisor = new Map<string, Set<string>>();

  function addPair(advisorId: string, userId: string): void {
    const users = usersByAdvisor.get(advisorId);
    if (users === undefined) usersByAdvisor.set(advisorId, new Set([userId]));
    else users.add(userId);
  }

  /** Enters a row that is or will be stored. */
  function enter({ seq, row }: Pick<StoredRow, 'seq' | 'row'>): void {
    if (row.type === 'chat') {
      if (chats.size >= KEPT_CHATS && !chats.has(row.id)) chats.delete(chats.keys().next().value as string);
      chats.set(row.id, { userId: row.userId, advisorId: row.advisorId });
      addPair(row.advisorId, row.userId);
    } else if (row.type === 'advisor') advisors.set(row.id, { seq, row });
    else if (row.type === 'policyChange') policies.set(row.id, { seq, row });
    else if (row.type === 'rateChange' && row.advisorId !== undefined) {
      const others = (rates.get(row.advisorId) ?? []).filter((one) => one.row.id !== row.id);
      rates.set(row.advisorId, [...others, { seq, row }]);
    }
  }

  async function reload(): Promise<void> {
    for (const map of [chats, advisors, rates, policies, usersByAdvisor]) map.clear();
    for (const type of ['advisor', 'rateChange', 'policyChange'] as const satisfies readonly Row['type'][]) {
      for (const text of await rows.ofType(type)) enter(readStored(text));
    }
    for (const { advisorId, userId } of await rows.pairs()) addPair(advisorId, userId);
  }

  await reload();
  return {
    enter,
    /** After a failed commit: forget what it entered. */
    reload,
    /** A chat that `know` was asked for, or that was entered. */
    chat: (chatId: string): ChatOwner | undefined => chats.get(chatId),
    isKnown: (chatId: string): boolean => chats.has(chatId),
    /** Puts a chat last in line to be forgotten: it is needed now. */
    keep(chatId: string): void {
      const owner = chats.get(chatId);
      if (owner === undefined) return;
      chats.delete(chatId);
      chats.set(chatId, owner);
    },
    hasPair: (advisorId: string, userId: string): boolean =>
      usersByAdvisor.get(advisorId)?.has(userId) === true,
    /** Everybody who has a chat. */
    allUserIds: (): Set<string> => new Set([...usersByAdvisor.values()].flatMap((users) => [...users])),
    usersOf: (advisorId: string): ReadonlySet<string> => usersByAdvisor.get(advisorId) ?? new Set(),
    advisor: (advisorId: string): Advisor | undefined => advisors.get(advisorId)?.row,
    ratesOf: (advisorId: string): readonly Sequenced<RowOf<'rateChange'>>[] =>
      rates.get(advisorId) ?? NO_RATES,
    policyChanges: (): Iterable<Sequenced<RowOf<'policyChange'>>> => policies.values(),
    /** Policies are only added: another number means that there is a new one. */
    policyCount: (): number => policies.size,
    /** The value in force: of the changes up to now the latest, at one instant the later in server order. */
    policy(key: RowOf<'policyChange'>['key'], nowMs: number): RowOf<'policyChange'>['value'] | undefined {
      let inForce: Sequenced<RowOf<'policyChange'>> | undefined;
      for (const change of policies.values()) {
        if (change.row.key !== key || change.row.atMs > nowMs) continue;
        if (inForce === undefined || isLater(change, inForce)) inForce = change;
      }
      return inForce?.row.value;
    },
  };
}

function isLater(a: Sequenced<{ atMs: number }>, b: Sequenced<{ atMs: number }>): boolean {
  return a.row.atMs === b.row.atMs ? a.seq > b.seq : a.row.atMs > b.row.atMs;
}
