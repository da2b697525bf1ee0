/** What the system would show of the device's notices: recorded where Electron hands them over, and followed as by a click. */
import type { Device } from './e2e-device.ts';

interface Shown {
  title: string;
  body: string;
  isOpen: boolean;
}

interface Recorder {
  shownNotices: (Shown & { click(): void })[];
}

/** From now on; this machine's own notifications, if it has any, are left alone. */
export function recordNotices(device: Device): Promise<void> {
  return device.app.evaluate(({ Notification }) => {
    const shown: Recorder['shownNotices'] = [];
    (globalThis as unknown as Recorder).shownNotices = shown;
    const all = new Map<object, Shown>();
    Notification.isSupported = () => true;
    Notification.prototype.show = function show() {
      const one = {
        title: this.title,
        body: this.body,
        isOpen: true,
        click: () => {
          one.isOpen = false;
          this.emit('click');
        },
      };
      all.set(this, one);
      shown.push(one);
    };
    Notification.prototype.close = function close() {
      const one = all.get(this);
      if (one !== undefined) one.isOpen = false;
    };
  });
}

/** All until now, oldest first, without the marks that keep a name in its own direction. */
export async function shownNotices(device: Device): Promise<Shown[]> {
  const shown = await device.app.evaluate(() =>
    (globalThis as unknown as Recorder).shownNotices.map(({ title, body, isOpen }) => ({
      title,
      body,
      isOpen,
    })),
  );
  const plain = (text: string) => text.replace(/[\u2068\u2069]/g, '');
  return shown.map(({ title, body, isOpen }) => ({ title: plain(title), body: plain(body), isOpen }));
}

/** As a person clicks the newest one with this title. */
export function clickNotice(device: Device, title: string): Promise<void> {
  return device.app.evaluate((_electron, wanted) => {
    const { shownNotices: all } = globalThis as unknown as Recorder;
    const plain = (text: string) => text.replace(/[\u2068\u2069]/g, '');
    all
      .filter((one) => plain(one.title) === wanted)
      .at(-1)
      ?.click();
  }, title);
}
