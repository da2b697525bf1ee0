import { existsSync } from 'node:fs';
import path from 'node:path';
import { runCommand } from './run-command.mjs';

/** Runs npm itself with this very Node: no shell, no PATH look-up where npm says where it is. */
export function runNpm(args, options) {
  const beside = path.join(
    path.dirname(process.execPath),
    '..',
    'lib',
    'node_modules',
    'npm',
    'bin',
    'npm-cli.js',
  );
  const fromNpm = process.env.npm_execpath;
  const script = fromNpm?.endsWith('npm-cli.js') ? fromNpm : existsSync(beside) ? beside : undefined;
  if (script) return runCommand(process.execPath, [script, ...args], options);
  return runCommand(process.platform === 'win32' ? 'npm.cmd' : 'npm', args, options);
}
