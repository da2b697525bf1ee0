/** Everything a member may pull, checking that the pages join without a hole. */
import type { SequencedRow } from '../../shared/wire.ts';
import type { MemberClient } from '../../sync-server/member-client.ts';

export async function pullAllRows(client: Pick<MemberClient, 'pull'>): Promise<SequencedRow[]> {
  const rows: SequencedRow[] = [];
  let fromSeq = 0;
  for (let turn = 0; turn < 10_000; turn += 1) {
    const page = await client.pull(fromSeq);
    if (page.fromSeq !== fromSeq) throw new Error(`Page from ${page.fromSeq}, asked from ${fromSeq}`);
    rows.push(...page.rows);
    fromSeq = page.toSeq;
    if (!page.hasMore) return rows;
  }
  throw new Error('The server never says that there is no more');
}
