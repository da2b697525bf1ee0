import { spawn } from 'node:child_process';
import { constants } from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { root } from './step.mjs';

const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'];

/** Runs a TypeScript file of the repository in a Node of its own, with our standard streams; returns its exit code. */
export function runTypescript(file, args) {
  const loader = pathToFileURL(path.join(root, 'node_modules', 'tsx', 'dist', 'loader.mjs')).href;
  const child = spawn(process.execPath, ['--import', loader, path.join(root, file), ...args], {
    stdio: 'inherit',
  });
  const forward = (signal) => child.kill(signal);
  for (const name of signals) process.on(name, forward);
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code, signal) => {
      for (const name of signals) process.off(name, forward);
      resolve(code ?? 128 + (constants.signals[signal] ?? 0));
    });
  });
}
