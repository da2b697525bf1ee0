/**
 * The device of whoever is signed in, with its receipts: one at a time, started and stopped in turn. What it tells goes
 * to the windows.
 */
import path from 'node:path';
import { AppError } from '../shared/errors.ts';
import type { DeviceClock } from './clock.ts';
import type { Device } from './device.ts';
import type { Outside } from './outside/outside.ts';
import { startOutside } from './outside/start-outside.ts';
import { openReceipts, type Receipts } from './receipts/receipts.ts';
import type { ProfileStore } from './session/session-file.ts';
import { memberKey } from './session/session-file.ts';
import type { SessionKeeper } from './session/session.ts';
import { startDevice } from './start-device.ts';
import type { Windows } from './windows.ts';

export interface MemberDeviceDeps {
  store: ProfileStore;
  keeper: SessionKeeper;
  clock: DeviceClock;
  windows: Pick<Windows, 'isChatOpen' | 'send'>;
  log(line: string): void;
}

export type MemberDevice = ReturnType<typeof createMemberDevice>;

export function createMemberDevice({ store, keeper, clock, windows, log }: MemberDeviceDeps) {
  let device: Device | null = null;
  let receipts: Receipts | null = null;
  let outside: Outside | null = null;
  let changing: Promise<unknown> = Promise.resolve();

  async function start(): Promise<void> {
    const session = keeper.current();
    const { session: kept } = store.read();
    if (session.phase !== 'signedIn' || kept === null) return;
    const folder = store.memberFolder(memberKey(kept));
    const onSaveFailed = (error: unknown) =>
      log(`a row could not be saved: ${error instanceof AppError ? error.code : 'internal'}`);
    const started = await startDevice({
      folder,
      session,
      keeper,
      clock,
      isChatOpen: windows.isChatOpen,
      onSaveFailed,
    });
    if (started.outbox.setAside !== null)
      log(
        `outbox: ${started.outbox.setAside.lines} unreadable lines set aside in ${started.outbox.setAside.file}`,
      );
    started.live$.subscribe((live) => windows.send('liveChanged', live, ['desk', 'chat']));
    started.outbox.rowsSaved$.subscribe((rows) =>
      windows.send('outboxChanged', { rows: [...rows] }, ['desk']),
    );
    device = started;
    const { deviceId, member } = session;
    const opened = await startOutside({
      ...{ device: started, clock, folder, deviceId, memberId: member.id, onSaveFailed },
    });
    opened.changed$.subscribe(() => windows.send('outsideChanged', opened.snapshot(), ['desk']));
    outside = opened;
    receipts = await startReceipts(started, session.deviceId, folder, onSaveFailed);
  }

  /** Work goes on without receipts when their file cannot be read. */
  async function startReceipts(
    of: Device,
    deviceId: string,
    folder: string,
    onSaveFailed: (error: unknown) => void,
  ): Promise<Receipts | null> {
    const file = path.join(folder, 'receipts.jsonl');
    const { outbox, projections, timers, beat } = of;
    const { serverNowMs } = beat;
    try {
      const opened = await openReceipts({
        ...{ file, deviceId, clock, outbox, projections, timers, serverNowMs, onSaveFailed },
      });
      opened.wanted$.subscribe((chatIds) => windows.send('evidenceWanted', { chatIds }, ['desk']));
      opened.changed$.subscribe(() => windows.send('receiptsChanged', { receipts: opened.list() }, ['desk']));
      return opened;
    } catch (error) {
      onSaveFailed(error);
      return null;
    }
  }

  async function stop(): Promise<number> {
    const stopping = device;
    device = null;
    await outside?.close();
    outside = null;
    const unsent = stopping === null ? 0 : await stopping.stop();
    // Last, so that what the stop closed is remembered as it was shown.
    await receipts?.close();
    receipts = null;
    return unsent;
  }

  /** One change of member at a time. */
  function inTurn<T>(change: () => Promise<T>): Promise<T> {
    const changed = changing.then(change);
    changing = changed.catch(() => undefined);
    return changed;
  }

  return {
    /** null while nobody is signed in. */
    find: (): Device | null => device,
    /** Throws AppError notSignedIn. */
    get(): Device {
      if (device === null) throw new AppError('notSignedIn');
      return device;
    },
    /** Throws AppError notSignedIn. */
    outside(): Outside {
      if (outside === null) throw new AppError('notSignedIn');
      return outside;
    },
    /** null when nobody is signed in or their file cannot be read. */
    receipts: (): Receipts | null => receipts,
    /** Starts the device of the member who is signed in now; one that runs is stopped first. */
    restart: (): Promise<void> =>
      inTurn(async () => {
        await stop();
        await start();
      }),
    /** Saves everything; answers how many rows are not sent. */
    stop: (): Promise<number> => inTurn(stop),
  };
}
