/**
 * npm run proof [-- --quick] [-- --only properties,simulation,planted,chaos]: the long proofs behind `npm test`. Each part
 * shows its progress and ends with one line; the exit code is 0 only when all that were asked for hold. Ctrl+C ends it.
 */
import { parseArgs } from 'node:util';
import { buildApp } from './setup/build.mjs';
import { provideDisplay } from './setup/display.mjs';
import { setUp } from './setup/set-up.mjs';
import { runEntry, SetupError, step } from './setup/step.mjs';
import { runSimulation } from './simulation-part.mjs';
import { runVitest } from './vitest-part.mjs';

const hourMs = 3_600_000;
const full = { cases: 10, seeds: 10_000, rounds: 200 };
const tenth = { cases: 1, seeds: 1_000, rounds: 20 };

/** Each returns `{ isHolding, words, isStopped }`. */
const parts = {
  /** Multiplies the 10,000 cases that each property has in `npm test`. */
  async properties({ cases }) {
    const counts = await withVariable('CHATCLOCK_PROOF_RUNS', cases, () =>
      runVitest(['spec', 'unit'], { limitMs: 6 * hourMs }),
    );
    return verdictOf(counts, `${(cases * 10_000).toLocaleString('en')} cases a property`);
  },
  async simulation({ seeds }) {
    const words = `${seeds.toLocaleString('en')} seeds over all profiles`;
    return runSimulation(['--seeds', String(seeds)], words, 12 * hourMs);
  },
  async planted() {
    return runSimulation(['--planted'], 'every planted bug is caught', 12 * hourMs);
  },
  async chaos({ rounds }) {
    const counts = await withVariable('CHATCLOCK_CHAOS_ROUNDS', rounds, () =>
      runVitest(['e2e'], { limitMs: 3 * hourMs, files: ['test/e2e/chaos.test.ts'] }),
    );
    return verdictOf(counts, `${rounds} rounds of kills and network faults`);
  },
};

await runEntry(async () => {
  const { chosen, isQuick } = readParts(process.argv.slice(2));
  const size = isQuick ? tenth : full;
  const needsElectron = chosen.includes('chaos');
  const flags = await setUp({ isForTests: true, needsElectron });
  process.env.CHATCLOCK_ELECTRON_FLAGS = flags.join(' ');
  let stopDisplay = () => {};
  if (needsElectron) {
    await step('build', buildApp);
    stopDisplay = await step('display', provideDisplay);
  }
  const lines = [];
  let areAllHolding = true;
  try {
    for (const name of chosen) {
      console.log(`\n── ${name} ──`);
      const startedAt = performance.now();
      const { isHolding, words, isStopped } = await parts[name](size);
      const seconds = Math.round((performance.now() - startedAt) / 1000);
      areAllHolding &&= isHolding;
      lines.push(`${isHolding ? 'holds ' : 'FAILS '} ${name.padEnd(10)} ${words} (${seconds} s)`);
      console.log(lines.at(-1));
      if (isStopped) break;
    }
  } finally {
    stopDisplay();
  }
  console.log(`\n${lines.join('\n')}`);
  return areAllHolding && lines.length === chosen.length ? 0 : 1;
});

function verdictOf({ passed, failed, note, isStopped }, words) {
  const figures = `${words}: ${passed} passed, ${failed} failed${note ? `, ${note}` : ''}`;
  return { isHolding: failed === 0 && passed > 0, words: figures, isStopped };
}

async function withVariable(name, value, run) {
  process.env[name] = String(value);
  try {
    return await run();
  } finally {
    delete process.env[name];
  }
}

function readParts(args) {
  const names = Object.keys(parts);
  try {
    const options = { quick: { type: 'boolean' }, only: { type: 'string', default: names.join(',') } };
    const { values } = parseArgs({ args, options });
    const chosen = values.only.split(',');
    const unknown = chosen.filter((name) => !names.includes(name));
    if (unknown.length > 0) throw new Error(`There is no part ${unknown.join(', ')}.`);
    return { chosen: names.filter((name) => chosen.includes(name)), isQuick: values.quick === true };
  } catch (error) {
    throw new SetupError(
      error.message,
      'nothing was run.',
      `npm run proof -- [--quick] [--only ${names.join(',')}]`,
    );
  }
}
