/**
 * The tray icon with its menu, and the badge on the app's icon. A system without a tray, or without badges, loses nothing
 * else: where there is no badge the tray's icon carries a dot.
 */
import { app, Menu, nativeTheme, Tray, type MenuItemConstructorOptions } from 'electron';
import { merge, type Observable } from 'rxjs';
import { trayOf, type TrayView } from '../../shared/dock/tray.ts';
import type { LiveSnapshot } from '../../shared/live.ts';
import { badgeOf, type AttentionChat } from '../../shared/notices/attention.ts';
import { FOREVER_MS } from '../../shared/preferences.ts';
import type { Device } from '../device.ts';
import type { PreferenceStore } from '../preferences.ts';
import type { Windows } from '../windows.ts';
import { createBadge } from './badge.ts';
import { INKS } from './logo-bitmap.ts';
import { logoImage } from './logo-image.ts';

export interface TrayDeps {
  windows: Windows;
  preferences: PreferenceStore;
  session$: Observable<unknown>;
  isSignedIn(): boolean;
  /** null while nobody is signed in. */
  device(): Pick<Device, 'live' | 'timers'> | null;
  attention(): readonly AttentionChat[];
  wallMs(): number;
  toggleMini(): void;
  log(line: string, error?: unknown): void;
}

/** Where an open menu stays as it was made, and is handed over before it is opened. */
const IS_MENU_KEPT = process.platform === 'linux';
const SIZE = process.platform === 'linux' ? 22 : process.platform === 'darwin' ? 18 : 16;

export function startTray(deps: TrayDeps) {
  const { windows, preferences } = deps;
  const badge = createBadge(windows.desk);
  let tray: Tray | null = null;
  let shown = { image: '', menu: '', title: '', tooltip: '' };
  let live: LiveSnapshot | null = null;
  /** It could not be made, or is not wanted any more: not tried again before the next start. */
  let isWithout = false;

  function view(): TrayView {
    const { miniHidesNames } = preferences.read();
    const chats = windows.openChats().map(({ chat, clientName }) => ({
      chatId: chat.id,
      clientName: miniHidesNames ? '' : clientName,
    }));
    const open = new Set(chats.map(({ chatId }) => chatId));
    const attention = deps.attention();
    return trayOf({
      ...{ chats, live, isMenuOfNow: !IS_MENU_KEPT },
      needing: badgeOf(attention, live),
      waiting: attention.filter(({ chatId }) => !open.has(chatId)).length,
    });
  }

  function menuOf({ head, rows, more, running }: TrayView): MenuItemConstructorOptions[] {
    const { isMiniShown, quietUntilMs } = preferences.read();
    const isSignedIn = deps.isSignedIn();
    const isQuiet = quietUntilMs > deps.wallMs();
    if (!isSignedIn)
      return [
        { label: 'Open Chatclock', click: () => void windows.show('welcome') },
        { type: 'separator' },
        { label: 'Quit', click: () => app.quit() },
      ];
    return [
      { label: head, enabled: false },
      { type: 'separator' },
      ...rows.map(({ chatId, label }) => ({
        // An ampersand would underline what follows it.
        label: label.replaceAll('&', '&&'),
        click: () => showChat(chatId),
      })),
      ...(more > 0 ? [{ label: `${more} more on the desk`, click: showDesk }] : []),
      ...(rows.length > 0 ? [{ type: 'separator' as const }] : []),
      { label: 'Open the desk', click: showDesk },
      {
        label: 'Next that needs you',
        click() {
          showDesk();
          windows.send('deskPageWanted', { page: 'nextChat' }, ['desk']);
        },
      },
      { label: 'Pause all', enabled: running > 0, click: pauseAll },
      { label: 'Mini timer', type: 'checkbox', checked: isMiniShown, click: () => deps.toggleMini() },
      {
        label: 'Do not disturb',
        type: 'checkbox',
        checked: isQuiet,
        click: () => preferences.update({ quietUntilMs: isQuiet ? 0 : FOREVER_MS }),
      },
      { type: 'separator' },
      { label: 'Quit', click: () => app.quit() },
    ];
  }

  function pauseAll(): void {
    const device = deps.device();
    for (const { chatId, timer } of device?.live().chats ?? [])
      if (timer === 'running') device?.timers.pause(chatId);
  }

  function showDesk(): void {
    windows.show('desk');
  }

  function showChat(chatId: string): void {
    const open = windows.openChats().find(({ chat }) => chat.id === chatId);
    if (open === undefined) showDesk();
    else windows.openChat(open);
  }

  function make(): Tray | null {
    if (tray !== null || isWithout) return tray;
    try {
      const made = new Tray(imageOf(false));
      const popUp = () => {
        live = deps.device()?.live() ?? null;
        made.popUpContextMenu(Menu.buildFromTemplate(menuOf(view())));
      };
      if (!IS_MENU_KEPT) made.on('right-click', popUp);
      made.on(
        'click',
        process.platform === 'darwin'
          ? popUp
          : () => void windows.show(deps.isSignedIn() ? 'desk' : 'welcome'),
      );
      shown = { image: '', menu: '', title: '', tooltip: '' };
      tray = made;
    } catch (error) {
      isWithout = true;
      deps.log('no tray on this system', error);
    }
    return tray;
  }

  function refresh(): void {
    if (deps.device() === null) live = null;
    const needing = badgeOf(deps.attention(), live);
    const hasBadge = badge.show(needing);
    if (!preferences.read().isTrayShown) {
      tray?.destroy();
      tray = null;
      return;
    }
    const icon = make();
    if (icon === null) return;
    const now = view();
    const hasDot = needing > 0 && !hasBadge;
    const image = `${hasDot} ${nativeTheme.shouldUseDarkColors}`;
    const template = menuOf(now);
    const menu = IS_MENU_KEPT ? JSON.stringify(template) : '';
    if (image !== shown.image) icon.setImage(imageOf(hasDot));
    if (now.tooltip !== shown.tooltip) icon.setToolTip(now.tooltip);
    if (process.platform === 'darwin' && now.title !== shown.title)
      icon.setTitle(now.title, { fontType: 'monospacedDigit' });
    if (menu !== shown.menu) icon.setContextMenu(Menu.buildFromTemplate(template));
    shown = { image, menu, title: now.title, tooltip: now.tooltip };
  }

  const subscription = merge(preferences.changed$, windows.chatsChanged$, deps.session$).subscribe(refresh);
  nativeTheme.on('updated', refresh);
  refresh();

  return {
    /** Once a second and on every change; what counts on is in `now`, when that is what changed. */
    refresh(now?: LiveSnapshot): void {
      live = now ?? live;
      refresh();
    },
    stop(): void {
      subscription.unsubscribe();
      nativeTheme.off('updated', refresh);
      badge.show(0);
      isWithout = true;
      tray?.destroy();
      tray = null;
    },
  };
}

function imageOf(hasDot: boolean) {
  if (process.platform === 'darwin') {
    const image = logoImage(SIZE, INKS.black, null);
    image.setTemplateImage(true);
    return image;
  }
  const isDark = nativeTheme.shouldUseDarkColors;
  const dot = isDark ? INKS.dotDark : INKS.dotLight;
  return logoImage(SIZE, isDark ? INKS.dark : INKS.light, hasDot ? dot : null);
}
