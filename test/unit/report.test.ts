import { expect, test } from 'vitest';
import { reportText, type ReportFacts } from '../../electron/log/report.ts';
import type { LiveChat, LiveSnapshot } from '../../shared/live.ts';

const chat = (chatId: string, timer: LiveChat['timer'], unconfirmedMs = 0): LiveChat => ({
  ...{ chatId, userId: `user-of-${chatId}`, timer, runningElsewhere: null, isOpen: timer === 'running' },
  ...{
    trackedMs: 5,
    unconfirmedMs,
    undoEndUntilMs: null,
    stoppedBy: null,
    mayResume: null,
    funding: 'funded',
  },
});
const live: LiveSnapshot = {
  serverNowMs: 1_800_000_000_000,
  isClockAnchored: true,
  connection: { phase: 'offline', sinceMs: 1 },
  outbox: { waiting: 12, refused: 1 },
  chats: [chat('mara-1', 'running'), chat('mara-2', 'running'), chat('jonas-1', 'paused', 7)],
  clients: [],
};
const facts: ReportFacts = {
  atMs: 1_800_000_000_000,
  versions: { chatclock: '0.2.0', electron: '33.2.1' },
  system: { platform: 'linux', release: '6', arch: 'x64', locale: 'en', memoryMb: 8192 },
  member: { role: 'advisor', isPractice: false, needsSignIn: false },
  live,
  refused: { messageTooLong: 1 },
  secrets: 'plain',
  preferences: { theme: 'dark' },
  logLines: ['2027-01-15T08:00:00.000Z desk reloaded: silent'],
};

test('a report counts and names codes, but no chat, no client and nobody', () => {
  const text = reportText(facts);
  expect(text).toContain('outbox: 12 waiting, 1 refused');
  expect(text).toContain('refused messageTooLong: 1');
  expect(text).toContain('2 × running, window open');
  expect(text).toContain('1 × paused, unconfirmed');
  expect(text).toContain('theme: "dark"');
  expect(text).toContain('desk reloaded: silent');
  expect(text).not.toMatch(/mara|jonas|user-of/);
});

test('a report can be made while nobody is signed in', () => {
  const text = reportText({ ...facts, member: null, live: null, refused: {}, logLines: [] });
  expect(text).toContain('nobody is signed in');
  expect(text).toContain('## Log\nempty');
});
