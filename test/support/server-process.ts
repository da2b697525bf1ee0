/** Starts, kills and starts again a real sync server in its own process and data folder. Loopback only. */
import { spawn, type ChildProcess } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { readFirstLine } from './first-line.ts';
import { argumentsFor } from './typescript-process.ts';

export const SCALED_CLOCK = fileURLToPath(new URL('../e2e/scaled-clock.cjs', import.meta.url));

/** [from this real instant on, how many times as fast]; in rising order. */
export type ClockPieces = [number, number][];

export interface ServerProcess {
  readonly url: string;
  readonly port: number;
  readonly platformKey: string;
  readonly setupCode: string | undefined;
  readonly pid: number;
  /** kill -9, as a power cut would. */
  kill(): Promise<void>;
  stop(): Promise<void>;
  followClock(pieces: ClockPieces): Promise<void>;
}

export interface ServerProcessOptions {
  dataDir: string;
  port?: number;
  databaseUrl?: string;
  /** Given: the server's time can be hurried. */
  clock?: ClockPieces;
  /** A command that ends by running its last arguments, e.g. one that gives the server a small disk. */
  launcher?: string[];
}

function ended(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return Promise.resolve();
  return new Promise((resolve) => child.once('exit', () => resolve()));
}

export async function startServerProcess(options: ServerProcessOptions): Promise<ServerProcess> {
  const [command, ...launcherArguments] = [...(options.launcher ?? []), process.execPath];
  const child = spawn(
    command!,
    [
      ...launcherArguments,
      ...(options.clock === undefined ? [] : ['-r', SCALED_CLOCK]),
      ...argumentsFor('test/support/server-child.ts'),
      options.dataDir,
      String(options.port ?? 0),
    ],
    {
      stdio: ['pipe', 'pipe', 'inherit'],
      env: {
        ...process.env,
        NODE_ENV: 'production',
        ...(options.databaseUrl === undefined ? {} : { DATABASE_URL: options.databaseUrl }),
        ...(options.clock === undefined ? {} : { CHATCLOCK_TEST_CLOCK: JSON.stringify(options.clock) }),
      },
    },
  );
  const first = JSON.parse(await readFirstLine(child, 30_000)) as {
    url: string;
    port: number;
    platformKey: string;
    setupCode?: string;
  };
  return {
    url: first.url,
    port: first.port,
    platformKey: first.platformKey,
    setupCode: first.setupCode,
    pid: child.pid!,
    async kill() {
      child.kill('SIGKILL');
      await ended(child);
    },
    async stop() {
      child.stdin.end();
      const timer = setTimeout(() => child.kill('SIGKILL'), 10_000);
      await ended(child);
      clearTimeout(timer);
    },
    async followClock(pieces) {
      const answered = new Promise<void>((resolve) => child.stdout.once('data', () => resolve()));
      child.stdin.write(`clock ${JSON.stringify(pieces)}\n`);
      await answered;
    },
  };
}
