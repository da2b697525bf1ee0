/** One device as a person has it: the built app in real Electron windows, with a data folder of its own. */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { _electron, type ElectronApplication, type Page } from 'playwright';
import { electronPath, ROOT } from './electron-path.ts';
import { openDisplay, type Display } from './e2e-display.ts';
import { isAlive, killTree, processTree } from './e2e-process-tree.ts';
import { SCALED_CLOCK, type ClockPieces } from './server-process.ts';

const EARLY_GLOBALS = fileURLToPath(new URL('early-globals.cjs', import.meta.url));
const LAUNCH_LIMIT_MS = 30_000;

export interface DeviceOptions {
  userDataDir: string;
  serverUrl?: string;
  /** Given: the device's time can be hurried. */
  clock?: ClockPieces;
  /** Files loaded before the product's main process. */
  preloads?: string[];
  args?: string[];
}

export interface Device {
  readonly app: ElectronApplication;
  readonly pid: number;
  /** CSP violations and uncaught errors of all windows so far. */
  readonly violations: string[];
  /** The window whose document has this role of the app, e.g. "desk"; chat windows by the client's name in their title. */
  window(isIt: (page: Page) => Promise<boolean>, what: string): Promise<Page>;
  followClock(pieces: ClockPieces): Promise<void>;
  /** As a person quits: timers stop, everything is saved. */
  quit(): Promise<void>;
  /** kill -9 of the whole process tree. */
  kill(): Promise<void>;
}

let display: Promise<Display> | undefined;

/** What every Electron of the tests is started with. As root Chromium refuses its own sandbox. */
export async function electronEnvironment(): Promise<{ env: Record<string, string>; flags: string[] }> {
  display ??= openDisplay();
  const { name } = await display;
  const env = Object.fromEntries(
    Object.entries(process.env).filter((entry): entry is [string, string] => entry[1] !== undefined),
  );
  delete env.ELECTRON_RUN_AS_NODE;
  delete env.NODE_OPTIONS;
  return {
    env: { ...env, DISPLAY: name, TZ: 'UTC', LANG: 'C.UTF-8', NO_AT_BRIDGE: '1' },
    flags: process.getuid?.() === 0 ? ['--no-sandbox'] : [],
  };
}

async function launch(options: DeviceOptions): Promise<ElectronApplication> {
  const { env, flags } = await electronEnvironment();
  const args = [
    ...['-r', EARLY_GLOBALS],
    ...(options.clock === undefined ? [] : ['-r', SCALED_CLOCK]),
    ...(options.preloads ?? []).flatMap((file) => ['-r', file]),
    ...flags,
    ROOT,
    '--user-data',
    options.userDataDir,
    ...(options.serverUrl === undefined ? [] : ['--server', options.serverUrl]),
    ...(options.args ?? []),
  ];
  const launchOptions = {
    executablePath: electronPath(),
    args,
    cwd: ROOT,
    env: options.clock === undefined ? env : { ...env, CHATCLOCK_TEST_CLOCK: JSON.stringify(options.clock) },
    timeout: LAUNCH_LIMIT_MS,
  };
  try {
    return await _electron.launch(launchOptions);
  } catch {
    return _electron.launch(launchOptions); // One of about eighty launches hangs before the first window.
  }
}

function watch(page: Page, violations: string[]): void {
  page.on('console', (message) => {
    const text = message.text();
    if (/Content Security Policy|Trusted Type/i.test(text)) violations.push(`${page.url()}: ${text}`);
  });
  page.on('pageerror', (error) => violations.push(`${page.url()}: ${error.message}`));
}

/**
 * Whoever quits a device here means it, also while chats run. Right after a launch the debugger sometimes loses an answer
 * to V8's collector; what was asked is done again.
 */
async function meanEveryQuit(app: ElectronApplication, tries = 4): Promise<void> {
  try {
    await app.evaluate(({ dialog }) => {
      dialog.showMessageBox = () => Promise.resolve({ response: 0, checkboxChecked: false });
    });
  } catch (error) {
    if (tries === 1 || !/garbage collected/.test(String(error))) throw error;
    await meanEveryQuit(app, tries - 1);
  }
}

export async function launchDevice(options: DeviceOptions): Promise<Device> {
  const app = await launch(options);
  const child = app.process();
  const pid = child.pid!;
  await meanEveryQuit(app);
  const violations: string[] = [];
  const started = new Set(processTree(pid));
  app.on('window', (page) => watch(page, violations));
  for (const page of app.windows()) watch(page, violations);
  if (options.clock !== undefined) {
    await addClock(app, options.clock);
  }

  async function ended(): Promise<void> {
    for (let turn = 0; turn < 200 && [...started].some(isAlive); turn += 1)
      await new Promise((resolve) => setTimeout(resolve, 50));
    for (const one of started) if (isAlive(one)) killTree(one);
  }

  return {
    app,
    pid,
    violations,
    async window(isIt, what) {
      const limit = Date.now() + LAUNCH_LIMIT_MS;
      while (Date.now() < limit) {
        for (const page of app.windows())
          if (!page.isClosed() && (await isIt(page).catch(() => false))) return page;
        await new Promise((resolve) => setTimeout(resolve, 50));
      }
      throw new Error(
        `No window: ${what}; there are ${app
          .windows()
          .map((page) => page.url())
          .join(', ')}`,
      );
    },
    async followClock(pieces) {
      await app.evaluate(
        (_electronModule, next) => (globalThis as unknown as TestClockHolder).testClock.follow(next),
        pieces,
      );
      await addClock(app, pieces);
      for (const page of app.windows()) {
        await page.evaluate(
          (next) => (globalThis as unknown as Partial<TestClockHolder>).testClock?.follow(next),
          pieces,
        );
      }
    },
    async quit() {
      for (const one of processTree(pid)) started.add(one);
      await app.evaluate(({ app: electronApp }) => electronApp.quit()).catch(() => undefined); // The answer is lost when it quits first.
      await ended();
    },
    async kill() {
      for (const one of killTree(pid)) started.add(one);
      await ended();
    },
  };
}

/** Installs the clock, too: the order in which a page runs several scripts is not defined. */
async function addClock(app: ElectronApplication, pieces: ClockPieces): Promise<void> {
  const content = `${readFileSync(SCALED_CLOCK, 'utf8')}\ntestClock.follow(${JSON.stringify(pieces)})`;
  await app.context().addInitScript({ content });
}

interface TestClockHolder {
  testClock: { follow(pieces: ClockPieces): void };
}
