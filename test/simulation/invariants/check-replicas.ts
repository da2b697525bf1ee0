/** Every replica against the server: nothing missing, nothing more, the same at the same sequence. */
import { rowKey } from '../../../shared/outbox.ts';
import type { Row } from '../../../shared/rows.ts';
import { pageSchema, PROTOCOL_VERSION, PULL_MAX_ROWS } from '../../../shared/wire.ts';
import type { Scene } from '../scene-shape.ts';
import type { SimDevice } from '../sim-device.ts';
import { InvariantBroken } from './stored.ts';

/** I10, I11, I15: every replica holds exactly what its owner may see, at the same sequences. */
export async function checkReplicas(scene: Scene): Promise<void> {
  for (const device of scene.devices) {
    if (device.isSignedOut || device.isRevoked) continue;
    const visible = await pullAll(scene, device);
    const held = new Map(device.replica.rows().map((doc) => [`${String(doc['type'])}:${doc.id}`, doc]));
    const { seq } = device.replica.checkpoint();
    if (seq < visible.lastSeq)
      throw new InvariantBroken('I11', `${device.name} has applied ${seq} of ${visible.lastSeq}`);
    for (const [key, row] of visible.rows) {
      const doc = held.get(key);
      held.delete(key);
      if (doc === undefined) throw new InvariantBroken('I15', `${device.name} lacks ${key}`);
      for (const [field, value] of Object.entries(row.row))
        if (doc[field] !== value && JSON.stringify(doc[field]) !== JSON.stringify(value))
          throw new InvariantBroken(
            'I10',
            `${device.name} ${key}.${field}: ${JSON.stringify(doc)} is not ${JSON.stringify(row)}`,
          );
    }
    const refused = new Set((device.device()?.outbox.refused() ?? []).map(({ row }) => rowKey(row)));
    // A chat that a restored disk has forgotten never arrives; what was recorded of it waits at the server.
    const isOfForgottenChat = (key: string): boolean =>
      scene.truth.forgotten.has(`chat:${String(held.get(key)!['chatId'])}`) && !visible.rows.has(key);
    for (const key of held.keys())
      if (!refused.has(key) && !isOfForgottenChat(key))
        throw new InvariantBroken('I10', `${device.name} has ${key}, which the server does not show`);
  }
}

async function pullAll(scene: Scene, device: SimDevice) {
  const rows = new Map<string, { seq: number; row: Row }>();
  let from = 0;
  let lastSeq = 0;
  for (;;) {
    const page = pageSchema.parse(
      JSON.parse(await scene.server.pull(device.actor(), PROTOCOL_VERSION, from, PULL_MAX_ROWS)),
    );
    if (page.fromSeq !== from) throw new InvariantBroken('I15', `page from ${page.fromSeq} after ${from}`);
    for (const one of page.rows) {
      rows.set(rowKey(one.row), one);
      lastSeq = Math.max(lastSeq, one.seq);
    }
    from = page.toSeq;
    if (!page.hasMore) return { rows, lastSeq };
  }
}
