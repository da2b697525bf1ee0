/**
 * Starts the device of one signed-in member on this computer: its folder, its session's requests, node's randomness
 * (DOMAIN.md, "Outbox": one folder per (server, advisor)). What it is made of is in device.ts.
 */
import { randomUUID } from 'node:crypto';
import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import { z } from 'zod';
import { AppError } from '../shared/errors.ts';
import type { Session } from '../shared/ipc/session-commands.ts';
import { beatResponseSchema, type BeatRequest, type BeatResponse } from '../shared/wire.ts';
import type { DeviceClock } from './clock.ts';
import { assembleDevice, type Device } from './device.ts';
import { openOutbox } from './outbox/outbox.ts';
import { readPrivateJson, writePrivateJson } from './private-file.ts';
import { keptFundsSchema, type KeptFunds } from './timers/allowances.ts';
import { createRowIds } from './row-ids.ts';
import { nodeSchedule } from './schedule.ts';
import { requestJson } from './session/server-client.ts';
import type { SessionKeeper } from './session/session.ts';

/** The server's clock on this boot's: an app restarted without a network still knows it. */
const anchorSchema = z.object({ bootId: z.string(), offsetMs: z.number().int() });

type SignedIn = Extract<Session, { phase: 'signedIn' }>;

export interface DeviceDeps {
  folder: string;
  session: SignedIn;
  keeper: SessionKeeper;
  clock: DeviceClock;
  isChatOpen(chatId: string): boolean;
  idleAfterMs(): number;
  onSaveFailed(error: unknown): void;
}

export async function startDevice(deps: DeviceDeps): Promise<Device> {
  const { session, clock, keeper } = deps;
  await mkdir(deps.folder, { recursive: true, mode: 0o700 });
  const outbox = await openOutbox(path.join(deps.folder, 'outbox.jsonl'), String(clock.wallMs()));
  const fundsFile = path.join(deps.folder, 'funds.json');
  const anchorFile = path.join(deps.folder, 'anchor.json');
  const kept = await readPrivateJson(anchorFile, anchorSchema);

  async function sendBeat(request: BeatRequest, stale?: string): Promise<BeatResponse> {
    const accessToken = await keeper.accessToken(stale);
    try {
      const { serverUrl } = keeper.current() as SignedIn;
      return await requestJson({
        serverUrl,
        path: '/v1/beat',
        method: 'POST',
        body: request,
        accessToken,
        answer: beatResponseSchema,
      });
    } catch (error) {
      if (error instanceof AppError && error.code === 'sessionExpired' && stale === undefined)
        return sendBeat(request, accessToken);
      throw error;
    }
  }

  return assembleDevice({
    deviceId: session.deviceId,
    memberId: session.member.id,
    clock,
    schedule: nodeSchedule,
    outbox,
    sendBeat: (request) => sendBeat(request),
    keptOffsetMs: kept?.bootId === clock.bootId ? kept.offsetMs : null,
    keepOffset: (offsetMs) =>
      void writePrivateJson(anchorFile, { bootId: clock.bootId, offsetMs }).catch(deps.onSaveFailed),
    keptFunds: (await readPrivateJson(fundsFile, keptFundsSchema)) ?? null,
    keepFunds: keepNewest((funds: KeptFunds) => writePrivateJson(fundsFile, funds), deps.onSaveFailed),
    newRowId: createRowIds(session.deviceId),
    newChatId: randomUUID,
    soon: (task) => void setImmediate(task),
    isChatOpen: deps.isChatOpen,
    idleAfterMs: deps.idleAfterMs,
    onSaveFailed: deps.onSaveFailed,
  });
}

/** One write at a time; of what comes meanwhile only the newest. */
function keepNewest<T>(
  save: (value: T) => Promise<void>,
  onFailed: (error: unknown) => void,
): (value: T) => void {
  let waiting: { value: T } | null = null;
  let isSaving = false;
  async function saveAll(): Promise<void> {
    while (waiting !== null) {
      const { value } = waiting;
      waiting = null;
      await save(value).catch(onFailed);
    }
    isSaving = false;
  }
  return (value) => {
    waiting = { value };
    if (isSaving) return;
    isSaving = true;
    void saveAll();
  };
}
