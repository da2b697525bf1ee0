import { spawn } from 'node:child_process';

/**
 * Runs a command to its end and returns its exit code and output. Never throws and never waits longer than
 * `limitMs`: a command over its limit is killed and has the code 124, one that cannot start has 127.
 */
export function runCommand(command, args, { cwd, env, limitMs = 600_000 } = {}) {
  return new Promise((resolve) => {
    const child = spawn(command, args, { cwd, env, stdio: ['ignore', 'pipe', 'pipe'] });
    let output = '';
    let isOverLimit = false;
    const limit = setTimeout(() => {
      isOverLimit = true;
      child.kill('SIGKILL');
    }, limitMs);
    child.stdout.on('data', (chunk) => (output += chunk));
    child.stderr.on('data', (chunk) => (output += chunk));
    child.on('error', (error) => {
      clearTimeout(limit);
      resolve({ code: 127, output: String(error.message) });
    });
    child.on('close', (code) => {
      clearTimeout(limit);
      resolve({ code: isOverLimit ? 124 : (code ?? 1), output });
    });
  });
}

/** The last lines of a command's output, indented, for an error message. */
export function lastLines(output, count = 12) {
  return output
    .trimEnd()
    .split('\n')
    .slice(-count)
    .map((line) => `    ${line}`)
    .join('\n');
}
