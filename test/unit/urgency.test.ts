import { expect, test } from 'vitest';
import type { LiveChat, LiveClient } from '../../shared/live.ts';
import { selectDeskLists, type DeskChat } from '../../renderer/records/desk-lists.ts';
import { nextThatNeedsMe } from '../../renderer/words/urgency.ts';

function deskChat(id: string, change: Partial<DeskChat> = {}): DeskChat {
  const chat = {
    type: 'chat',
    id,
    userId: `user-${id}`,
    advisorId: 'lea',
    openedAtMs: 1,
    seq: 1,
    endedAtMs: 0,
    newestFirst: 1,
  } as const;
  return { chat, clientName: id, lastMessage: null, unreadCount: 0, waitingSinceMs: null, ...change };
}

const live = (id: string) =>
  ({ chatId: id, timer: 'running', isOpen: true, runningElsewhere: null }) as LiveChat;
const client = (id: string, kind: LiveClient['kind']) => ({ userId: `user-${id}`, kind }) as LiveClient;

test('exhausted comes before low, low before unread, unread before the rest; the longest wait first', () => {
  const all = [
    deskChat('calm'),
    deskChat('unread', { unreadCount: 1 }),
    deskChat('low'),
    deskChat('out'),
    deskChat('short', { waitingSinceMs: 20 }),
    deskChat('long', { waitingSinceMs: 10 }),
  ];
  const lists = selectDeskLists(all, {
    chats: ['calm', 'unread', 'low', 'out'].map(live),
    clients: [
      client('calm', 'paid'),
      client('unread', 'free'),
      client('low', 'low'),
      client('out', 'exhausted'),
    ],
  });
  expect(lists.live.map((one) => one.chat.id)).toEqual(['out', 'low', 'unread', 'calm']);
  expect(lists.waiting.map((one) => one.chat.id)).toEqual(['long', 'short']);

  const urgent = new Set(['user-out', 'user-low']);
  const walk: (string | null)[] = [null];
  for (let step = 0; step < 6; step += 1) walk.push(nextThatNeedsMe(lists, urgent, walk.at(-1)!));
  expect(walk.slice(1)).toEqual(['out', 'low', 'unread', 'long', 'short', 'out']);
});

test('nobody needs anything', () => {
  expect(
    nextThatNeedsMe({ live: [deskChat('calm')], waiting: [], endedToday: [] }, new Set(), null),
  ).toBeNull();
});
