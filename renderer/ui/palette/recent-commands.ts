/** Which commands were run last on this computer, for all windows. A convenience: losing it loses nothing. */
const KEY = 'chatclock.recentCommands';
const KEPT = 5;

/** The newest first. */
export function readRecent(): string[] {
  return (localStorage.getItem(KEY) ?? '').split(' ').filter(Boolean);
}

export function keepRecent(id: string): void {
  try {
    const next = [id, ...readRecent().filter((one) => one !== id)].slice(0, KEPT);
    localStorage.setItem(KEY, next.join(' '));
  } catch {
    // The store is full: the order stays as it was.
  }
}
