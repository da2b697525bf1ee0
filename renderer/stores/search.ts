/** The search index of this window's local database: kept by the desk, only read by chat windows. */
import { useEffect, useState } from 'react';
import type { LocalDatabase } from '../database/local-database.ts';
import { startIndexer } from '../search/indexer.ts';
import { openSearchIndex, type IndexedText, type SearchIndex } from '../search/search-index.ts';

/** The window works on; the index is at most so much behind, ms. */
const IDLE_LIMIT_MS = 250;

const nameOf = (database: LocalDatabase) => `search-${database.name}`;

const idle = () =>
  new Promise<void>((resolve) => requestIdleCallback(() => resolve(), { timeout: IDLE_LIMIT_MS }));

/** Builds the index while the database is open; stop it before the database is closed. */
export async function keepSearchIndex(
  database: LocalDatabase,
  onFailed: (error: unknown) => void,
): Promise<{ stop(): Promise<void> }> {
  await discardOthers(database);
  return startIndexer({ database, index: await openSearchIndex(nameOf(database)), idle, onFailed });
}

/** Indexes of earlier generations of this database. */
async function discardOthers(database: LocalDatabase): Promise<void> {
  const base = nameOf(database).replace(/-v\d+-g\d+$/u, '');
  for (const { name } of await indexedDB.databases()) {
    if (name !== undefined && name !== nameOf(database) && name.replace(/-v\d+-g\d+$/u, '') === base)
      indexedDB.deleteDatabase(name);
  }
}

export interface FoundText extends IndexedText {
  userId: string;
  clientName: string;
}

const NAMES_MAX = 8;
const MESSAGES_MAX = 12;

/**
 * What the index has for these words, at most a screenful; the last query's hits until the next ones are here, which
 * `isAnswered` says.
 */
export function useSearchHits(
  database: LocalDatabase | null,
  typed: string,
  onFailed: (error: unknown) => void,
): { hits: FoundText[]; isAnswered: boolean } {
  const [index, setIndex] = useState<SearchIndex | null>(null);
  const [answer, setAnswer] = useState<{ to: string; hits: FoundText[] }>({ to: '', hits: [] });
  useEffect(() => {
    if (database === null) return;
    let opened: SearchIndex | null = null;
    let isGone = false;
    openSearchIndex(nameOf(database)).then((one) => {
      opened = one;
      if (isGone) one.close();
      else setIndex(one);
    }, onFailed);
    return () => {
      isGone = true;
      opened?.close();
    };
    // The latest handler need not open it again.
    // eslint-disable-next-line react-hooks/exhaustive-deps
  }, [database]);
  useEffect(() => {
    if (database === null || index === null) return;
    let isGone = false;
    find(database, index, typed).then((hits) => !isGone && setAnswer({ to: typed, hits }), onFailed);
    return () => {
      isGone = true;
    };
    // eslint-disable-next-line react-hooks/exhaustive-deps
  }, [database, index, typed]);
  return { hits: typed.trim() === '' ? [] : answer.hits, isAnswered: answer.to === typed };
}

async function find(database: LocalDatabase, index: SearchIndex, typed: string): Promise<FoundText[]> {
  const texts = (
    await Promise.all([
      index.search('names', typed, { limit: NAMES_MAX, isWanted: ({ kind }) => kind === 'client' }),
      index.search('names', typed, { limit: NAMES_MAX, isWanted: ({ kind }) => kind === 'chat' }),
      index.search('names', typed, { limit: NAMES_MAX, isWanted: ({ kind }) => kind === 'note' }),
      index.search('messages', typed, { limit: MESSAGES_MAX }),
    ])
  ).flat();
  const chatIds = [...new Set(texts.flatMap(({ chatId }) => chatId ?? []))];
  const chats = await database.chat.findByIds(chatIds).exec();
  const userOf = (text: IndexedText) => text.userId ?? chats.get(text.chatId ?? '')?.userId ?? '';
  const users = await database.user.findByIds([...new Set(texts.map(userOf))]).exec();
  return texts.map((text) => {
    const userId = userOf(text);
    return { ...text, userId, clientName: users.get(userId)?.name ?? userId };
  });
}
