/** What closed periods, the ledger and the totals say about chats, for tests to hold against each other. */
import { createHash } from 'node:crypto';
import { expect } from 'vitest';
import type { CoreScene } from './core-scene.ts';
import { SERVER, totalsOf } from './core-scene.ts';

export const linesOf = (scene: CoreScene) =>
  scene.storage.db
    .selectFrom('period_line')
    .selectAll()
    .orderBy('period_number')
    .orderBy('chat_id')
    .orderBy('corrects_number')
    .execute();

/** Every chat's credit and free time in the ledger: `chat PERIOD corrected` → balance. */
export async function ledgerByPeriod(scene: CoreScene): Promise<Map<string, number>> {
  const rows = await scene.storage.db.selectFrom('ledger_account').selectAll().execute();
  return new Map(
    rows
      .filter((row) => row.account.startsWith('chat:') && row.balance !== 0)
      .map((row) => [
        [row.account.slice(5), row.commodity, row.period_id, row.corrects_period].join(' ').trim(),
        row.balance,
      ]),
  );
}

export const reportsOf = async (scene: CoreScene): Promise<string[]> => {
  const { periods } = await scene.core.periods(SERVER);
  const reports: string[] = [];
  for (const period of periods) {
    const { report, hash } = await scene.core.periodReport(SERVER, period.id);
    expect(createHash('sha256').update(report, 'utf8').digest('hex')).toBe(hash);
    expect(await scene.core.find(SERVER, 'periodClose', period.id)).toMatchObject({
      ...{ fromMs: period.fromMs, untilMs: period.untilMs, reportHash: hash, reportSeq: period.seq },
    });
    reports.push(report);
  }
  return reports;
};

/**
 * What periods hold is what the ledger says, line by line of the closed ones and chat by chat of all; what the ledger
 * says of a chat is its total.
 */
export async function checkPeriods(scene: CoreScene, chatIds: readonly string[]): Promise<void> {
  const ledger = await ledgerByPeriod(scene);
  const { periods } = await scene.core.periods(SERVER);
  const closed = new Map<string, number>();
  for (const line of await linesOf(scene)) {
    const corrected = line.corrects_number === 0 ? '' : ` period-${line.corrects_number}`;
    const name = (commodity: string) =>
      `${line.chat_id} ${commodity} period-${line.period_number}${corrected}`;
    if (line.cost_units !== 0) closed.set(name('credit'), line.cost_units);
    if (line.free_ms !== 0) closed.set(name('freeTime'), line.free_ms);
  }
  const isOpen = (name: string) => name.includes(` period-${periods.length + 1}`);
  expect(new Map([...ledger].filter(([name]) => !isOpen(name)))).toEqual(closed);
  for (const chatId of chatIds) {
    const sum = (commodity: string) =>
      [...ledger].reduce(
        (total, [name, balance]) => total + (name.startsWith(`${chatId} ${commodity} `) ? balance : 0),
        0,
      );
    const totals = await totalsOf(scene.core, chatId);
    expect([chatId, sum('credit'), sum('freeTime')]).toEqual([chatId, totals.costUnits, totals.freeMs]);
  }
}
