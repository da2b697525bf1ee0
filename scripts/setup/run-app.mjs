import { spawn } from 'node:child_process';
import { constants } from 'node:os';
import { relayErrors } from './relay-errors.mjs';
import { root, say } from './step.mjs';

const killAfterMs = 8_000;

/**
 * Runs the built app and returns its exit code. The app gets a pipe as standard input that ends with this process, also
 * when that is killed; CHATCLOCK_PARENT_PIPE=1 tells it so. Over `limitMs`, if given, the app is ended and the code is 124.
 */
export function runApp(args, { limitMs } = {}) {
  const env = { ...process.env, CHATCLOCK_PARENT_PIPE: '1' };
  delete env.ELECTRON_RUN_AS_NODE;
  const child = spawn(process.env.ELECTRON_EXEC_PATH, [root, ...args], {
    cwd: root,
    env,
    stdio: ['pipe', 'inherit', 'pipe'],
  });
  child.stdin.on('error', () => {});
  relayErrors(child.stderr);
  let kill;
  const forward = (signal) => {
    child.kill(signal);
    kill ??= setTimeout(() => child.kill('SIGKILL'), killAfterMs);
  };
  process.on('SIGINT', forward);
  process.on('SIGTERM', forward);
  process.on('SIGHUP', forward);
  let isOverLimit = false;
  const endLate = () => {
    isOverLimit = true;
    forward('SIGTERM');
  };
  const limit = limitMs === undefined ? undefined : setTimeout(endLate, limitMs);
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code, signal) => {
      clearTimeout(kill);
      clearTimeout(limit);
      if (isOverLimit) return resolve(124);
      for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.off(name, forward);
      if (signal) say(`Chatclock was ended by ${signal}.`);
      resolve(code ?? 128 + (constants.signals[signal] ?? 0));
    });
  });
}
