/**
 * Keeps a window's page up: one that could not be loaded, or whose renderer is gone, is loaded again after a short while,
 * so that nobody sits before an error page. Silence of a page that is there is desk-watch.ts's matter.
 */
import type { WebContents } from 'electron';
import type { Schedule } from './schedule.ts';

/** Waits before the tries in turn, ms; the last one holds from then on. The error page itself is complete before the first. */
export const RETRY_AFTER_MS = [250, 1_000, 3_000, 10_000] as const;
/** Chromium's code for a load that another one replaced, or whose window was closed: no failure. */
const ABORTED = -3;

/** What this needs of a window's contents. */
export type KeptPage = Pick<WebContents, 'isDestroyed'> & {
  on(event: string, listener: (...args: never[]) => void): unknown;
};

export interface PageKeeperDeps {
  page: KeptPage;
  /** What is kept up, for the log, e.g. "desk". */
  name: string;
  /** Loads the page anew. */
  load(): void;
  /** True: this one is not worth keeping; whoever answers sees to it. */
  isGivenUp(): boolean;
  schedule: Schedule;
  log(line: string): void;
}

/**
 * Ends by itself when the page is destroyed. Tries never end, but the first few alone are logged: what fails for good
 * (a damaged installation) does not fill the log.
 */
export function keepPageUp({ page, name, load, isGivenUp, schedule, log }: PageKeeperDeps): void {
  let tries = 0;
  let isPlanned = false;

  function retry(reason: string): void {
    if (isPlanned || page.isDestroyed() || isGivenUp()) return;
    isPlanned = true;
    if (tries < RETRY_AFTER_MS.length) log(`page ${name} ${reason}; loading it again`);
    const afterMs = RETRY_AFTER_MS[Math.min(tries, RETRY_AFTER_MS.length - 1)]!;
    tries += 1;
    // Never inside the event: a load begun there can take the window down.
    schedule(afterMs, () => {
      isPlanned = false;
      if (!page.isDestroyed()) load();
    });
  }

  page.on(
    'did-fail-load',
    (_event: unknown, code: number, description: string, _url: string, isMainFrame: boolean) => {
      if (isMainFrame && code !== ABORTED) retry(`could not be loaded (${description || code})`);
    },
  );
  page.on('render-process-gone', (_event: unknown, { reason }: { reason: string }) =>
    retry(`lost its renderer (${reason})`),
  );
  // Only a complete page starts the count anew: not an error page, nor one that crashes while it loads.
  page.on('did-finish-load', () => (tries = isPlanned ? tries : 0));
}
