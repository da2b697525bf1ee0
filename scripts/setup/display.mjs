import { spawn } from 'node:child_process';
import { findProgram, hasDisplay } from './system.mjs';
import { SetupError } from './step.mjs';

/*
 * Xvfb ends with the pipe on its guard's standard input: also when the script that started it was killed. The guard
 * hands Xvfb its own descriptor 3, on which Xvfb says the number of the display it chose.
 */
const guard = 'exec 4<&0; "$@" 4<&- & server=$!; (read -r line <&4; kill $server) 3>&- & wait $server';
const startLimitMs = 15_000;

/** Where there is no display, starts one that shows nothing. Returns `stop`; sets DISPLAY. */
export async function provideDisplay() {
  if (hasDisplay())
    return [process.platform === 'linux' ? `display ${process.env.DISPLAY}` : 'the screen', () => {}];
  const args = ['-displayfd', '3', '-screen', '0', '1600x1000x24', '-nolisten', 'tcp', '-noreset'];
  const child = spawn('sh', ['-c', guard, 'display-guard', findProgram('Xvfb') ?? 'Xvfb', ...args], {
    stdio: ['pipe', 'ignore', 'pipe', 'pipe'],
    detached: true, // Ctrl-C is for the app first, which then still has a display to close its windows on
  });
  const number = await readNumber(child);
  process.env.DISPLAY = `:${number}`;
  const stop = () => {
    child.stdin.destroy();
    if (process.env.DISPLAY === `:${number}`) delete process.env.DISPLAY;
  };
  for (const stream of [child, child.stdin, child.stderr, child.stdio[3]]) stream.unref?.();
  return [`no display here, so windows open in Xvfb on :${number} and cannot be seen`, stop];
}

function readNumber(child) {
  return new Promise((resolve, reject) => {
    let errors = '';
    let text = '';
    const fail = (what) => {
      clearTimeout(limit);
      child.stdin.destroy();
      reject(
        new SetupError(
          `Xvfb, the display for a machine without a screen, ${what}.${errors ? `\n    ${errors.trim()}` : ''}`,
          'nothing was changed.',
          'run the same command again, or set DISPLAY to a display of your own.',
        ),
      );
    };
    const limit = setTimeout(() => fail('did not start within 15 seconds'), startLimitMs);
    child.stdin.on('error', () => {});
    child.stderr.on('data', (chunk) => (errors = (errors + chunk).slice(-2_000)));
    child.stdio[3].on('data', (chunk) => {
      text += chunk;
      if (!text.includes('\n')) return;
      clearTimeout(limit);
      resolve(Number(text.trim()));
    });
    child.on('error', (error) => fail(`could not be started: ${error.message}`));
    child.on('exit', (code) => fail(`ended with ${code}`));
  });
}
