/** I6, I13: the ledger's own command, on the database as it is: chain, sums, accounts, and posted + pending = fold. */
import { verifyLedger } from '../../../sync-server/ledger/verify-ledger.ts';
import type { Scene } from '../scene-shape.ts';
import { SERVER } from '../sim-server.ts';
import { InvariantBroken } from './stored.ts';

export async function checkLedger(scene: Scene): Promise<void> {
  const { storage } = scene.server.disk.open();
  const { problems } = await verifyLedger(await storage.snapshot());
  if (problems.length > 0) throw new InvariantBroken('I6', problems.join('; '));
  for (const [id, report] of scene.reports) {
    const now = await scene.server.core()!.periodReport(SERVER, id);
    if (now.report !== report) throw new InvariantBroken('I13', `the report of ${id} has changed`);
  }
}
