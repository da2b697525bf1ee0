import { appendFileSync, existsSync, lstatSync, readdirSync, writeFileSync } from 'node:fs';
import http from 'node:http';
import type net from 'node:net';
import path from 'node:path';
import type { Page } from 'playwright';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { pullAllRows } from '../support/all-rows.ts';
import { returnToDesk, signInAsLea, startScene, type Scene, type SceneDevice } from '../support/e2e-scene.ts';
import {
  callRaw,
  eventually,
  liveChat,
  localDocuments,
  openChat,
  readLive,
  sendMessage,
  welcomeWindow,
} from '../support/e2e-windows.ts';
import { ofType } from '../support/http-device.ts';
import { emailOf, PASSWORD } from '../support/organisation.ts';

let scene: Scene;
let a: SceneDevice;
let desk: Page;

beforeAll(async () => {
  scene = await startScene({
    clients: [{ id: 'mara', name: 'Mara Lindt', creditsMinor: 100_000 }],
    chats: [{ id: 'mara-1', userId: 'mara' }],
  });
  a = await scene.start('a');
}, 120_000);
afterAll(() => scene.stop(), 60_000);

/** A server on loopback that answers everything the same way. */
async function withServer<T>(answer: string, run: (url: string) => Promise<T>): Promise<T> {
  const server = http.createServer((_request, response) => {
    response.setHeader('content-type', 'application/json');
    response.end(answer);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  try {
    return await run(`http://127.0.0.1:${(server.address() as net.AddressInfo).port}`);
  } finally {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  }
}

/** Files below `folder`, deepest last. */
function filesBelow(folder: string): string[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder).flatMap((name) => {
    const file = path.join(folder, name);
    return lstatSync(file).isDirectory() ? filesBelow(file) : [file];
  });
}

test('signing in says which of its errors it was', { timeout: 60_000 }, async () => {
  const welcome = await welcomeWindow(a);
  const signInTo = (serverUrl: string, password = PASSWORD) =>
    callRaw(welcome, 'signIn', {
      serverUrl,
      email: emailOf('lea'),
      password,
      deviceName: 'Device a',
      staysSignedIn: true,
    });
  expect(await signInTo(a.proxy.url, 'a wrong password')).toMatchObject({
    ok: false,
    code: 'wrongCredentials',
  });
  expect(await signInTo('ftp://127.0.0.1/')).toMatchObject({ ok: false, code: 'badInput' });
  a.proxy.cut();
  expect(await signInTo(a.proxy.url)).toMatchObject({ ok: false, code: 'serverUnreachable' });
  a.proxy.restore();
  const otherVersion = JSON.stringify({
    product: 'chatclock',
    protocolVersion: 99,
    organisationName: 'Later',
    needsSetup: false,
  });
  for (const answer of [otherVersion, '{"product":"another"}', 'hello', '']) {
    const checked = await withServer(answer, (serverUrl) => callRaw(welcome, 'checkServer', { serverUrl }));
    expect([answer, checked]).toEqual([
      answer,
      expect.objectContaining({ ok: false, code: 'protocolMismatch' }),
    ]);
  }
  expect(await callRaw(welcome, 'readSession', null)).toMatchObject({
    ok: true,
    value: { phase: 'signedOut' },
  });
});

test('a torn tail of the outbox costs only the torn line', { timeout: 120_000 }, async () => {
  desk = await signInAsLea(scene, a);
  a.proxy.cut();
  await eventually(async () => (await readLive(desk)).connection.phase === 'offline', 'being offline');
  const page = await openChat(a, desk, scene.chats.get('mara-1')!, 'Mara Lindt');
  await sendMessage(page, 'on the disk before the tear');
  await liveChat(desk, 'mara-1', (chat) => chat.trackedMs > 1_000);
  await a.kill();
  const journals = filesBelow(a.userDataDir).filter((file) => path.basename(file).startsWith('outbox'));
  expect(journals).toHaveLength(1);
  appendFileSync(journals[0]!, '{"v":1,"kind":"row","row":{"type":"mess\u0000\u0000');

  a = await scene.start('a');
  desk = await returnToDesk(scene, a);
  a.proxy.restore();
  await eventually(async () => (await readLive(desk)).outbox.waiting === 0, 'an empty outbox');
  const rows = await pullAllRows(scene.organisation.supervisor);
  expect(ofType(rows, 'message').map((message) => message.text)).toEqual(['on the disk before the tear']);
  expect(filesBelow(a.userDataDir).some((file) => file.includes('unreadable'))).toBe(true);
});

test(
  'a local database that cannot be read is built again from the server and the outbox',
  { timeout: 120_000 },
  async () => {
    await a.quit();
    const files = filesBelow(a.userDataDir).filter(
      (file) => file.includes('IndexedDB') && /\.(ldb|log)$|MANIFEST|CURRENT/.test(file),
    );
    expect(files.length).toBeGreaterThan(0);
    for (const file of files) writeFileSync(file, 'not a database');

    a = await scene.start('a');
    desk = await returnToDesk(scene, a);
    await eventually(async () => {
      const messages = await localDocuments(desk, 'message');
      return messages.map((message) => message.text).join() === 'on the disk before the tear';
    }, 'the message from the server');
    expect((await readLive(desk)).outbox.refused).toBe(0);
  },
);

test(
  'a revoked device says so, stops receiving, and loses nothing it wrote',
  { timeout: 120_000 },
  async () => {
    const page = await openChat(a, desk, scene.chats.get('mara-1')!, 'Mara Lindt');
    await liveChat(desk, 'mara-1', (chat) => chat.timer === 'running');
    const devices = await scene.organisation.supervisor.listDevices();
    await scene.organisation.supervisor.revokeDevice(
      devices.find((device) => device.name === 'Device a')!.id,
    );
    await eventually(async () => {
      const { connection } = await readLive(desk);
      return connection.phase === 'refused' && connection.code === 'deviceRevoked';
    }, 'the refusal');
    await desk
      .getByText(/revoked/i)
      .first()
      .waitFor();
    await sendMessage(page, 'written after the revocation');
    const kept = await callRaw(page, 'readLive', null);
    expect(kept).toMatchObject({ ok: true });
  },
);
