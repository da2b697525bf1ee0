import { expect, test } from 'vitest';
import { countedStretches, timeAtDeskMs } from '../../renderer/records/time-at-desk.ts';

const admitted = (segmentId: string, chatId: string, startMs: number, admittedElapsedMs: number) => ({
  type: 'segmentAdmission' as const,
  id: `admission:${segmentId}`,
  segmentId,
  chatId,
  code: 'admitted' as const,
  startMs,
  admittedElapsedMs,
  pendingMs: 0,
  flags: [],
  seq: 1,
});
const cut = (chatId: string, atMs: number, code: 'admitted' | 'quarantined' = 'admitted') => ({
  type: 'markAdmission' as const,
  id: `admission:mark-${chatId}-${atMs}`,
  markId: `mark-${chatId}-${atMs}`,
  chatId,
  code,
  atMs,
  flags: [],
  seq: 1,
});
const none = new Set<string>();

test('two chats at once are an hour of chat time each, and one hour at the desk', () => {
  const stretches = countedStretches(
    [admitted('s1', 'c1', 1_000, 3_600_000), admitted('s2', 'c2', 1_000, 3_600_000)],
    [],
    none,
  );
  expect(timeAtDeskMs(stretches, none, 0, 10_000_000)).toBe(3_600_000);
});

test('gaps, overlaps, yesterday and what is not yet are counted for what they are', () => {
  const stretches = countedStretches(
    [
      admitted('s1', 'c1', 100, 100), // 100–200, from 150 on today
      admitted('s2', 'c1', 300, 100),
      admitted('s3', 'c2', 350, 200), // 300–550 together
      admitted('s4', 'c2', 900, 500), // until now, 1,000
    ],
    [],
    none,
  );
  expect(timeAtDeskMs(stretches, none, 150, 1_000)).toBe(50 + 250 + 100);
});

test('what a mark cut or its own device trimmed is not there, and quarantined time neither', () => {
  const trim = {
    type: 'trimMark' as const,
    id: 't',
    segmentId: 's2',
    chatId: 'c1',
    deviceId: 'd',
    elapsedMs: 30,
  };
  const stretches = countedStretches(
    [
      admitted('s1', 'c1', 0, 100),
      admitted('s2', 'c1', 200, 100),
      { ...admitted('s3', 'c1', 400, 100), code: 'quarantined' },
      cut('c1', 60),
      cut('c1', 10, 'quarantined'),
    ],
    [{ ...trim, seq: 1 }],
    none,
  );
  expect(timeAtDeskMs(stretches, none, 0, 1_000)).toBe(60 + 30);
});

test('an open stretch goes on while its chat runs, and not after it was cut', () => {
  const open = new Set(['s1', 's2']);
  const running = new Set(['c1', 'c2']);
  const stretches = countedStretches(
    [admitted('s1', 'c1', 100, 0), admitted('s2', 'c2', 100, 50), cut('c2', 120)],
    [],
    open,
  );
  expect(timeAtDeskMs(stretches, running, 0, 700)).toBe(600);
  expect(timeAtDeskMs(stretches, new Set(['c2']), 0, 700)).toBe(20);
});
