import { expect, test } from 'vitest';
import { readBooks, worstOverdrafts } from '../../renderer/records/books.ts';

const overdraft = (
  userId: string,
  parts: { balanceUnits?: number; worstUnits?: number; worstBoundUnits?: number },
) => ({
  userId,
  balanceUnits: 0,
  worstUnits: 0,
  boundUnits: 0,
  worstBoundUnits: 500,
  ...parts,
});

test('who never went below zero is not listed; beyond the bound is said', () => {
  const listed = worstOverdrafts([
    overdraft('fine', { balanceUnits: 7 }),
    overdraft('mild', { worstUnits: 500, balanceUnits: 3 }),
    overdraft('bad', { worstUnits: 501, balanceUnits: -501 }),
  ]);
  expect(listed.map(({ userId, isWithinBound }) => [userId, isWithinBound])).toEqual([
    ['bad', false],
    ['mild', true],
  ]);
});

test('reads both, and says with a code what went wrong', async () => {
  const ledger = { entries: 3, headHash: 'a', creditSumUnits: 0, freeTimeSumMs: 0, violations: 0 };
  const answering = (path: string) => (path.endsWith('/overdrafts') ? { overdrafts: [] } : ledger);
  const ok = await readBooks(async (path) => Response.json(answering(path)));
  expect(ok).toEqual({ ledger, overdrafts: [] });
  const refused = readBooks(async () => Response.json({ code: 'notAllowed' }, { status: 403 }));
  await expect(refused).rejects.toMatchObject({ code: 'notAllowed' });
  await expect(readBooks(async () => Response.json({ entries: -1 }))).rejects.toMatchObject({
    code: 'protocolMismatch',
  });
  await expect(readBooks(() => Promise.reject(new TypeError('gone')))).rejects.toMatchObject({
    code: 'serverUnreachable',
  });
});
