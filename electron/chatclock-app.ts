/**
 * The app of one profile, put together: session, device, windows, commands. What runs is stopped in the reverse order,
 * timers first, so that quitting saves everything.
 */
import path from 'node:path';
import {
  app,
  nativeTheme,
  powerMonitor,
  protocol,
  safeStorage,
  session as electronSession,
  type BrowserWindow,
} from 'electron';
import { filter, pairwise, startWith } from 'rxjs';
import type { ChatLink } from '../shared/deep-link.ts';
import { AppError } from '../shared/errors.ts';
import type { LiveSnapshot } from '../shared/live.ts';
import { followPower } from './away/power-events.ts';
import { createAppLog } from './log/app-log.ts';
import { createAppProtocol } from './app-protocol.ts';
import { startCitizen } from './citizen/citizen.ts';
import { createDeviceClock } from './clock.ts';
import { createCommandHandlers } from './command-handlers.ts';
import type { AppOptions } from './command-line.ts';
import { createDock } from './dock/dock.ts';
import { startDeskWatch } from './desk-watch.ts';
import { registerCommands } from './ipc.ts';
import { createLocalServerKeeper } from './local-server.ts';
import { createMemberDevice } from './member-device.ts';
import { startNotices } from './notices/start-notices.ts';
import { openExternal } from './open-external.ts';
import { openPreferences } from './preferences.ts';
import type { QuitState } from './quit-question.ts';
import { startTray } from './tray/tray.ts';
import { followReplayAnswers } from './replay-answers.ts';
import { takeScreenshot } from './screenshot.ts';
import { nodeSchedule } from './schedule.ts';
import { createSecretBox } from './session/secret-box.ts';
import { memberFile, openProfileStore } from './session/session-file.ts';
import { createSessionKeeper, type SignInInput } from './session/session.ts';
import { createSnippets } from './snippets/snippets.ts';
import { createPushGate, createSyncProxy } from './sync-proxy.ts';
import { guardSession, guardWebContents } from './web-guards.ts';
import { createWindows } from './windows.ts';

const PRACTICE_DEVICE_NAME = 'This computer';

export interface ChatclockApp {
  showFirstWindow(): Promise<void>;
  focus(): void;
  /** Shows a chat on the desk, once the desk is up; nothing starts by it. */
  showChat(link: ChatLink): void;
  /** Where a question may be asked. */
  desk(): BrowserWindow | undefined;
  quitState(): QuitState;
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
  let isDeskReady = false;
  let waitingLink: ChatLink | null = null;
  let isStopping = false;

  const localServer = createLocalServerKeeper({
    script: path.join(outDir, 'main', 'sync-server.js'),
    dataDir: path.join(profileDir, 'practice-server'),
    onMoved: (url) => void keeper.moveTo(url),
    log,
  });
  const windows = createWindows({
    log,
    live: () => member.find()?.live(),
    preload: path.join(outDir, 'preload', 'preload.cjs'),
    backgroundColor: () => (nativeTheme.shouldUseDarkColors ? '#151517' : '#fafaf8'),
    zoom: () => preferences.read().zoom,
    readBounds: preferences.boundsOf,
    keepBounds: preferences.keepBounds,
    onChatClosed: (chatId) => member.find()?.timers.closeWindow(chatId),
    onDeskClosing() {
      // Chats go on without the desk on screen; without chats there is nothing left to do.
      if (windows.openChats().length > 0) return false;
      app.quit();
      return true;
    },
    onInput: (chatId, kind) => member.sawInput(chatId, kind),
    onNothingLeft: () => app.quit(),
  });
  const notices = startNotices({
    ...{ windows, preferences, clock, log },
    serverNowMs: () => member.find()?.beat.serverNowMs() ?? clock.wallMs(),
    onAttention: () => tray.refresh(),
  });
  const told = {
    live(live: LiveSnapshot) {
      notices.live(live);
      tray.refresh(live);
    },
    away: notices.away,
    gone: notices.forget,
  };
  const member = createMemberDevice({ store, keeper, clock, windows, preferences, told, log });
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
    whenAnchored: createPushGate(() => member.get().beat),
  });
  const devServerUrl = app.isPackaged ? null : (process.env['ELECTRON_RENDERER_URL'] ?? null);
  const pagesDir = path.join(outDir, 'renderer');
  protocol.handle('app', createAppProtocol({ pagesDir, proxy, devServerUrl, log, schedule: nodeSchedule }));

  async function enterDesk(): Promise<void> {
    await member.restart();
    isDeskReady = false;
    windows.closeChats();
    windows.replaceDesk();
    windows.close('welcome');
    windows.planSpare();
    dock.followChoice();
  }

  async function signIn(input: SignInInput): Promise<void> {
    await keeper.signIn(input);
    await enterDesk();
  }

  async function practise(as: 'advisor' | 'supervisor'): Promise<void> {
    const local = await localServer.ready();
    await signIn({
      serverUrl: local.url,
      ...local[as],
      deviceName: PRACTICE_DEVICE_NAME,
      isPractice: true,
      staysSignedIn: true,
    });
  }

  function sendLink(): void {
    if (!isDeskReady || waitingLink === null) return;
    windows.send('chatLinked', waitingLink, ['desk']);
    waitingLink = null;
  }

  const focus = () => windows.show(keeper.current().phase === 'signedIn' ? 'desk' : 'welcome');

  registerCommands({
    roleOf: windows.roleOf,
    onBug: (name, error) => log(`command ${name} failed`, error),
    handlers: createCommandHandlers({
      keeper,
      windows,
      preferences,
      deskWatch,
      dock: () => dock,
      notices: () => notices,
      shortcutProblems: () => citizen.shortcutProblems(),
      device: member.get,
      receipts: member.receipts,
      outside: member.outside,
      away: member.away,
      snippets: createSnippets({ file: () => memberFile(store, 'snippets.json') }),
      practise,
      signIn: (input) => signIn({ ...input, isPractice: false }),
      async signOut() {
        const unsent = await member.stop();
        await keeper.signOut(unsent);
        windows.closeChats();
        windows.show('welcome');
        windows.close('desk');
        return unsent;
      },
      wallMs: clock.wallMs,
      lastLogLines: log.last,
      exportFolder: path.join(profileDir, 'exports'),
      onDeskReady() {
        isDeskReady = true;
        sendLink();
      },
    }),
  });
  keeper.session$
    .pipe(
      startWith(keeper.current()),
      pairwise(),
      filter(([before, now]) => before !== now),
    )
    .subscribe(([, now]) => windows.send('sessionChanged', now));
  followPower(powerMonitor, { timers: () => member.find()?.timers, away: member.away });
  const dock = createDock({
    windows,
    preferences,
    isSignedIn: () => keeper.current().phase === 'signedIn',
    session$: keeper.session$,
  });
  const tray = startTray({
    ...{ windows, preferences, log, wallMs: clock.wallMs, session$: keeper.session$ },
    isSignedIn: () => keeper.current().phase === 'signedIn',
    device: member.find,
    attention: notices.attention,
    toggleMini: dock.toggle,
  });
  const citizen = startCitizen({ preferences, windows, keeper, options, log, toggleMini: dock.toggle });
  const replay =
    options.replayAnswersFile === null
      ? null
      : followReplayAnswers({
          file: options.replayAnswersFile,
          wallMs: clock.wallMs,
          wantChat: (chatId) => windows.send('chatWanted', { chatId }, ['desk']),
          // A window hears only once its page is up, and that is when its timer has started.
          answer: (chatId, text) =>
            member.find()?.timers.timerOf(chatId) !== undefined &&
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
          live: () => member.find()?.live(),
          desk: windows.desk,
          openChats: (chatIds) =>
            chatIds.forEach((chatId) => windows.send('chatWanted', { chatId }, ['desk'])),
        });
        return;
      }
      if (session.phase === 'signedIn') await enterDesk();
      else windows.show('welcome');
    },
    focus,
    showChat(link) {
      waitingLink = link;
      focus();
      sendLink();
    },
    desk: windows.desk,
    quitState() {
      const live = member.find()?.live();
      return {
        running: live?.chats.filter(({ timer }) => timer === 'running').length ?? 0,
        waitingRows: live?.outbox.waiting ?? 0,
      };
    },
    async stop() {
      if (isStopping) return;
      isStopping = true;
      replay?.stop();
      deskWatch.stop();
      citizen.stop();
      tray.stop();
      dock.stop();
      windows.prepareQuit();
      await member.stop();
      await preferences.saved();
      await localServer.stop();
    },
  };
}
