import { describe, expect, test } from 'vitest';
import { toDocument, type ChatDocument, type MessageDocument } from '../../renderer/database/documents.ts';
import { selectSessions } from '../../renderer/records/client-panel.ts';
import { selectDeskLists, toDeskChat, type DeskChat } from '../../renderer/records/desk-lists.ts';
import { selectSupervisorList } from '../../renderer/records/supervisor-list.ts';
import { selectTranscript } from '../../renderer/records/transcript.ts';
import type { LiveChat, LiveClient } from '../../shared/live.ts';
import { sampleRow } from '../support/sample-rows.ts';

const chat = (id: string, change: Partial<ChatDocument> = {}): ChatDocument => ({
  ...(toDocument(sampleRow('chat', { id }), 1) as ChatDocument),
  ...change,
});
const line = (id: string, from: 'user' | 'advisor', seq: number, atMs = seq): MessageDocument =>
  toDocument(sampleRow('message', { id, from, atMs, text: id }), seq) as MessageDocument;
const deskChat = (id: string, change: Partial<ChatDocument> = {}, tail: MessageDocument[] = []): DeskChat =>
  toDeskChat(chat(id, change), id, tail, 0);
const live = (chatId: string, change: Partial<LiveChat> = {}) =>
  ({ chatId, timer: 'idle', isOpen: false, runningElsewhere: null, ...change }) as LiveChat;
const ids = (list: DeskChat[]) => list.map((entry) => entry.chat.id);

describe('a chat on the desk', () => {
  test('unread is what the client wrote after the last answer and after what was seen here', () => {
    const tail = [line('d', 'user', 4), line('c', 'user', 3), line('b', 'advisor', 2), line('a', 'user', 1)];
    expect(toDeskChat(chat('x'), 'Mara', tail, 0)).toMatchObject({ unreadCount: 2, waitingSinceMs: 3 });
    expect(toDeskChat(chat('x'), 'Mara', tail, 3)).toMatchObject({ unreadCount: 1, waitingSinceMs: 3 });
    expect(toDeskChat(chat('x'), 'Mara', [line('e', 'advisor', 0, 9), ...tail], 0)).toMatchObject({
      unreadCount: 0,
      waitingSinceMs: null,
      lastMessage: { text: 'e', mark: 'saved' },
    });
  });

  test('a chat without a word waits since it was opened', () => {
    expect(toDeskChat(chat('x', { openedAtMs: 77 }), 'Mara', [], 0)).toMatchObject({
      waitingSinceMs: 77,
      lastMessage: null,
    });
  });
});

describe('the desk’s lists', () => {
  test('live: a window, a timer here or on another device; waiting: other open chats; the rest has ended', () => {
    const all = ['window', 'paused', 'elsewhere', 'waits', 'ended', 'ending', 'gone'].map((id) =>
      deskChat(id, { endedAtMs: id === 'gone' ? 5 : 0 }),
    );
    const chats = [
      live('window', { isOpen: true }),
      live('paused', { timer: 'paused' }),
      live('elsewhere', { runningElsewhere: { deviceId: 'b', deviceName: 'B', sinceMs: 1 } }),
      live('waits'),
      live('ended', { timer: 'ended', isOpen: true }),
      live('ending', { timer: 'ending' }),
    ];
    const lists = selectDeskLists(all, { chats, clients: [] });
    expect(ids(lists.live).sort()).toEqual(['elsewhere', 'ending', 'paused', 'window']);
    expect(ids(lists.waiting)).toEqual(['waits']);
    expect(ids(lists.endedToday).sort()).toEqual(['ended', 'gone']);
  });

  test('the most urgent stands first: exhausted, low, unread, then the older; who waits longest waits first', () => {
    const all = [
      deskChat('old', { userId: 'u1', openedAtMs: 1 }),
      deskChat('unread', { userId: 'u2' }, [line('m', 'user', 1)]),
      deskChat('low', { userId: 'u3' }),
      deskChat('zero', { userId: 'u4' }),
      deskChat('w1', { openedAtMs: 9 }),
      deskChat('w2', { openedAtMs: 8 }),
    ];
    const chats = ['old', 'unread', 'low', 'zero'].map((id) => live(id, { isOpen: true }));
    const clients = [
      { userId: 'u3', kind: 'low' },
      { userId: 'u4', kind: 'exhausted' },
    ] as LiveClient[];
    const lists = selectDeskLists(all, { chats, clients });
    expect(ids(lists.live)).toEqual(['zero', 'low', 'unread', 'old']);
    expect(ids(lists.waiting)).toEqual(['w2', 'w1']);
  });
});

describe('a transcript', () => {
  test('stands in server order, what only this computer has comes last, and each line says where it is', () => {
    const refused = { ...line('d', 'advisor', 0, 3), refusedCode: 'notYourChat' };
    const lines = selectTranscript([
      line('b', 'user', 8, 1),
      refused,
      line('c', 'advisor', 0, 2),
      line('a', 'user', 5, 9),
    ]);
    expect(lines.map(({ id, mark, refusedCode }) => [id, mark, refusedCode])).toEqual([
      ['a', 'atServer', null],
      ['b', 'atServer', null],
      ['c', 'saved', null],
      ['d', 'refused', 'notYourChat'],
    ]);
  });
});

describe('a client and a supervisor see', () => {
  test('the last three sessions with their totals, the newest end first', () => {
    const chats = [1, 2, 3, 4].map((n) => chat(`c${n}`, { endedAtMs: n * 10 }));
    const totals = new Map([['c4', sampleRow('recordTotals', { id: 'c4' })]]);
    const { openChats, lastSessions } = selectSessions([...chats, chat('open')], totals);
    expect(openChats.map(({ id }) => id)).toEqual(['open']);
    expect(lastSessions.map((session) => [session.chat.id, session.totals?.trackedMs])).toEqual([
      ['c4', 60_000],
      ['c3', undefined],
      ['c2', undefined],
    ]);
  });

  test('every advisor, also without a chat, with chats and sums', () => {
    const advisors = [
      sampleRow('advisor', { id: 'b', name: 'Ben' }),
      sampleRow('advisor', { id: 'a', name: 'Lea' }),
    ];
    const chats = [
      chat('c1', { advisorId: 'a', openedAtMs: 1 }),
      chat('c2', { advisorId: 'a', openedAtMs: 2 }),
    ];
    const totals = new Map(['c1', 'c2'].map((id) => [id, sampleRow('recordTotals', { id })]));
    const list = selectSupervisorList(advisors, chats, totals, new Map());
    expect(
      list.map(({ name, trackedMs, chats: rows }) => [name, trackedMs, rows.map((row) => row.chat.id)]),
    ).toEqual([
      ['Ben', 0, []],
      ['Lea', 120_000, ['c2', 'c1']],
    ]);
  });
});
