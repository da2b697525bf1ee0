/** The ledger of a server that is used through its public APIs alone: practice data, pushes, a restart. */
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { DATABASE_FILE } from '../../sync-server/create-server.ts';
import { verifyLedger } from '../../sync-server/ledger/verify-ledger.ts';
import { practiceChatId } from '../../sync-server/practice/practice-story.ts';
import { seedDataFolder } from '../../sync-server/practice/start-practice.ts';
import { openSnapshot } from '../../sync-server/storage/snapshot.ts';
import { segmentRow } from '../support/device-rows.ts';
import { startTestServer, type TestServer } from '../support/test-server.ts';

const verified = async (t: TestServer) => {
  const snapshot = await openSnapshot({ file: join(t.dataDir, DATABASE_FILE) });
  const result = await verifyLedger(snapshot);
  await snapshot.close();
  return result;
};

it('is sound beside the running server, shown to supervisors, and counted in the metrics', async () => {
  const t = await startTestServer();
  const { advisor } = await seedDataFolder(t.server, t.dataDir, t.clock.nowMs());
  t.clock.pass(3_600_000);
  const lea = await t.signIn({ id: '', ...advisor });
  for (const number of ['812', '813', '815']) {
    const writer = { deviceId: lea.session.deviceId, nowMs: t.clock.nowMs() };
    const rows = [1, 2, 3].map((n) =>
      segmentRow(writer, practiceChatId(number), `s-${number}-${n}`, n * 9_000),
    );
    expect(await lea.client.push(rows)).toMatchObject([{ verdict: 'stored' }, {}, {}]);
  }
  expect((await verified(t)).problems).toEqual([]);

  const supervisor = await t.addMember('supervisor');
  const { body } = await t.request('GET', '/v1/ledger/state', { headers: supervisor.headers });
  expect(body).toMatchObject({ creditSumUnits: 0, freeTimeSumMs: 0, violations: 0 });
  expect(body.entries).toBeGreaterThan(5);
  const metrics = (await t.request('GET', '/metrics')).body as string;
  expect(metrics).toContain('\nchatclock_ledger_violations_total 0\n');
  expect(metrics).toContain(`\nchatclock_ledger_entries ${body.entries}\n`);

  await t.restart();
  const { lines, problems } = await verified(t);
  expect(problems).toEqual([]);
  expect(lines[0]).toBe(`entries   ${body.entries}, chain head ${body.headHash}`);
  await t.stop();
});
