/** The tray and the badge as the system is told of them, and its menu as a person uses it. */
import type { Device } from './e2e-device.ts';

interface Recorder {
  trayTold: { tooltip: string; items: { label: string; click(): void }[]; badge: number };
}

/** From now on; this machine's tray, if it has one, is still told. */
export function recordTray(device: Device): Promise<void> {
  return device.app.evaluate(({ app, Tray }) => {
    const told: Recorder['trayTold'] = { tooltip: '', items: [], badge: 0 };
    (globalThis as unknown as Recorder).trayTold = told;
    const { setToolTip, setContextMenu } = Tray.prototype;
    Tray.prototype.setToolTip = function tell(tooltip) {
      told.tooltip = tooltip;
      setToolTip.call(this, tooltip);
    };
    Tray.prototype.setContextMenu = function tell(menu) {
      told.items = (menu?.items ?? []).map((item) => ({ label: item.label, click: () => void item.click() }));
      setContextMenu.call(this, menu);
    };
    app.setBadgeCount = (count) => {
      told.badge = count ?? 0;
      return true;
    };
  });
}

export function trayTold(device: Device): Promise<{ tooltip: string; labels: string[]; badge: number }> {
  return device.app.evaluate(() => {
    const { tooltip, items, badge } = (globalThis as unknown as Recorder).trayTold;
    return { tooltip, badge, labels: items.map(({ label }) => label) };
  });
}

export function chooseInTray(device: Device, label: string): Promise<void> {
  return device.app.evaluate((_electron, wanted) => {
    const { items } = (globalThis as unknown as Recorder).trayTold;
    items.filter((item) => item.label === wanted).forEach((item) => item.click());
  }, label);
}
