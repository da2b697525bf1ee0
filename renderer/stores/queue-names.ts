/** Whose chat it is: "Mara Lindt, Tarot #812", for the queue's rows. */
import { useEffect, useState } from 'react';
import type { Chat, DeviceRow, User } from '../../shared/rows.ts';
import type { LocalDatabase } from '../database/local-database.ts';
import { plainMap } from '../database/plain.ts';
import { useDeskDatabase } from './desk-database.ts';

export interface ChatName {
  client: string;
  /** Topic and number. */
  about: string;
}

/** Reads in slices, so that thousands of chats freeze nothing. */
const SLICE = 500;

async function readNames(
  database: LocalDatabase,
  chatIds: readonly string[],
): Promise<Map<string, ChatName>> {
  const names = new Map<string, ChatName>();
  for (let start = 0; start < chatIds.length; start += SLICE) {
    const slice = chatIds.slice(start, start + SLICE);
    const chats = plainMap<Chat>(await database.chat.findByIds([...slice]).exec());
    const userIds = [...new Set([...chats.values()].map(({ userId }) => userId))];
    const users = plainMap<User>(await database.user.findByIds(userIds).exec());
    for (const [id, chat] of chats) {
      const about = [chat.topic, chat.number === undefined ? undefined : `#${chat.number}`];
      names.set(id, {
        client: users.get(chat.userId)?.name ?? chat.userId,
        about: about.filter((part) => part !== undefined).join(' '),
      });
    }
  }
  return names;
}

/** Names known so far; of a chat that is not here there is none. */
export function useChatNames(chatIds: readonly string[]): ReadonlyMap<string, ChatName> {
  const database = useDeskDatabase((state) => state.database);
  const [names, setNames] = useState<ReadonlyMap<string, ChatName>>(new Map());
  const missing = chatIds.filter((id) => !names.has(id)).join('\n');
  useEffect(() => {
    if (database === null || missing === '') return;
    let isStale = false;
    readNames(database, missing.split('\n')).then(
      (read) => !isStale && setNames((before) => (read.size === 0 ? before : new Map([...before, ...read]))),
      () => undefined, // Without a name a row shows the chat's id.
    );
    return () => {
      isStale = true;
    };
  }, [database, missing]);
  return names;
}

/** Chats and segments that refused rows name, for their facts file. */
export async function readNamedRows(
  database: LocalDatabase,
  chatIds: readonly string[],
  segmentIds: readonly string[],
): Promise<DeviceRow[]> {
  const [chats, segments] = await Promise.all([
    database.chat.findByIds([...chatIds]).exec(),
    database.timeSegment.findByIds([...segmentIds]).exec(),
  ]);
  return [...plainMap<Chat>(chats).values(), ...plainMap<DeviceRow>(segments).values()].map((row) => {
    const {
      seq: _seq,
      refusedCode: _refusedCode,
      endedAtMs: _endedAtMs,
      newestFirst: _newestFirst,
      ...plainRow
    } = row as DeviceRow & Record<string, unknown>;
    return plainRow as DeviceRow;
  });
}
