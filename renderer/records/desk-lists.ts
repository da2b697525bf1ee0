/**
 * The desk's three lists.
 *
 *   observeDeskChats(database, { endedSinceMs })      → Observable<DeskChat[]>   open chats and those ended since then
 *   selectDeskLists(deskChats, live)                  → { live, waiting, endedToday }   pure
 *   markChatRead(database, chatId, order)             the advisor has seen the transcript up to this message `order`
 *
 * `live`: own chats with a window, a timer here or on another device. `waiting`: other open chats, longest wait first.
 */
import { combineLatest, distinctUntilChanged, map, switchMap, type Observable } from 'rxjs';
import { compareCodeUnits } from '../../shared/code-unit-order.ts';
import type { LiveChat, LiveClient } from '../../shared/live.ts';
import type { User } from '../../shared/rows.ts';
import type { ChatDocument, LocalStateDocument, MessageDocument } from '../database/documents.ts';
import type { LocalDatabase } from '../database/local-database.ts';
import { plainList, plainMap } from '../database/plain.ts';
import { combineKeyed } from './combine-keyed.ts';
import { messageMarkOf, type MessageMark } from './message-mark.ts';
import { isSameList } from './same-list.ts';

/** How many newest messages the desk looks at in one query; older last lines are fetched chat by chat. */
const NEWEST_MESSAGES = 1000;
/** Chats ended today that the list holds at most. */
const ENDED_MAX = 200;

export interface DeskChat {
  chat: ChatDocument;
  /** Name of the client, or its id while the name is not here yet. */
  clientName: string;
  lastMessage: { text: string; from: 'user' | 'advisor'; atMs: number; mark: MessageMark } | null;
  /** The client's messages after the advisor's last answer and after what was seen here. */
  unreadCount: number;
  /** Wall clock of the client's oldest unanswered message, or of the opening; null when the advisor spoke last. */
  waitingSinceMs: number | null;
}

export interface DeskLists {
  live: DeskChat[];
  waiting: DeskChat[];
  endedToday: DeskChat[];
}

/** Observes open chats and those ended at or after `endedSinceMs`, with client name, last line and unread count. */
export function observeDeskChats(
  database: LocalDatabase,
  { endedSinceMs }: { endedSinceMs: number },
): Observable<DeskChat[]> {
  const open$ = database.chat.find({
    selector: { endedAtMs: 0 },
    sort: [{ endedAtMs: 'asc' }, { openedAtMs: 'asc' }],
  }).$;
  const ended$ = database.chat.find({
    selector: { endedAtMs: { $gte: Math.max(1, endedSinceMs) } },
    sort: [{ endedAtMs: 'desc' }, { openedAtMs: 'desc' }],
    limit: ENDED_MAX,
  }).$;
  const chats$ = combineLatest([open$, ended$]).pipe(
    map(([open, ended]) => plainList<ChatDocument>([...open, ...ended])),
  );
  const ids$: Observable<string[]> = chats$.pipe(
    map((chats) => chats.map((chat) => chat.id)),
    distinctUntilChanged(isSameList),
  );
  const userIds$: Observable<string[]> = chats$.pipe(
    map((chats) => [...new Set(chats.map((chat) => chat.userId))].sort(compareCodeUnits)),
    distinctUntilChanged(isSameList),
  );
  const names$ = userIds$.pipe(
    switchMap((ids) => database.user.findByIds(ids).$),
    map((users) => plainMap<User>(users)),
  );
  const readMarks$ = ids$.pipe(
    switchMap((ids) => database.localState.findByIds(ids.map(readMarkId)).$),
    map((marks) => plainMap<LocalStateDocument>(marks)),
  );
  return combineLatest([chats$, names$, readMarks$, observeTails(database, ids$)]).pipe(
    map(([chats, names, readMarks, tails]) =>
      chats.map((chat) => {
        const readOrder = readMarks.get(readMarkId(chat.id))?.seq ?? 0;
        return toDeskChat(
          chat,
          names.get(chat.userId)?.name ?? chat.userId,
          tails.get(chat.id) ?? [],
          readOrder,
        );
      }),
    ),
  );
}

/** The newest messages of each chat, newest first. */
function observeTails(
  database: LocalDatabase,
  ids$: Observable<string[]>,
): Observable<Map<string, MessageDocument[]>> {
  const newest$ = database.message
    .find({ sort: [{ newestFirst: 'asc' }], limit: NEWEST_MESSAGES })
    .$.pipe(map((documents) => groupByChat(plainList<MessageDocument>(documents))));
  const older$ = combineKeyed(
    combineLatest([ids$, newest$]).pipe(
      map(([ids, { tails, isComplete }]) => (isComplete ? [] : ids.filter((id) => !tails.has(id)))),
      distinctUntilChanged(isSameList),
    ),
    (chatId) =>
      database.message
        .find({ selector: { chatId }, sort: [{ chatId: 'asc' }, { newestFirst: 'asc' }], limit: 1 })
        .$.pipe(map((documents) => plainList<MessageDocument>(documents))),
  );
  return combineLatest([newest$, older$]).pipe(map(([{ tails }, older]) => new Map([...older, ...tails])));
}

function groupByChat(messages: MessageDocument[]): {
  tails: Map<string, MessageDocument[]>;
  isComplete: boolean;
} {
  const tails = new Map<string, MessageDocument[]>();
  for (const message of messages) {
    const tail = tails.get(message.chatId);
    if (tail === undefined) tails.set(message.chatId, [message]);
    else tail.push(message);
  }
  return { tails, isComplete: messages.length < NEWEST_MESSAGES };
}

/** Pure: a chat's row on the desk. `tail` newest first; `readOrder` = order up to which it was read here. */
export function toDeskChat(
  chat: ChatDocument,
  clientName: string,
  tail: readonly MessageDocument[],
  readOrder: number,
): DeskChat {
  const last = tail[0];
  const sinceAnswer: MessageDocument[] = [];
  for (const message of tail) {
    if (message.from === 'advisor') break;
    sinceAnswer.push(message);
  }
  return {
    chat,
    clientName,
    lastMessage:
      last === undefined
        ? null
        : { text: last.text, from: last.from, atMs: last.atMs, mark: messageMarkOf(last) },
    unreadCount: sinceAnswer.filter((message) => message.order > readOrder).length,
    waitingSinceMs: last?.from === 'advisor' ? null : (sinceAnswer.at(-1)?.atMs ?? chat.openedAtMs),
  };
}

/** Pure: which chat stands in which list, most urgent first (UX.md: exhausted, low, unread, waiting). */
export function selectDeskLists(
  deskChats: readonly DeskChat[],
  { chats, clients }: { chats: readonly LiveChat[]; clients: readonly LiveClient[] },
): DeskLists {
  const liveChats = new Map(chats.map((chat) => [chat.chatId, chat]));
  const clientsById = new Map(clients.map((client) => [client.userId, client]));
  const lists: DeskLists = { live: [], waiting: [], endedToday: [] };
  for (const deskChat of deskChats) {
    const live = liveChats.get(deskChat.chat.id);
    if (deskChat.chat.endedAtMs > 0 || live?.timer === 'ended') lists.endedToday.push(deskChat);
    else if (live !== undefined && isLive(live)) lists.live.push(deskChat);
    else lists.waiting.push(deskChat);
  }
  const urgency = (deskChat: DeskChat) => {
    const kind = clientsById.get(deskChat.chat.userId)?.kind;
    return kind === 'exhausted' ? 0 : kind === 'low' ? 1 : deskChat.unreadCount > 0 ? 2 : 3;
  };
  lists.live.sort((a, b) => urgency(a) - urgency(b) || a.chat.openedAtMs - b.chat.openedAtMs || byId(a, b));
  lists.waiting.sort((a, b) => waitOf(a) - waitOf(b) || byId(a, b));
  lists.endedToday.sort((a, b) => endOf(b) - endOf(a) || byId(a, b));
  return lists;
}

function isLive(live: LiveChat): boolean {
  return live.isOpen || live.timer !== 'idle' || live.runningElsewhere !== null;
}

function byId(a: DeskChat, b: DeskChat): number {
  return compareCodeUnits(a.chat.id, b.chat.id);
}

function waitOf(deskChat: DeskChat): number {
  return deskChat.waitingSinceMs ?? Number.MAX_SAFE_INTEGER;
}

function endOf(deskChat: DeskChat): number {
  return deskChat.chat.endedAtMs || Number.MAX_SAFE_INTEGER;
}

/** Remembers on this computer that the chat was read up to a message's `order`; never goes back. */
export async function markChatRead(database: LocalDatabase, chatId: string, order: number): Promise<void> {
  const id = readMarkId(chatId);
  const existing = await database.localState.insertIfNotExists({ id, seq: order });
  if (existing.seq < order)
    await existing.incrementalModify((mark) => ({ ...mark, seq: Math.max(mark.seq, order) }));
}

function readMarkId(chatId: string): string {
  return `read:${chatId}`;
}
