import { expect, test } from 'vitest';
import { averageChats, readOverview, spanOf } from '../../renderer/records/overview.ts';

test('the spans of the overview end today, a week begins on Monday', () => {
  expect(spanOf('today', '2026-11-22')).toEqual({ from: '2026-11-22', until: '2026-11-22' });
  expect(spanOf('yesterday', '2026-12-01')).toEqual({ from: '2026-11-30', until: '2026-11-30' });
  expect(spanOf('week', '2026-11-22')).toEqual({ from: '2026-11-16', until: '2026-11-22' });
  expect(spanOf('month', '2026-11-22')).toEqual({ from: '2026-11-01', until: '2026-11-22' });
});

test('chats at once are those while somebody worked', () => {
  expect(averageChats({ trackedMs: 9, workedMs: 6 })).toBe(1.5);
  expect(averageChats({ trackedMs: 0, workedMs: 0 })).toBe(0);
});

test('an answer that is no overview is not shown', async () => {
  const asked: string[] = [];
  const fetch = (input: RequestInfo | URL) => {
    asked.push(String(input));
    return Promise.resolve(new Response('{"total":{}}'));
  };
  await expect(readOverview(fetch, { from: '2026-11-01', until: '2026-11-22' })).rejects.toMatchObject({
    code: 'protocolMismatch',
  });
  expect(asked).toEqual(['/sync/v1/reports/overview?from=2026-11-01&until=2026-11-22']);
});
