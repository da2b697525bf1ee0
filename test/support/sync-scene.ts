/** A real sync server (libsql in a temporary folder) and devices of one advisor, each behind a network that can fail. */
import type { FreshRxdb } from './fresh-rxdb.ts';
import { seededRandom, createVirtualScheduler, type VirtualScheduler } from './virtual-scheduler.ts';
import { createTestDevice, type TestDevice } from './test-device.ts';
import { createTestNetwork, type Server, type TestNetwork } from './test-network.ts';
import { startTestServer, TEST_NOW_MS, type TestMember, type TestServer } from './test-server.ts';

export interface SceneDevice extends TestDevice {
  network: TestNetwork;
  /** Its monotonic clock read 0 then. */
  bootedAtMs: number;
  /** Gives boot `boot-of-ID` its clock anchor, as main's beats do. */
  anchor(): Promise<void>;
}

export interface SyncScene {
  server: TestServer;
  advisor: TestMember;
  scheduler: VirtualScheduler;
  addDevice(name: string): Promise<SceneDevice>;
  /** Lets everything run, moving virtual time on while the networks are quiet, until the condition holds. */
  until(what: string, condition: () => boolean | Promise<boolean>): Promise<void>;
  /** Moves virtual time on by more than a test would wait for, in one step of a minute each. */
  hurry(ms: number): Promise<void>;
  stop(): Promise<void>;
}

/** Real milliseconds a scene may need before it counts as stuck. */
const PATIENCE_MS = 20_000;
const STEP_MS = 100;
const HURRY_MS = 60_000;
/** How long a device has been up when it joins, ms. */
const UP_MS = 3_600_000;

/** `copies` of RxDB, one for each device in turn; without them each loads its own. */
export async function createSyncScene(seed: number, copies: readonly FreshRxdb[] = []): Promise<SyncScene> {
  const server = await startTestServer({ requestsPerMinute: 1_000_000 });
  const advisor = await server.addMember('advisor', 'Lea');
  const scheduler = createVirtualScheduler(TEST_NOW_MS);
  const random = seededRandom(seed);
  const devices: SceneDevice[] = [];

  async function addDevice(name: string): Promise<SceneDevice> {
    const member = await server.signIn(advisor, name);
    const toServer: Server = (path, init) =>
      fetch(`${server.url}/v1${path}`, {
        ...init,
        headers: {
          ...(init.headers as Record<string, string>),
          authorization: member.headers.authorization!,
        },
      });
    const network = createTestNetwork({ server: toServer, random, scheduler });
    const device = createTestDevice({
      id: member.session.deviceId,
      memberId: advisor.id,
      fetch: network.fetch,
      scheduler,
      random,
      ...(copies[devices.length] === undefined ? {} : { rxdb: copies[devices.length]! }),
    });
    const bootedAtMs = scheduler.nowMs() - UP_MS;
    const monoNow = () => scheduler.nowMs() - bootedAtMs;
    const bootId = `boot-of-${device.id}`;
    async function anchor(): Promise<void> {
      let echo: { exchangeId: string; sentAtMonoMs: number; receivedAtMonoMs: number } | undefined;
      for (let beat = 0; beat < 2; beat += 1) {
        const sentAtMonoMs = monoNow();
        const { body } = await server.request('POST', '/v1/beat', {
          headers: member.headers,
          body: { bootId, sentAtMonoMs, echo, running: [], userIds: [] },
        });
        echo = { exchangeId: body.exchangeId, sentAtMonoMs, receivedAtMonoMs: monoNow() };
      }
    }
    const sceneDevice = Object.assign(device, { network, bootedAtMs, anchor });
    devices.push(sceneDevice);
    return sceneDevice;
  }

  return {
    server,
    advisor,
    scheduler,
    addDevice,
    async until(what, condition) {
      const startedAt = performance.now();
      while (!(await condition())) {
        if (performance.now() - startedAt > PATIENCE_MS)
          throw new Error(`Not reached within ${PATIENCE_MS} ms: ${what}\n${describe(devices)}`);
        await new Promise((resolve) => setTimeout(resolve, 1));
        if (devices.every((device) => device.network.inFlight() === 0)) {
          scheduler.pass(STEP_MS);
          server.clock.pass(STEP_MS);
        }
      }
    },
    async hurry(ms) {
      for (let leftMs = ms; leftMs > 0; leftMs -= HURRY_MS) {
        scheduler.pass(Math.min(leftMs, HURRY_MS));
        server.clock.pass(Math.min(leftMs, HURRY_MS));
        await new Promise((resolve) => setTimeout(resolve, 20));
      }
    },
    async stop() {
      for (const device of devices) await device.stop();
      await server.stop();
    },
  };
}

function describe(devices: SceneDevice[]): string {
  return devices
    .map(
      (device) =>
        `${device.id}: outbox ${device.outbox.size}, refused ${device.refused.length}, ${JSON.stringify(device.app?.replicator.readStatus())}`,
    )
    .join('\n');
}
