/** Notices on this computer: the system's notifications, its lock screen, and the windows a notice leads to. */
import { powerMonitor } from 'electron';
import type { Notice } from '../../shared/notices/notice.ts';
import type { DeviceClock } from '../clock.ts';
import type { PreferenceStore } from '../preferences.ts';
import { nodeSchedule } from '../schedule.ts';
import type { Windows } from '../windows.ts';
import { createNotices, type Notices } from './notices.ts';
import { createSystemNotifications } from './system-notifications.ts';

export interface StartNoticesDeps {
  windows: Windows;
  preferences: PreferenceStore;
  clock: DeviceClock;
  serverNowMs(): number;
  log(line: string): void;
  onAttention(): void;
}

export function startNotices(deps: StartNoticesDeps): Notices {
  const { windows, preferences, clock, log } = deps;
  const notices = createNotices({
    port: createSystemNotifications({ monoMs: clock.monoMs, log }),
    schedule: nodeSchedule,
    clock,
    serverNowMs: deps.serverNowMs,
    preferences: preferences.read,
    focused: windows.focused,
    openChats: () =>
      windows
        .openChats()
        .map(({ chat, clientName }) => ({ chatId: chat.id, userId: chat.userId, clientName })),
    sound: (kind) => windows.send('soundWanted', { kind }, ['desk']),
    follow: (followed) => followNotices(windows, followed),
    onAttention: deps.onAttention,
  });
  powerMonitor.on('lock-screen', notices.lock);
  powerMonitor.on('unlock-screen', notices.unlock);
  return notices;
}

/** To the one chat it is about if that has a window, else to the desk. No clock starts by it. */
function followNotices(windows: Windows, notices: readonly Notice[]): void {
  const [notice] = notices;
  if (notices.length === 1 && notice !== undefined && notice.kind !== 'away') {
    const open = windows
      .openChats()
      .find(({ chat }) =>
        notice.kind === 'message' ? chat.id === notice.chatId : chat.userId === notice.userId,
      );
    if (open !== undefined) return windows.openChat(open);
  }
  windows.show('desk');
  if (notices.length === 1 && notice?.kind === 'message')
    windows.send('chatLinked', { chatId: notice.chatId }, ['desk']);
}
