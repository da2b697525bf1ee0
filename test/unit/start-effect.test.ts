import { expect, test } from 'vitest';
import { hasStartEffect, startEffectWords } from '../../renderer/stores/start-effect.ts';
import type { LiveChat, LiveClient } from '../../shared/live.ts';

const chat = { id: 'c2', userId: 'mara' };
type Parts = { client?: Partial<LiveClient>; own?: Partial<LiveChat> };
const live = ({ client = {}, own }: Parts) => ({
  clients: [
    {
      userId: 'mara',
      runningChats: 1,
      totalLeftMs: 942_000,
      whatIf: [
        { chats: 1, totalLeftMs: 942_000 },
        { chats: 2, totalLeftMs: 471_000 },
      ],
      ...client,
    } as LiveClient,
  ],
  chats:
    own === undefined ? [] : [{ chatId: 'c2', timer: 'idle', runningElsewhere: null, ...own } as LiveChat],
});

test('a second chat at once halves what is left: asked', () => {
  expect(hasStartEffect(live({}), chat, 'run')).toBe(true);
});

test.each<[string, Parts, 'stop' | 'run']>([
  ['the chat before it stops by the policy', {}, 'stop'],
  ['nothing of the client runs', { client: { runningChats: 0 } }, 'run'],
  ['nothing ever ends', { client: { totalLeftMs: null, whatIf: [{ chats: 2, totalLeftMs: null }] } }, 'run'],
  ['it runs here already', { own: { timer: 'running' } }, 'run'],
  [
    'it runs on another device already',
    { own: { runningElsewhere: { deviceId: 'd', deviceName: 'Laptop', sinceMs: 0 } } },
    'run',
  ],
  ['it shortens nothing', { client: { whatIf: [{ chats: 2, totalLeftMs: 942_000 }] } }, 'run'],
])('not asked: %s', (_why, parts, policy) => {
  expect(hasStartEffect(live(parts), chat, policy)).toBe(false);
});

test('not asked: the client is not known yet', () => {
  expect(hasStartEffect({ chats: [], clients: [] }, chat, 'run')).toBe(false);
});

const words = (parts: Parts['client'], policy: 'stop' | 'run' = 'run', runsHere = true) =>
  startEffectWords(live({ client: parts ?? {} }).clients[0], { runsHere, policy });

test('what one more chat would do is said before it starts', () => {
  expect(words({})).toBe('15:42 → 07:51 at 2 chats');
  expect(words({ runningChats: 0 })).toBe('15:42 left');
  expect(words({}, 'stop')).toBe('Stops their chat that runs');
  // Another advisor's chat is not stopped by ours.
  expect(words({}, 'stop', false)).toBe('15:42 → 07:51 at 2 chats');
  expect(words({ kind: 'exhausted' })).toBe('No credits: the clock will not start');
  expect(words({ totalLeftMs: null })).toBe('');
  expect(startEffectWords(undefined, { runsHere: false, policy: 'run' })).toBe('');
});
