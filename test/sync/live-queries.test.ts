/** What windows see of the local database while it changes: two windows of one profile share one disk. */
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Observable, Subscription } from 'rxjs';
import { toDocument, type RowDocument } from '../../renderer/database/documents.ts';
import { openDatabase, type LocalDatabase } from '../../renderer/database/local-database.ts';
import { writeJoined } from '../../renderer/database/write-joined.ts';
import { observeClientPanel, type ClientPanel } from '../../renderer/records/client-panel.ts';
import { markChatRead, observeDeskChats, type DeskChat } from '../../renderer/records/desk-lists.ts';
import { observeSupervisorList, type SupervisedAdvisor } from '../../renderer/records/supervisor-list.ts';
import { observeTranscript, showWritten, type TranscriptMessage } from '../../renderer/records/transcript.ts';
import { applyDocuments } from '../../renderer/replication/apply-documents.ts';
import { createDisk, loadFreshRxdb } from '../support/fresh-rxdb.ts';
import { memoryGenerations } from '../support/memory-generations.ts';
import { sampleRow } from '../support/sample-rows.ts';

let desk: LocalDatabase;
let chatWindow: LocalDatabase;
let subscriptions: Subscription[];
let names = 0;

beforeEach(async () => {
  const disk = createDisk();
  const generations = memoryGenerations();
  const name = `windows-${names++}`;
  const open = async () => {
    const rxdb = loadFreshRxdb();
    const storage = rxdb.storageOn(disk);
    return (await openDatabase(name, { mayRebuild: false, generations, storage, create: rxdb.create }))
      .database;
  };
  subscriptions = [];
  desk = await open();
  chatWindow = await open();
});
afterEach(async () => {
  for (const subscription of subscriptions) subscription.unsubscribe();
  await chatWindow.close();
  await desk.close();
});

/** Collects what an observable emits and waits for a picture of it. */
function watch<T>(observable: Observable<T>) {
  let latest: T | undefined;
  subscriptions.push(observable.subscribe((value) => (latest = value)));
  return async (what: string, isThere: (value: T) => boolean): Promise<T> => {
    const startedAt = performance.now();
    while (latest === undefined || !isThere(latest)) {
      if (performance.now() - startedAt > 5000) throw new Error(`never: ${what} ${JSON.stringify(latest)}`);
      await new Promise((resolve) => setImmediate(resolve));
    }
    return latest;
  };
}

const apply = (...documents: RowDocument[]) => applyDocuments(desk, documents, () => Promise.resolve());
const chat = (id: string, seq: number, userId = 'user-1') =>
  toDocument(sampleRow('chat', { id, userId, openedAtMs: seq }), seq);
const line = (id: string, chatId: string, seq: number, from: 'user' | 'advisor' = 'user') =>
  toDocument(sampleRow('message', { id, chatId, from, atMs: seq, text: id }), seq);

test('the desk shows open chats and those ended since, with name, last line and unread count, as they change', async () => {
  const see = watch<DeskChat[]>(observeDeskChats(desk, { endedSinceMs: 1000 }));
  await see('empty', (chats) => chats.length === 0);
  await apply(chat('a', 1), chat('b', 2, 'user-2'), line('hello', 'a', 3));
  const [a, b] = await see('both', (chats) => chats.length === 2 && chats[0]!.lastMessage !== null);
  expect(a).toMatchObject({ clientName: 'user-1', unreadCount: 1, lastMessage: { text: 'hello' } });
  expect(b).toMatchObject({ lastMessage: null, unreadCount: 0 });
  await apply(toDocument(sampleRow('user', { id: 'user-1', name: 'Mara' }), 4));
  await see('the name', ([first]) => first!.clientName === 'Mara');
  await markChatRead(chatWindow, 'a', 3);
  await see('it was read in the other window', ([first]) => first!.unreadCount === 0);
  await markChatRead(desk, 'a', 2);
  await apply(line('again', 'a', 5));
  await see('one new', ([first]) => first!.unreadCount === 1 && first!.lastMessage?.text === 'again');
  await apply(
    toDocument(sampleRow('chatEnd', { chatId: 'a', atMs: 5000 }), 6),
    toDocument(sampleRow('chatEnd', { id: 'e', chatId: 'b', atMs: 500 }), 7),
  );
  const ended = await see('one ended today, one before', (chats) => chats.length === 1);
  expect(ended[0]!.chat).toMatchObject({ id: 'a', endedAtMs: 5000 });
});

test('a last line older than the newest thousand messages is found all the same', async () => {
  await apply(chat('old', 1), line('the last word', 'old', 2), chat('busy', 3));
  await apply(...Array.from({ length: 1100 }, (_, n) => line(`m${n}`, 'busy', n + 10)));
  const see = watch<DeskChat[]>(observeDeskChats(desk, { endedSinceMs: 0 }));
  const chats = await see(
    'both last lines',
    (list) => list.length === 2 && list.every((entry) => entry.lastMessage !== null),
  );
  expect(chats.map((entry) => entry.lastMessage!.text)).toEqual(['the last word', 'm1099']);
});

test('a message written in a chat window is in both windows at once and moves to its place when the server orders it', async () => {
  await apply(chat('a', 1), line('first', 'a', 2));
  const seeHere = watch<TranscriptMessage[]>(observeTranscript(chatWindow, 'a'));
  const seeDesk = watch<TranscriptMessage[]>(observeTranscript(desk, 'a'));
  const mine = sampleRow('message', { id: 'mine', chatId: 'a', text: 'mine' });
  await showWritten(chatWindow, mine);
  await seeHere('saved', (lines) => lines.at(-1)?.id === 'mine' && lines.at(-1)?.mark === 'saved');
  await seeDesk('saved there too', (lines) => lines.at(-1)?.id === 'mine');
  await apply(line('theirs', 'a', 3), toDocument(mine, 4));
  const lines = await seeHere(
    'at the server',
    (all) => all.length === 3 && all.every(({ mark }) => mark === 'atServer'),
  );
  expect(lines.map(({ id }) => id)).toEqual(['first', 'theirs', 'mine']);
});

test('client panel and supervisor list follow chats, ends and totals', async () => {
  const seeClient = watch<ClientPanel>(observeClientPanel(desk, 'user-1'));
  const seeList = watch<SupervisedAdvisor[]>(observeSupervisorList(desk));
  await apply(chat('a', 1), chat('b', 2), toDocument(sampleRow('advisor'), 3));
  await seeClient('two open', ({ openChats }) => openChats.length === 2);
  const totals = toDocument(sampleRow('recordTotals', { id: 'a' }), 5);
  await apply(toDocument(sampleRow('chatEnd', { chatId: 'a', atMs: 5000 }), 4), totals);
  const panel = await seeClient(
    'one session with totals',
    ({ lastSessions }) => (lastSessions[0]?.totals ?? null) !== null,
  );
  expect(panel.openChats.map(({ id }) => id)).toEqual(['b']);
  const [lea] = await seeList('sums', ([advisor]) => advisor?.trackedMs === 60_000 && advisor.name === 'Lea');
  expect(lea!.chats.map((entry) => entry.chat.id)).toEqual(['b', 'a']);
});

test('two windows that write copies of one segment at once end with their join', async () => {
  const copy = (elapsedMs: number) => toDocument(sampleRow('timeSegment', { elapsedMs }), 0);
  await Promise.all(
    Array.from({ length: 20 }, (_, n) => writeJoined(n % 2 === 0 ? desk : chatWindow, [copy(n * 100)])),
  );
  const stored = await desk.timeSegment.findOne('segment-1').exec();
  expect(stored!.elapsedMs).toBe(1900);
});

test.each([
  [
    'open chats',
    () => desk.chat.find({ selector: { endedAtMs: 0 }, sort: [{ endedAtMs: 'asc' }, { openedAtMs: 'asc' }] }),
    'endedAtMs',
  ],
  [
    'a client’s chats',
    () => desk.chat.find({ selector: { userId: 'u' }, sort: [{ userId: 'asc' }, { newestFirst: 'asc' }] }),
    'userId',
  ],
  ['newest messages', () => desk.message.find({ sort: [{ newestFirst: 'asc' }], limit: 9 }), 'newestFirst'],
  [
    'a transcript',
    () => desk.message.find({ selector: { chatId: 'a' }, sort: [{ chatId: 'asc' }, { newestFirst: 'asc' }] }),
    'chatId',
  ],
  [
    'segments of a chat',
    () => desk.timeSegment.find({ selector: { chatId: 'a' }, sort: [{ chatId: 'asc' }] }),
    'chatId',
  ],
])('%s are found by an index, not by a walk through everything', (_what, query, field) => {
  const { queryPlan } = query().getPreparedQuery();
  expect(queryPlan.index).toContain(field);
  expect(queryPlan.sortSatisfiedByIndex).toBe(true);
});
