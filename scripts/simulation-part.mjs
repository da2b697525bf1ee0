/** Runs `npm run simulate` with its lines shown, for npm test and npm run proof. */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { root } from './setup/step.mjs';
import { runShown } from './vitest-part.mjs';

/**
 * Returns `{ isHolding, words, isStopped }`; `words` says how it ended when it does not hold. With `givesWay` it has what other
 * processes leave of the processors.
 */
export async function runSimulation(args, words, limitMs, givesWay = false) {
  const file = /\S+\.ts$/.exec(scriptsOfPackage().simulate ?? '')?.[0];
  if (file === undefined) return { isHolding: false, words: 'npm run simulate does not exist' };
  const tool = path.join(root, 'scripts', 'run-typescript.mjs');
  const whole = [process.execPath, tool, file, ...args];
  const [command, ...rest] =
    givesWay && process.platform !== 'win32' ? ['nice', '-n', '19', ...whole] : whole;
  const ending = await runShown(command, rest, limitMs);
  const how = ending.isStopped
    ? 'stopped by you'
    : ending.isOverLimit
      ? `it took longer than ${limitMs / 60_000} minutes`
      : `it ended with ${ending.code}`;
  const isHolding = ending.code === 0 && !ending.isStopped;
  return { isHolding, words: isHolding ? words : `${words}: ${how}`, isStopped: ending.isStopped };
}

function scriptsOfPackage() {
  return JSON.parse(readFileSync(path.join(root, 'package.json'), 'utf8')).scripts;
}
