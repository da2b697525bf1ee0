/** The sync server of this computer, for practice: a utility process with its data in the profile's folder. */
import { mkdirSync } from 'node:fs';
import { utilityProcess, type UtilityProcess } from 'electron';
import { AppError } from '../shared/errors.ts';
import { serverProcessMessageSchema } from '../shared/server-process.ts';

export interface PracticeAccount {
  email: string;
  password: string;
}
export interface LocalServer {
  url: string;
  advisor: PracticeAccount;
  supervisor: PracticeAccount;
}

const START_LIMIT_MS = 30_000;
const RESTART_AFTER_MS = 1_000;

export interface LocalServerKeeper {
  /** Starts it, or waits for it. Throws AppError. */
  ready(): Promise<LocalServer>;
  stop(): Promise<void>;
}

export function createLocalServerKeeper(deps: {
  script: string;
  dataDir: string;
  onMoved(url: string): void;
  log(line: string): void;
}): LocalServerKeeper {
  let child: UtilityProcess | null = null;
  let starting: Promise<LocalServer> | null = null;
  let isStopped = false;

  function start(): Promise<LocalServer> {
    return new Promise((resolve, reject) => {
      mkdirSync(deps.dataDir, { recursive: true, mode: 0o700 });
      // Port 0: any that is free. The rows of a practice profile belong together by name, not by address.
      const started = utilityProcess.fork(
        deps.script,
        ['--data', deps.dataDir, '--port', '0', '--practice'],
        { serviceName: 'Chatclock practice server', stdio: 'pipe' },
      );
      child = started;
      let url: string | null = null;
      const limit = setTimeout(
        () => reject(new AppError('serverUnreachable', { reason: 'practice server did not start' })),
        START_LIMIT_MS,
      );
      started.stderr?.on('data', (part: Buffer) =>
        deps.log(`practice server: ${part.toString('utf8').trim()}`),
      );
      started.stdout?.on('data', () => undefined);
      started.on('message', (raw: unknown) => {
        const message = serverProcessMessageSchema.safeParse(raw);
        if (!message.success) return;
        if (message.data.type === 'listening') url = message.data.url;
        if (message.data.type === 'failed') reject(new AppError(message.data.code, message.data.details));
        if (message.data.type !== 'practiceReady' || url === null) return;
        clearTimeout(limit);
        const { advisor, supervisor } = message.data;
        resolve({ url, advisor, supervisor });
      });
      started.on('exit', (code) => {
        clearTimeout(limit);
        if (child === started) child = null;
        reject(new AppError('serverUnreachable', { exitCode: code }));
        if (!isStopped) restart();
      });
    });
  }

  function restart(): void {
    starting = null;
    setTimeout(() => {
      if (isStopped || starting !== null) return;
      void ready().then(
        ({ url }) => deps.onMoved(url),
        () => deps.log('practice server did not come back'),
      );
    }, RESTART_AFTER_MS);
  }

  function ready(): Promise<LocalServer> {
    starting ??= start().catch((error: unknown) => {
      starting = null;
      throw error;
    });
    return starting;
  }

  return {
    ready,
    async stop() {
      isStopped = true;
      const running = child;
      if (running === null) return;
      await new Promise<void>((resolve) => {
        const limit = setTimeout(() => {
          running.kill();
          resolve();
        }, 3_000);
        running.once('exit', () => {
          clearTimeout(limit);
          resolve();
        });
        running.postMessage({ type: 'stop' });
      });
    },
  };
}
