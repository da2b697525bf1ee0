/**
 * The peer of the bench `sync`: rxdb-server over RxDB's memory storage, set up to do what it can of the same work: it
 * knows who asks, checks every document against its schema, and lets an advisor read and write own devices' rows only.
 * Prints its address as one JSON line.
 */
import { createRxDatabase } from 'rxdb/plugins/core';
import { getRxStorageMemory } from 'rxdb/plugins/storage-memory';
import { wrappedValidateAjvStorage } from 'rxdb/plugins/validate-ajv';
import { createRxServer } from 'rxdb-server/plugins/server';
import { RxServerAdapterExpress } from 'rxdb-server/plugins/adapter-express';

const text = { type: 'string', maxLength: 200 };
const ms = { type: 'integer', minimum: 0, maximum: Number.MAX_SAFE_INTEGER };
const db = await createRxDatabase({ name: `peer-${process.pid}`, storage: wrappedValidateAjvStorage({ storage: getRxStorageMemory() }), multiInstance: false });
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
const token = process.argv[3];
const ownDevices = new Set(['device-1f0c']);
const server = await createRxServer({
  database: db,
  adapter: RxServerAdapterExpress,
  port,
  hostname: '127.0.0.1',
  authHandler: (headers) => {
    if (headers.authorization !== `Bearer ${token}`) throw new Error('not signed in');
    return { data: { devices: ownDevices }, validUntil: Date.now() + 3_600_000 };
  },
});
server.addReplicationEndpoint({
  name: 'segments',
  collection: db.time_segment,
  queryModifier: (auth, query) => {
    query.selector.deviceId = { $in: [...auth.data.devices] };
    return query;
  },
  changeValidator: (auth, change) => auth.data.devices.has(change.newDocumentState.deviceId),
});
await server.start();
process.stdout.write(`${JSON.stringify({ url: `http://127.0.0.1:${port}/segments/0` })}\n`);
process.stdin.resume();
process.stdin.on('end', () => process.exit(0));
