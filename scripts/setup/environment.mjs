import { runCommand } from './run-command.mjs';
import { findProgram } from './system.mjs';

/**
 * Sets what Electron and the tests read from the environment, where the caller did not, and returns Chromium's flags:
 * none, unless its sandbox cannot work (root may not use it; some systems deny user namespaces to others).
 */
export async function prepareEnvironment({ isForTests = false } = {}) {
  const defaults = { LANG: 'C.UTF-8', NO_AT_BRIDGE: '1', ...(isForTests ? { TZ: 'UTC' } : {}) };
  for (const [name, value] of Object.entries(defaults)) process.env[name] ??= value;
  if (process.platform !== 'linux') return ['the Chromium sandbox is on', []];
  if (process.getuid() === 0) return ['--no-sandbox, as root only', ['--no-sandbox']];
  if (await canMakeNamespace()) return ['the Chromium sandbox is on', []];
  return ['--no-sandbox: this system denies user namespaces (see "unshare -U -r true")', ['--no-sandbox']];
}

async function canMakeNamespace() {
  const unshare = findProgram('unshare');
  if (!unshare) return true;
  return (await runCommand(unshare, ['-U', '-r', 'true'], { limitMs: 10_000 })).code === 0;
}
