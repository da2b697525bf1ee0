import { expect, test } from 'vitest';
import { ERROR_CODES } from '../../shared/errors.ts';
import type { LiveClient } from '../../shared/live.ts';
import { stateOfChat, windowTitle } from '../../renderer/words/chat-state.ts';
import { ERROR_WORDS, sentenceOf } from '../../renderer/words/errors.ts';

test('every code says what happened, what is safe and what to do, without blame or shouting', () => {
  for (const code of ERROR_CODES) {
    const { happened, safe, todo } = ERROR_WORDS[code];
    for (const sentence of [happened, safe, todo])
      expect([code, sentence]).toEqual([code, expect.stringMatching(/^[A-Z].*\.$/)]);
    expect(sentenceOf(code)).not.toContain('!');
  }
});

const running = { timer: 'running', unconfirmedMs: 0, runningElsewhere: null } as const;
const paid = { kind: 'paid', isUnconfirmed: false } as const;

test('a chat shows the state that needs the advisor most', () => {
  expect(stateOfChat(running, paid)).toBe('paid');
  expect(stateOfChat({ ...running, timer: 'paused' }, paid)).toBe('paused');
  expect(stateOfChat({ ...running, timer: 'idle' }, paid)).toBe('wait');
  expect(stateOfChat({ ...running, unconfirmedMs: 1 }, paid)).toBe('unconf');
  expect(stateOfChat({ ...running, unconfirmedMs: 1 }, { ...paid, kind: 'low' })).toBe('low');
  expect(stateOfChat({ ...running, timer: 'paused' }, { ...paid, kind: 'exhausted' })).toBe('out');
  expect(stateOfChat({ ...running, timer: 'ended' }, paid)).toBe('ended');
  expect(stateOfChat(running, paid, true)).toBe('ended');
  expect(stateOfChat(undefined, undefined)).toBe('wait');
});

test('a window is called after its countdown', () => {
  const client = { ...paid, kind: 'free', countdownMs: 72_000 } as LiveClient;
  expect(windowTitle('free', client, 'Mara Lindt')).toBe('01:12 free – Mara Lindt');
  expect(windowTitle('unconf', { ...client, isUnconfirmed: true }, 'Mara Lindt')).toBe(
    '≈ 01:12 unconfirmed – Mara Lindt',
  );
  expect(windowTitle('ended', client, 'Mara Lindt')).toBe('ended – Mara Lindt');
  // A clock that was stopped shows no rest that a single chat could still burn; a real top-up shows.
  expect(windowTitle('out', { ...client, countdownMs: 1_900 }, 'Mara Lindt')).toBe(
    '00:00 exhausted – Mara Lindt',
  );
  expect(windowTitle('out', { ...client, countdownMs: 60_000 }, 'Mara Lindt')).toBe(
    '01:00 exhausted – Mara Lindt',
  );
  expect(windowTitle('wait', undefined, 'Mara Lindt')).toBe('waiting – Mara Lindt');
});
