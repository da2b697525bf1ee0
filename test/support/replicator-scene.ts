/** One device before a server that the test can make do anything. */
import type { MessageDocument } from '../../renderer/database/documents.ts';
import type { DeviceRow } from '../../shared/rows.ts';
import { createFakeSyncServer, type FakeSyncServer } from './fake-sync-server.ts';
import { sampleRow } from './sample-rows.ts';
import { createTestDevice, type TestDevice } from './test-device.ts';
import { createTestNetwork, type TestNetwork } from './test-network.ts';
import { TEST_NOW_MS } from './test-server.ts';
import { createVirtualScheduler, seededRandom, type VirtualScheduler } from './virtual-scheduler.ts';

/** Real milliseconds after which a test counts as stuck. */
const PATIENCE_MS = 15_000;

export interface ReplicatorScene {
  server: FakeSyncServer;
  network: TestNetwork;
  scheduler: VirtualScheduler;
  device: TestDevice;
  /** Lets everything run, moving virtual time by `stepMs` while the network is quiet, until the condition holds. */
  until(what: string, condition: () => boolean | Promise<boolean>, stepMs?: number): Promise<void>;
  /** Ids of all rows pushed, in order. */
  sentIds(): string[];
  phase(): string;
  /** A message as the windows see it. */
  stored(id: string): Promise<MessageDocument | undefined>;
}

export function createReplicatorScene(): ReplicatorScene {
  const server = createFakeSyncServer();
  const scheduler = createVirtualScheduler(TEST_NOW_MS);
  const random = seededRandom(1);
  const network = createTestNetwork({ server: server.handle, random, scheduler });
  const { fetch } = network;
  const device = createTestDevice({ id: 'device-a', memberId: 'advisor-1', fetch, scheduler, random });
  return {
    server,
    network,
    scheduler,
    device,
    async until(what, condition, stepMs = 100) {
      const startedAt = performance.now();
      for (let turn = 0; performance.now() - startedAt < PATIENCE_MS; turn++) {
        if (await condition()) return;
        await new Promise((resolve) => setImmediate(resolve));
        if (turn % 5 === 4 && network.inFlight() === 0) scheduler.pass(stepMs);
      }
      throw new Error(`never: ${what} ${JSON.stringify(device.app?.replicator.readStatus())}`);
    },
    sentIds: () => server.pushes.flat().map((row) => (row as { id: string }).id),
    phase: () => device.app!.replicator.readStatus().phase,
    async stored(id) {
      const document = await device.app!.database.message.findOne(id).exec();
      return document?.toJSON() as MessageDocument | undefined;
    },
  };
}

export function messageRow(n: number): DeviceRow {
  return sampleRow('message', { id: `m${n}`, text: `message ${n}` });
}

export function segmentRow(elapsedMs: number, closed: boolean): DeviceRow {
  const { closeReason, ...open } = sampleRow('timeSegment', { elapsedMs, closed });
  return closed ? { ...open, closeReason } : open;
}
