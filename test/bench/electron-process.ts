/** Starts an Electron app as a person would, without a debugger, and times it until it says `ready`. */
import { spawn, type ChildProcess } from 'node:child_process';
import { isAlive, killTree, processTree } from '../support/e2e-process-tree.ts';
import { electronEnvironment } from '../support/e2e-device.ts';
import { electronPath } from '../support/electron-path.ts';
import { nowMs } from './figures.ts';

export interface TimedElectron {
  readonly pid: number;
  readonly readyAfterMs: number;
  quit(): Promise<void>;
}

async function waitForReady(child: ChildProcess, limitMs: number): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    let text = '';
    const timer = setTimeout(
      () => reject(new Error(`Not ready within ${limitMs} ms: ${text.slice(-500)}`)),
      limitMs,
    );
    const take = (part: Buffer) => {
      text += part.toString('utf8');
      if (!/^ready$/m.test(text)) return;
      clearTimeout(timer);
      resolve();
    };
    child.stdout!.on('data', take);
    child.stderr!.on('data', (part: Buffer) => (text += part.toString('utf8')));
    child.once('exit', (code) => reject(new Error(`Ended with ${code}: ${text.slice(-500)}`)));
  });
}

/** `args` come after the flags Electron needs here; `env` is added to the environment. */
export async function startTimedElectron(
  args: string[],
  env: Record<string, string> = {},
): Promise<TimedElectron> {
  const base = await electronEnvironment();
  const from = nowMs();
  const child = spawn(
    electronPath(),
    [...args.slice(0, args[0] === '-r' ? 2 : 0), ...base.flags, ...args.slice(args[0] === '-r' ? 2 : 0)],
    {
      stdio: ['pipe', 'pipe', 'pipe'],
      // The product quits when the pipe of who started it ends.
      env: { ...base.env, CHATCLOCK_PARENT_PIPE: '1', ...env },
    },
  );
  try {
    await waitForReady(child, 60_000);
  } catch (error) {
    killTree(child.pid!);
    throw error;
  }
  const readyAfterMs = nowMs() - from;
  return {
    pid: child.pid!,
    readyAfterMs,
    async quit() {
      const started = processTree(child.pid!);
      child.stdin.end();
      for (let turn = 0; turn < 100 && started.some(isAlive); turn += 1)
        await new Promise((resolve) => setTimeout(resolve, 50));
      for (const one of started) if (isAlive(one)) killTree(one);
    },
  };
}
