/** What the system says of sleep and lock, for the timers. Each may come twice or not at all: the tick gap decides then. */
import type { PowerMonitor } from 'electron';
import type { ChatTimerManager } from '../timers/chat-timer-manager.ts';
import type { Away } from './away.ts';

export function followPower(
  monitor: PowerMonitor,
  find: { timers(): ChatTimerManager | undefined; away(): Away | null },
): void {
  monitor.on('suspend', () => find.timers()?.suspend());
  monitor.on('resume', () => find.timers()?.resume());
  monitor.on('lock-screen', () => find.timers()?.lock());
  monitor.on('unlock-screen', () => find.away()?.unlocked());
}
