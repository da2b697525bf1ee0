/** The system's notifications, as thin as can be; a system without them, or one that does not answer, breaks nothing. */
import { Notification } from 'electron';
import type { NoticeText } from '../../shared/notices/notice-words.ts';

export interface ShownNotice {
  close(): void;
}

export interface NoticePort {
  /** null = this system shows none. `isQuiet`: without the system's own sound (ours is heard by the desk). */
  show(text: NoticeText, on: { click(): void; closed(): void }): ShownNotice | null;
}

/** Without a notification service libnotify may wait for one and hold up the app; then never again in this run, ms. */
const TOO_SLOW_MS = 1_000;

export function createSystemNotifications(deps: { monoMs(): number; log(line: string): void }): NoticePort {
  let isUsable = true;

  return {
    show(text, { click, closed }) {
      if (!isUsable || !Notification.isSupported()) return null;
      const startedMonoMs = deps.monoMs();
      try {
        const { title, body } = forSystem(text);
        const notification = new Notification({ title, body, silent: true });
        notification.on('click', click);
        notification.on('close', closed);
        notification.show();
        return { close: () => notification.close() };
      } catch {
        isUsable = false;
        deps.log('the system refused a notification');
        return null;
      } finally {
        if (deps.monoMs() - startedMonoMs > TOO_SLOW_MS) {
          isUsable = false;
          deps.log('the system’s notifications do not answer; none are shown until the next start');
        }
      }
    },
  };
}

/** On Linux a body may hold markup, links too: what a client wrote must not become any. */
function forSystem({ title, body }: NoticeText): NoticeText {
  if (process.platform !== 'linux') return { title, body };
  return { title, body: body.replaceAll('<', '‹').replaceAll('>', '›') };
}
