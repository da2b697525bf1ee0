/** The peer of the bench `sync`: rxdb-server over RxDB's memory storage; prints its address as one JSON line. */
import { createRxDatabase } from 'rxdb/plugins/core';
import { getRxStorageMemory } from 'rxdb/plugins/storage-memory';
import { createRxServer } from 'rxdb-server/plugins/server';
import { RxServerAdapterExpress } from 'rxdb-server/plugins/adapter-express';

const text = { type: 'string', maxLength: 200 };
const ms = { type: 'integer', minimum: 0, maximum: Number.MAX_SAFE_INTEGER };
const db = await createRxDatabase({ name: `peer-${process.pid}`, storage: getRxStorageMemory(), multiInstance: false });
await db.addCollections({
  time_segment: {
    schema: {
      version: 0,
      primaryKey: 'id',
      type: 'object',
      properties: {
        type: text,
        id: text,
        chatId: text,
        deviceId: text,
        bootId: text,
        knownSeq: ms,
        startedAtMonoMs: ms,
        startedAtMs: ms,
        elapsedMs: ms,
        closed: { type: 'boolean' },
        closeReason: text,
        source: text,
        funding: text,
      },
      required: ['id', 'chatId', 'deviceId', 'elapsedMs', 'closed'],
    },
  },
});
const port = Number(process.argv[2]);
const server = await createRxServer({ database: db, adapter: RxServerAdapterExpress, port, hostname: '127.0.0.1' });
server.addReplicationEndpoint({ name: 'segments', collection: db.time_segment });
await server.start();
process.stdout.write(`${JSON.stringify({ url: `http://127.0.0.1:${port}/segments/0` })}\n`);
process.stdin.resume();
process.stdin.on('end', () => process.exit(0));
