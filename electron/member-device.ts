/**
 * The device of whoever is signed in, with its receipts: one at a time, started and stopped in turn. What it tells goes
 * to the windows.
 */
import path from 'node:path';
import { AppError } from '../shared/errors.ts';
import { openAway, type Away } from './away/away.ts';
import type { InputKind } from './away/window-input.ts';
import type { DeviceClock } from './clock.ts';
import type { Device } from './device.ts';
import type { Outside } from './outside/outside.ts';
import { startOutside } from './outside/start-outside.ts';
import type { PreferenceStore } from './preferences.ts';
import { openReceipts, type Receipts } from './receipts/receipts.ts';
import type { ProfileStore } from './session/session-file.ts';
import { memberKey } from './session/session-file.ts';
import type { SessionKeeper } from './session/session.ts';
import { startDevice } from './start-device.ts';
import type { LiveSnapshot } from '../shared/live.ts';
import type { AwaySnapshot } from '../shared/ipc/away-commands.ts';
import type { Windows } from './windows.ts';

export interface MemberDeviceDeps {
  store: ProfileStore;
  keeper: SessionKeeper;
  clock: DeviceClock;
  windows: Pick<Windows, 'isChatOpen' | 'send' | 'sendLive' | 'show'>;
  preferences: Pick<PreferenceStore, 'read' | 'useMember'>;
  /** Whoever else wants to know, beside the windows. */
  told: { live(live: LiveSnapshot): void; away(away: AwaySnapshot): void; gone(): void };
  log(line: string): void;
}

export type MemberDevice = ReturnType<typeof createMemberDevice>;

/** Input comes many times a second; proof of life needs no more than this, ms. */
const INPUT_EVERY_MS = 250;

export function createMemberDevice(deps: MemberDeviceDeps) {
  const { store, keeper, clock, windows, told, log } = deps;
  const idleAfterMs = () => deps.preferences.read().idleAfterMs;
  let device: Device | null = null;
  let receipts: Receipts | null = null;
  let outside: Outside | null = null;
  let away: Away | null = null;
  const lastInputMonoMs = new Map<string, number>();
  let changing: Promise<unknown> = Promise.resolve();

  async function start(): Promise<void> {
    const session = keeper.current();
    const { session: kept } = store.read();
    if (session.phase !== 'signedIn' || kept === null) return;
    const folder = store.memberFolder(memberKey(kept));
    deps.preferences.useMember(memberKey(kept));
    const onSaveFailed = (error: unknown) =>
      log(`a row could not be saved: ${error instanceof AppError ? error.code : 'internal'}`);
    const started = await startDevice({
      folder,
      session,
      keeper,
      clock,
      isChatOpen: windows.isChatOpen,
      idleAfterMs,
      onSaveFailed,
    });
    if (started.outbox.setAside !== null)
      log(
        `outbox: ${started.outbox.setAside.lines} unreadable lines set aside in ${started.outbox.setAside.file}`,
      );
    started.live$.subscribe((live) => windows.sendLive(live));
    started.live$.subscribe(told.live);
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
    away = await startAway(started, session.deviceId, folder, onSaveFailed);
  }

  /** Chats still stop when nobody is there; without the file the default holds: what was recorded counts. */
  async function startAway(
    of: Device,
    deviceId: string,
    folder: string,
    onSaveFailed: (error: unknown) => void,
  ): Promise<Away | null> {
    const { outbox, projections, timers, knownSeq } = of;
    const { serverNowMs } = of.beat;
    const show = (): void => {
      if (opened === null) return;
      const snapshot = opened.snapshot();
      windows.send('awayChanged', snapshot, ['desk']);
      told.away(snapshot);
    };
    let opened: Away | null = null;
    try {
      opened = await openAway({
        ...{ file: path.join(folder, 'away.jsonl'), clock, deviceId, outbox, projections, timers },
        ...{ serverNowMs, knownSeq, idleAfterMs, onSaveFailed },
        onSheet: (isBack) => void (isBack && windows.show('desk')),
      });
      opened.changed$.subscribe(show);
      return opened;
    } catch (error) {
      onSaveFailed(error);
      return null;
    }
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
    // First, while the outbox takes what was decided.
    await away?.stop();
    away = null;
    const unsent = stopping === null ? 0 : await stopping.stop();
    // Last, so that what the stop closed is remembered as it was shown.
    await receipts?.close();
    receipts = null;
    deps.preferences.useMember(null);
    told.gone();
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
    away: (): Away | null => away,
    /** Somebody is there: in the chat's window, or in another one (null). */
    sawInput(chatId: string | null, kind: InputKind): void {
      const key = `${chatId ?? ''} ${kind}`;
      const now = clock.monoMs();
      if (device === null || now - (lastInputMonoMs.get(key) ?? -Infinity) < INPUT_EVERY_MS) return;
      lastInputMonoMs.set(key, now);
      if (chatId !== null && kind === 'acted') device.timers.activity(chatId);
      else if (chatId !== null) device.timers.heard(chatId);
      // A window that comes forward under a pointer at rest may look like a moved one.
      if (kind === 'acted') away?.sawInput();
    },
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
