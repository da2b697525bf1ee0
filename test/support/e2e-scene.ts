/** A server, an organisation and devices for one end-to-end file, in folders of their own; ends with what must hold always. */
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import type { Page } from 'playwright';
import { expect } from 'vitest';
import type { Chat } from '../../shared/rows.ts';
import { launchDevice, type Device } from './e2e-device.ts';
import { isAlive } from './e2e-process-tree.ts';
import { deskWindow, eventually, signIn } from './e2e-windows.ts';
import {
  emailOf,
  makeOrganisation,
  PASSWORD,
  type Organisation,
  type OrganisationOptions,
} from './organisation.ts';
import { startServerProcess, type ClockPieces, type ServerProcess } from './server-process.ts';
import { startTcpProxy, type TcpProxy } from './tcp-proxy.ts';

export const LEA = 'lea';
const FREE_MS = 5 * 60_000;
/** Of the real clock, ms: too short for anything to happen in it, and a power of two, so that instants stay exact. */
const BLINK_MS = 1 / 64;

export interface Scene {
  readonly server: ServerProcess;
  readonly serverDataDir: string;
  organisation: Organisation;
  chats: Map<string, Chat>;
  clientName(chatId: string): string;
  /** Starts the device called `name` (again: with the same data folder); behind its own proxy. */
  start(name: string): Promise<SceneDevice>;
  /** All time from now on passes `scale` times as fast, in every process at the same instant. */
  hurry(scale: number): Promise<void>;
  /** So much time goes by at once, in every process: a computer that slept. */
  jump(ms: number): Promise<void>;
  /** kill -9 of the server, then one on the same data and port. */
  killServer(): Promise<void>;
  stop(): Promise<void>;
}

export interface SceneDevice extends Device {
  name: string;
  userDataDir: string;
  proxy: TcpProxy;
}

/** Lea and her clients; chats are `${client}-${n}`. */
export interface SceneOptions {
  chats: { id: string; userId: string }[];
  clients: { id: string; name: string; creditsMinor?: number; freeMs?: number }[];
  isClockScaled?: boolean;
  /** A chat without a sign of life for so long stops, ms; 0 = never, as where hours pass in seconds. */
  idleAfterMs?: number;
  /** Further options of the app. */
  deviceArgs?: string[];
}

export async function startScene(options: SceneOptions): Promise<Scene> {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'chatclock-e2e-'));
  let pieces: ClockPieces | undefined = options.isClockScaled ? [] : undefined;
  const serverDataDir = path.join(folder, 'server');
  let server = await startServerProcess({
    dataDir: serverDataDir,
    ...(pieces === undefined ? {} : { clock: pieces }),
  });
  const organisationOptions: OrganisationOptions = {
    advisors: [{ id: LEA, name: 'Lea Brandt' }],
    clients: options.clients.map(({ freeMs, ...client }) => ({
      ...client,
      freeMs: { advisorId: LEA, ms: freeMs ?? FREE_MS },
    })),
    chats: options.chats.map((chat) => ({ ...chat, advisorId: LEA, topic: 'Coaching' })),
  };
  const organisation = await makeOrganisation(server, organisationOptions);
  const chats = new Map<string, Chat>();
  for (const { id } of options.chats) chats.set(id, (await organisation.platform.readChat(id)).chat);
  const devices: SceneDevice[] = [];
  const proxies = new Map<string, TcpProxy>();

  async function follow(next: (fromMs: number) => ClockPieces): Promise<void> {
    if (pieces === undefined) throw new Error('This scene has no scaled clock');
    // Far enough ahead for every process to know of it before it begins.
    pieces = [...pieces, ...next(Date.now() + 700)];
    await Promise.all([
      server.followClock(pieces),
      ...devices.filter((device) => isAlive(device.pid)).map((device) => device.followClock(pieces!)),
    ]);
    const begins = pieces.at(-1)![0];
    await new Promise((resolve) => setTimeout(resolve, Math.max(0, begins - Date.now())));
  }

  return {
    get server() {
      return server;
    },
    serverDataDir,
    organisation,
    chats,
    clientName: (chatId) =>
      options.clients.find((client) => client.id === chats.get(chatId)?.userId)?.name ?? '?',
    async start(name) {
      const proxy = proxies.get(name) ?? (await startTcpProxy(server.port));
      proxies.set(name, proxy);
      const userDataDir = path.join(folder, `device-${name}`);
      const idleAfterMs = options.idleAfterMs ?? (options.isClockScaled ? 0 : undefined);
      if (idleAfterMs !== undefined) keepIdleAfter(userDataDir, idleAfterMs);
      const device = await launchDevice({
        userDataDir,
        serverUrl: proxy.url,
        ...(pieces === undefined ? {} : { clock: pieces }),
        args: options.deviceArgs ?? [],
      });
      const sceneDevice = { ...device, name, userDataDir, proxy };
      devices.push(sceneDevice);
      return sceneDevice;
    },
    hurry: (scale) => follow((fromMs) => [[fromMs, scale]]),
    jump: (ms) =>
      follow((fromMs) => [
        [fromMs, ms / BLINK_MS + 1],
        [fromMs + BLINK_MS, 1],
      ]),
    async killServer() {
      const { port } = server;
      await server.kill();
      server = await startServerProcess({
        dataDir: serverDataDir,
        port,
        ...(pieces === undefined ? {} : { clock: pieces }),
      });
    },
    async stop() {
      for (const device of devices) if (isAlive(device.pid)) await device.quit();
      await server.stop();
      for (const proxy of proxies.values()) await proxy.stop();
      rmSync(folder, { recursive: true, force: true });
      expect(devices.flatMap((device) => device.violations)).toEqual([]);
    },
  };
}

/** As an advisor has chosen it before. */
function keepIdleAfter(userDataDir: string, idleAfterMs: number): void {
  const profile = path.join(userDataDir, 'profiles', 'default');
  const file = path.join(profile, 'preferences.json');
  if (existsSync(file)) return;
  mkdirSync(profile, { recursive: true, mode: 0o700 });
  writeFileSync(file, JSON.stringify({ idleAfterMs }), { mode: 0o600 });
}

/** Signs the device in as Lea and waits until its desk knows all chats of the scene. */
export async function signInAsLea(scene: Scene, device: SceneDevice): Promise<Page> {
  const desk = await signIn(device, {
    email: emailOf(LEA),
    password: PASSWORD,
    deviceName: `Device ${device.name}`,
  });
  await knowsChats(scene, desk);
  return desk;
}

/** A device that was signed in before comes back to its desk. */
export async function returnToDesk(scene: Scene, device: SceneDevice): Promise<Page> {
  const desk = await deskWindow(device);
  await knowsChats(scene, desk);
  return desk;
}

async function knowsChats(scene: Scene, desk: Page): Promise<void> {
  for (const id of scene.chats.keys()) {
    await eventually(
      async () => (await desk.getByText(scene.clientName(id)).count()) > 0,
      `${scene.clientName(id)} on the desk`,
    );
  }
}
