/** The windows: one welcome or one desk, one for every open chat, and a hidden spare that makes the next chat instant. */
import { BrowserWindow, type BrowserWindowConstructorOptions, type WebContents } from 'electron';
import { Subject } from 'rxjs';
import { APP_ORIGIN, type EventName, type EventPayload } from '../shared/ipc.ts';
import type { WindowRole } from '../shared/ipc/command.ts';
import type { LiveSnapshot } from '../shared/live.ts';
import type { Chat } from '../shared/rows.ts';
import { followInput, type InputKind } from './away/window-input.ts';
import { sendEvent } from './ipc.ts';
import { keepPageUp } from './page-keeper.ts';
import { nodeSchedule } from './schedule.ts';
import { MINI_HEIGHT, MINI_WIDTH } from './dock/mini-place.ts';
import type { KeptBounds } from './preferences.ts';
import { followSeen, isSeen } from './seen-windows.ts';
import { showWhenReady } from './show-when-ready.ts';
import { boundsOf, followPlace, onScreen, place, placeOf } from './window-places.ts';
import { assertSecureWebPreferences, secureWebPreferences } from './web-preferences.ts';

export interface AssignedChat {
  chat: Chat;
  clientName: string;
}

interface AppWindow {
  role: WindowRole;
  window: BrowserWindow;
  assigned: AssignedChat | null;
  /** The person closed it; it is only hidden, because chats are open. */
  isPutAway: boolean;
  /** As the page wants it. */
  title: string | null;
  /** Where it was put; anywhere else the person has put it. */
  placed: string;
}

const SIZES: Record<WindowRole, { width: number; height: number; minWidth: number; minHeight: number }> = {
  welcome: { width: 940, height: 600, minWidth: 420, minHeight: 520 },
  desk: { width: 1180, height: 760, minWidth: 760, minHeight: 520 },
  chat: { width: 420, height: 640, minWidth: 340, minHeight: 420 },
  mini: { width: MINI_WIDTH, height: MINI_HEIGHT, minWidth: 1, minHeight: 1 },
};
const MINI: BrowserWindowConstructorOptions = {
  ...{ alwaysOnTop: true, skipTaskbar: true, resizable: false, roundedCorners: true },
  ...{ minimizable: false, maximizable: false, fullscreenable: false },
};
/** Those whose numbers run. */
const LIVE_ROLES: readonly WindowRole[] = ['desk', 'chat', 'mini'];
/** The spare is made when the last one has been shown and the machine has had a moment, ms. */
const SPARE_AFTER_MS = 400;

export interface WindowsDeps {
  preload: string;
  log(line: string): void;
  /** The snapshot of now; undefined while nobody is signed in. */
  live(): LiveSnapshot | undefined;
  /** Written under the windows until the page paints. */
  backgroundColor(): string;
  /** A factor. */
  zoom(): number;
  readBounds(role: WindowRole): KeptBounds | undefined;
  keepBounds(role: WindowRole, bounds: KeptBounds): void;
  onChatClosed(chatId: string): void;
  /** The person closed the desk: false keeps it (hidden). */
  onDeskClosing(): boolean;
  /** Somebody is there: in a chat's window, or in another one (null). */
  onInput(chatId: string | null, kind: InputKind): void;
  /** The desk was put away, and now the person has closed the last chat: no window is left to be seen. */
  onNothingLeft(): void;
}

export type Windows = ReturnType<typeof createWindows>;

export function createWindows(deps: WindowsDeps) {
  const windows = new Map<number, AppWindow>();
  const chatsChanged$ = new Subject<void>();
  let isQuitting = false;
  let spareTimer: ReturnType<typeof setTimeout> | null = null;

  function create(role: WindowRole): AppWindow {
    const webPreferences = secureWebPreferences(deps.preload);
    assertSecureWebPreferences(webPreferences);
    const kept = deps.readBounds(role);
    const window = new BrowserWindow({
      ...SIZES[role],
      ...(role === 'mini' ? MINI : onScreen(kept)),
      show: false,
      frame: false,
      backgroundColor: deps.backgroundColor(),
      title: 'Chatclock',
      webPreferences,
    });
    if (kept?.isMaximised === true && role === 'desk') window.once('show', () => window.maximize());
    const made: AppWindow = {
      role,
      window,
      assigned: null,
      isPutAway: false,
      title: null,
      placed: placeOf(window),
    };
    const id = window.webContents.id;
    let isClosedByPerson = false;
    windows.set(id, made);
    // Chromium forgets the factor when a page is loaded anew.
    window.webContents.on('did-finish-load', () => window.webContents.setZoomFactor(deps.zoom()));
    // The application menu stays: a window without a frame shows none, but its keys work.
    window.on('page-title-updated', (event) => event.preventDefault());
    window.on('close', (event) => {
      if (!isQuitting) keepPlace(made);
      if (role === 'chat') isClosedByPerson = true;
      if (role !== 'desk' || isQuitting || deps.onDeskClosing()) return;
      event.preventDefault();
      made.isPutAway = true;
      window.hide();
    });
    window.on('show', () => (made.isPutAway = false));
    // The spare is painted before it is shown. From then on no chat draws, nor blinks a caret, where nobody looks.
    if (role === 'chat') window.once('show', () => window.webContents.setBackgroundThrottling(true));
    followPlace(window, nodeSchedule, () => {
      if (!isQuitting && placeOf(window) !== made.placed) keepPlace(made);
    });
    followSeen(window, (isSeenNow) => {
      showTitle(made, isSeenNow);
      if (isSeenNow) tellNow(made);
    });
    const load = () => void window.loadURL(`${APP_ORIGIN}/${role}.html`).catch(() => undefined); // The keeper hears of it.
    // Chats go on in main: a window that was lost only has to show them again.
    keepPageUp({
      ...{ page: window.webContents, name: role, load, log: deps.log, schedule: nodeSchedule },
      isGivenUp: () => isQuitting,
    });
    window.webContents.on('render-process-gone', () => {
      // A spare is not worth keeping; but not inside the event of what is being destroyed.
      if (role !== 'chat' || made.assigned !== null || isQuitting) return;
      setImmediate(() => {
        if (!window.isDestroyed()) window.destroy();
        planSpare();
      });
    });
    followInput(window.webContents, (kind) => deps.onInput(made.assigned?.chat.id ?? null, kind));
    window.on('closed', () => {
      windows.delete(id);
      if (made.assigned === null) return;
      deps.onChatClosed(made.assigned.chat.id);
      chatsChanged$.next();
      const isLast = ![...windows.values()].some((one) => one.assigned !== null);
      if (isClosedByPerson && isLast && !isQuitting && find('desk')?.isPutAway === true) deps.onNothingLeft();
    });
    load();
    return made;
  }

  /** A window that was not seen knows nothing of the seconds meanwhile. */
  function tellNow({ role, window }: AppWindow): void {
    const live = LIVE_ROLES.includes(role) ? deps.live() : undefined;
    if (live !== undefined) sendEvent(window.webContents, 'liveChanged', live);
  }

  /** In the task bar a title that stands still would name a wrong time: then it is the client's name alone. */
  function showTitle({ window, title, assigned }: AppWindow, isSeenNow: boolean): void {
    if (title !== null) window.setTitle(isSeenNow ? title : (assigned?.clientName ?? title));
  }

  /** To the front; what it shows is of now before it is seen. */
  function present(one: AppWindow): void {
    if (!isSeen(one.window)) tellNow(one);
    one.window.show();
    one.window.focus();
  }

  /** The spare has no place of its own. */
  function keepPlace({ role, window, assigned }: AppWindow): void {
    if (role === 'mini') return; // Its place is the small one, kept by dock.ts.
    if (role !== 'chat' || assigned !== null) deps.keepBounds(role, boundsOf(window));
  }

  function find(role: WindowRole): AppWindow | undefined {
    return [...windows.values()].find((one) => one.role === role);
  }

  function show(role: 'welcome' | 'desk'): BrowserWindow {
    const found = find(role) ?? create(role);
    if (found.window.webContents.isLoadingMainFrame()) showWhenReady(found.window);
    else present(found);
    return found.window;
  }

  function spare(): AppWindow | undefined {
    return [...windows.values()].find((one) => one.role === 'chat' && one.assigned === null);
  }

  function planSpare(): void {
    if (spareTimer !== null) clearTimeout(spareTimer);
    spareTimer = setTimeout(() => {
      if (!isQuitting && find('desk') !== undefined && spare() === undefined) create('chat');
    }, SPARE_AFTER_MS);
  }

  function chatWindow(chatId: string): AppWindow | undefined {
    return [...windows.values()].find((one) => one.assigned?.chat.id === chatId);
  }

  return {
    show,
    planSpare,
    /** The same zoom in all windows, a factor. */
    zoom(factor: number): void {
      for (const { window } of windows.values()) window.webContents.setZoomFactor(factor);
    },
    /** The next chat window after the focused one, or the one before it. */
    focusNextChat(step: 1 | -1): void {
      const chats = [...windows.values()].filter((one) => one.assigned !== null);
      const at = chats.findIndex(({ window }) => window.isFocused());
      const next = chats[at === -1 ? 0 : (at + step + chats.length) % Math.max(1, chats.length)];
      if (next !== undefined) present(next);
    },
    /** A desk of its own for another member; the old one goes after, so that there is never no window. */
    replaceDesk(): void {
      const old = find('desk');
      const { window } = create('desk');
      showWhenReady(window);
      old?.window.destroy();
    },
    close(role: 'welcome' | 'desk' | 'mini'): void {
      find(role)?.window.destroy();
    },
    closeChats(): void {
      for (const { role, window } of [...windows.values()]) if (role === 'chat') window.destroy();
    },
    /** Shows the chat's window, or gives the spare to it. */
    openChat(assigned: AssignedChat): void {
      const open = chatWindow(assigned.chat.id);
      const target = open ?? spare() ?? create('chat');
      if (open === undefined) {
        target.assigned = assigned;
        const shown = [...windows.values()].filter(
          (one) => one.role === 'chat' && one.assigned !== null,
        ).length;
        place(target.window, shown, shown === 1 ? deps.readBounds('chat') : undefined);
        target.placed = placeOf(target.window);
        tellNow(target);
        sendEvent(target.window.webContents, 'chatAssigned', assigned);
        chatsChanged$.next();
        planSpare();
      }
      present(target);
    },
    assignedTo: (sender: WebContents): AssignedChat | null => windows.get(sender.id)?.assigned ?? null,
    roleOf: (sender: WebContents): WindowRole | undefined => windows.get(sender.id)?.role,
    isChatOpen: (chatId: string): boolean => chatWindow(chatId) !== undefined,
    openChats: (): AssignedChat[] =>
      [...windows.values()].flatMap((one) => (one.assigned === null ? [] : [one.assigned])),
    /** The window with the keyboard; null = none of ours. */
    focused(): { chatId: string | null; isDesk: boolean } | null {
      const found = [...windows.values()].find(({ window }) => window.isFocused());
      if (found === undefined) return null;
      return { chatId: found.assigned?.chat.id ?? null, isDesk: found.role === 'desk' };
    },
    focusChat(position: number): void {
      const chats = [...windows.values()].filter((one) => one.assigned !== null);
      chats[position]?.window.focus();
    },
    /** A chat was given a window, or lost it. */
    chatsChanged$: chatsChanged$.asObservable(),
    mini: (): BrowserWindow | undefined => find('mini')?.window,
    /** Shown without taking the focus from where somebody writes. */
    showMini(): BrowserWindow {
      const { window } = create('mini');
      showWhenReady(window, () => window.showInactive());
      return window;
    },
    desk: (): BrowserWindow | undefined => find('desk')?.window,
    windowOf: (sender: WebContents): BrowserWindow | undefined => windows.get(sender.id)?.window,
    /** To every window, or to those of some roles. */
    send<N extends EventName>(name: N, payload: EventPayload<N>, roles?: readonly WindowRole[]): void {
      for (const { role, window } of windows.values())
        if (roles === undefined || roles.includes(role)) sendEvent(window.webContents, name, payload);
    },
    /** What changes every second: only to windows that somebody can see. */
    sendLive(live: LiveSnapshot): void {
      for (const { role, window } of windows.values())
        if (LIVE_ROLES.includes(role) && isSeen(window)) sendEvent(window.webContents, 'liveChanged', live);
    },
    setTitle(sender: WebContents, title: string): void {
      const found = windows.get(sender.id);
      if (found !== undefined) showTitle(Object.assign(found, { title }), isSeen(found.window));
    },
    sendToChat<N extends EventName>(chatId: string, name: N, payload: EventPayload<N>): boolean {
      const found = chatWindow(chatId);
      if (found !== undefined) sendEvent(found.window.webContents, name, payload);
      return found !== undefined;
    },
    prepareQuit(): void {
      isQuitting = true;
      for (const one of windows.values()) keepPlace(one);
      if (spareTimer !== null) clearTimeout(spareTimer);
    },
  };
}
