/** A device's data folder that is signed in and has replicated everything, for benches that start from there. */
import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Chat } from '../../shared/rows.ts';
import { emailOf, makeOrganisation, PASSWORD, type OrganisationOptions } from '../support/organisation.ts';
import { launchDevice, type Device } from '../support/e2e-device.ts';
import { deskWindow, signIn } from '../support/e2e-windows.ts';
import { startServerProcess, type ServerProcess } from '../support/server-process.ts';

export const DESK_READY_HOOK = fileURLToPath(new URL('./desk-ready-hook.cjs', import.meta.url));
export const BARE_ELECTRON = fileURLToPath(new URL('./bare-electron/', import.meta.url));
export const ADVISOR = 'advisor-lea';

export interface BenchProfile {
  userDataDir: string;
  server: ServerProcess;
  readChat(id: string): Promise<Chat>;
  stop(): Promise<void>;
}

export function temporaryFolder(): string {
  return mkdtempSync(path.join(os.tmpdir(), 'chatclock-bench-'));
}

/** Waits until the device's replicator has applied everything the server holds. */
async function replicated(device: Device, highSeq: number): Promise<void> {
  const limit = Date.now() + 60_000;
  while (Date.now() < limit) {
    const seq = await device.app.evaluate(
      () => (globalThis as { lastReplication?: { appliedSeq: number } }).lastReplication?.appliedSeq ?? 0,
    );
    if (seq >= highSeq) return;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error('The device did not replicate everything within a minute');
}

/** `endedChats` of the chats are ended, the rest wait; four chats a client unless said otherwise. */
export async function makeSignedInProfile(
  chats: number,
  endedChats: number,
  clients = Math.max(1, Math.ceil(chats / 4)),
): Promise<BenchProfile> {
  const dataDir = temporaryFolder();
  const userDataDir = temporaryFolder();
  const server = await startServerProcess({ dataDir });
  const options: OrganisationOptions = {
    advisors: [{ id: ADVISOR, name: 'Lea Brandt' }],
    clients: Array.from({ length: clients }, (_, n) => ({
      id: `client-${n}`,
      name: `Client ${n}`,
      creditsMinor: 100_000,
      freeMs: { advisorId: ADVISOR, ms: 300_000 },
    })),
    chats: Array.from({ length: chats }, (_, n) => ({
      id: `chat-${n}`,
      userId: `client-${n % clients}`,
      advisorId: ADVISOR,
      topic: 'Coaching',
      number: String(n + 1),
    })),
  };
  const { platform, supervisor } = await makeOrganisation(server, options);
  for (let n = 0; n < endedChats; n += 1) await platform.endChat(`chat-${n}`);
  let highSeq = 0;
  for (let turn = 0; turn < 1_000; turn += 1) {
    const page = await supervisor.pull(highSeq);
    highSeq = page.toSeq;
    if (!page.hasMore) break;
  }
  const device = await launchDevice({ userDataDir, serverUrl: server.url, preloads: [DESK_READY_HOOK] });
  try {
    await signIn(device, { email: emailOf(ADVISOR), password: PASSWORD });
    await deskWindow(device);
    await replicated(device, highSeq);
  } finally {
    await device.quit();
  }
  return {
    userDataDir,
    server,
    readChat: async (id) => (await platform.readChat(id)).chat,
    async stop() {
      await server.stop();
      for (const folder of [dataDir, userDataDir]) rmSync(folder, { recursive: true, force: true });
    },
  };
}
