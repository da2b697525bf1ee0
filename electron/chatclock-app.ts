/**
 * The app of one profile, put together: session, device, windows, commands. What runs is stopped in the reverse order,
 * timers first, so that quitting saves everything.
 */
import path from 'node:path';
import { app, nativeTheme, powerMonitor, protocol, safeStorage, session as electronSession } from 'electron';
import { filter, pairwise, startWith } from 'rxjs';
import { AppError } from '../shared/errors.ts';
import { createAppLog } from './app-log.ts';
import { createAppProtocol } from './app-protocol.ts';
import { createDeviceClock } from './clock.ts';
import { createCommandHandlers } from './command-handlers.ts';
import type { AppOptions } from './command-line.ts';
import { startDeskWatch } from './desk-watch.ts';
import type { Device } from './device.ts';
import { registerCommands } from './ipc.ts';
import { createLocalServerKeeper } from './local-server.ts';
import { installMenu } from './menu.ts';
import { openExternal } from './open-external.ts';
import { openPreferences } from './preferences.ts';
import { openReceipts, type Receipts } from './receipts/receipts.ts';
import { followReplayAnswers } from './replay-answers.ts';
import { takeScreenshot } from './screenshot.ts';
import { createSecretBox } from './session/secret-box.ts';
import { memberKey, openProfileStore } from './session/session-file.ts';
import { createSessionKeeper } from './session/session.ts';
import { createPushGate, createSyncProxy } from './sync-proxy.ts';
import { guardSession, guardWebContents } from './web-guards.ts';
import { createWindows } from './windows.ts';
import { startDevice } from './start-device.ts';

const PRACTICE_DEVICE_NAME = 'This computer';

export interface ChatclockApp {
  showFirstWindow(): Promise<void>;
  focus(): void;
  stop(): Promise<void>;
}

/** Starts everything of a profile. Throws AppError outboxUnreadable when its folder cannot be read at all. */
export async function startChatclock(
  options: AppOptions,
  profileDir: string,
  outDir: string,
): Promise<ChatclockApp> {
  const clock = createDeviceClock(profileDir);
  const log = createAppLog(profileDir, clock.wallMs);
  const preferences = await openPreferences(profileDir, () => log('preferences could not be saved'));
  nativeTheme.themeSource = preferences.read().theme;
  const store = await openProfileStore(profileDir);
  const keeper = createSessionKeeper({
    store,
    box: createSecretBox(safeStorage, process.platform),
    suggestedServerUrl: options.serverUrl,
  });
  let device: Device | null = null;
  let receipts: Receipts | null = null;
  let deviceChanging: Promise<void> = Promise.resolve();
  let isDeskReady = false;
  let isStopping = false;

  const currentDevice = (): Device => {
    if (device === null) throw new AppError('notSignedIn');
    return device;
  };
  const localServer = createLocalServerKeeper({
    script: path.join(outDir, 'main', 'sync-server.js'),
    dataDir: path.join(profileDir, 'practice-server'),
    onMoved: (url) => void keeper.moveTo(url),
    log,
  });
  const windows = createWindows({
    preload: path.join(outDir, 'preload', 'preload.cjs'),
    backgroundColor: () => (nativeTheme.shouldUseDarkColors ? '#151517' : '#fafaf8'),
    readBounds: (role) => preferences.read().bounds[role],
    keepBounds: (role, bounds) =>
      preferences.update({ bounds: { ...preferences.read().bounds, [role]: bounds } }),
    onChatClosed: (chatId) => device?.timers.closeWindow(chatId),
    onDeskClosing() {
      // Chats go on without the desk on screen; without chats there is nothing left to do.
      if (windows.openChats().length > 0) return false;
      app.quit();
      return true;
    },
    onChatActivity: (chatId) => device?.timers.activity(chatId),
    onNothingLeft: () => app.quit(),
  });
  const deskWatch = startDeskWatch({
    clock,
    desk: windows.desk,
    onReload: (reason) => log(`desk reloaded: ${reason}`),
  });

  guardSession(electronSession.defaultSession);
  guardWebContents(app, (url) => void openExternal(url));
  const proxy = createSyncProxy({
    serverUrl() {
      const session = keeper.current();
      if (session.phase !== 'signedIn') throw new AppError('notSignedIn');
      return session.serverUrl;
    },
    accessToken: (stale) => keeper.accessToken(stale),
    whenAnchored: createPushGate(() => currentDevice().beat),
  });
  const devServerUrl = app.isPackaged ? null : (process.env['ELECTRON_RENDERER_URL'] ?? null);
  protocol.handle('app', createAppProtocol({ pagesDir: path.join(outDir, 'renderer'), proxy, devServerUrl }));

  async function startCurrentDevice(): Promise<void> {
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

  async function stopCurrentDevice(): Promise<number> {
    const stopping = device;
    device = null;
    const unsent = stopping === null ? 0 : await stopping.stop();
    // Last, so that what the stop closed is remembered as it was shown.
    await receipts?.close();
    receipts = null;
    return unsent;
  }

  /** One change of member at a time. */
  function changeDevice<T>(change: () => Promise<T>): Promise<T> {
    const changed = deviceChanging.then(change);
    deviceChanging = changed.then(
      () => undefined,
      () => undefined,
    );
    return changed;
  }

  async function enterDesk(): Promise<void> {
    await changeDevice(async () => {
      await stopCurrentDevice();
      await startCurrentDevice();
    });
    isDeskReady = false;
    windows.closeChats();
    windows.replaceDesk();
    windows.close('welcome');
    windows.planSpare();
  }

  async function signIn(input: {
    serverUrl: string;
    email: string;
    password: string;
    deviceName: string;
    isPractice: boolean;
  }): Promise<void> {
    await keeper.signIn(input);
    await enterDesk();
  }

  async function practise(as: 'advisor' | 'supervisor'): Promise<void> {
    const local = await localServer.ready();
    await signIn({ serverUrl: local.url, ...local[as], deviceName: PRACTICE_DEVICE_NAME, isPractice: true });
  }

  registerCommands({
    roleOf: windows.roleOf,
    onBug: (name, error) =>
      log(`command ${name} failed: ${error instanceof Error ? error.stack : String(error)}`),
    handlers: createCommandHandlers({
      keeper,
      windows,
      preferences,
      deskWatch,
      device: currentDevice,
      receipts: () => receipts,
      practise,
      signIn: (input) => signIn({ ...input, isPractice: false }),
      async signOut() {
        const unsent = await changeDevice(stopCurrentDevice);
        await keeper.signOut(unsent);
        windows.closeChats();
        windows.show('welcome');
        windows.close('desk');
        return unsent;
      },
      wallMs: clock.wallMs,
      exportFolder: path.join(profileDir, 'exports'),
      onDeskReady: () => (isDeskReady = true),
    }),
  });
  keeper.session$
    .pipe(
      startWith(keeper.current()),
      pairwise(),
      filter(([before, now]) => before !== now),
    )
    .subscribe(([, now]) => windows.send('sessionChanged', now));
  powerMonitor.on('suspend', () => device?.timers.suspend());
  installMenu({ focusChat: windows.focusChat, showDesk: () => windows.show('desk') });
  const replay =
    options.replayAnswersFile === null
      ? null
      : followReplayAnswers({
          file: options.replayAnswersFile,
          wallMs: clock.wallMs,
          wantChat: (chatId) => windows.send('chatWanted', { chatId }, ['desk']),
          // A window hears only once its page is up, and that is when its timer has started.
          answer: (chatId, text) =>
            device?.timers.timerOf(chatId) !== undefined &&
            windows.sendToChat(chatId, 'answerRecorded', { chatId, text }),
        });

  return {
    async showFirstWindow() {
      const session = keeper.current();
      // Its own server comes up at once, so that practising is a matter of one key; with --server there is none to wait for.
      if (options.serverUrl === null) {
        void localServer.ready().then(
          ({ url }) => session.phase === 'signedIn' && session.isPractice && void keeper.moveTo(url),
          () => log('practice server did not start'),
        );
      }
      if (options.screenshotFile !== null) {
        await takeScreenshot({
          file: options.screenshotFile,
          practise: () => practise('advisor'),
          isDeskReady: () => isDeskReady,
          live: () => device?.live(),
          desk: windows.desk,
          openChats: (chatIds) =>
            chatIds.forEach((chatId) => windows.send('chatWanted', { chatId }, ['desk'])),
        });
        return;
      }
      if (session.phase === 'signedIn') await enterDesk();
      else windows.show('welcome');
    },
    focus: () => void windows.show(keeper.current().phase === 'signedIn' ? 'desk' : 'welcome'),
    async stop() {
      if (isStopping) return;
      isStopping = true;
      replay?.stop();
      deskWatch.stop();
      windows.prepareQuit();
      await changeDevice(stopCurrentDevice);
      await preferences.saved();
      await localServer.stop();
    },
  };
}
