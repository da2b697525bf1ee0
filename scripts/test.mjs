/**
 * npm test [-- --only spec,unit]: sets up and runs every part, also after a failure of one before it. The last line is
 * `N passed, N failed` (`, N skipped`), and the exit code is 0 only if nothing failed.
 */
import { checkNames, runChecks } from './check-parts.mjs';
import { buildApp } from './setup/build.mjs';
import { provideDisplay } from './setup/display.mjs';
import { setUp } from './setup/set-up.mjs';
import { runEntry, say, SetupError, step } from './setup/step.mjs';
import { runSimulation } from './simulation-part.mjs';
import { hasTests, runVitest } from './vitest-part.mjs';

const parts = ['check', 'spec', 'unit', 'contract', 'sync', 'simulation', 'e2e'];
const seeds = 300;
const simulationLimitMs = 900_000;
const e2eLimitMs = 2_400_000;

await runEntry(async () => {
  const chosen = readParts(process.argv.slice(2));
  const totals = { passed: 0, failed: 0, skipped: 0 };
  const notes = [];
  const setUpAt = performance.now();
  try {
    const flags = await setUp({ isForTests: true, needsElectron: chosen.includes('e2e') });
    process.env.CHATCLOCK_ELECTRON_FLAGS = flags.join(' ');
  } catch (error) {
    say(error instanceof SetupError ? error.message : error.stack);
    console.log(`\nset-up failed, so no test was run\n${closingLine({ ...totals, failed: 1 })}`);
    return 1;
  }
  say(`set-up took ${secondsSince(setUpAt)} s`);
  for (const together of inOrder(chosen)) {
    console.log(`\n── ${together.join(' and, where it leaves time, ')} ──`);
    const ended = await Promise.all(
      together.map(async (part, index) => {
        const startedAt = performance.now();
        const counts = await runPart(part, index > 0);
        for (const name of Object.keys(totals)) totals[name] += counts[name];
        if (counts.note) notes.push(`${part}: ${counts.note}`);
        console.log(`${part}: ${closingLine(counts)} in ${secondsSince(startedAt)} s`);
        return counts;
      }),
    );
    if (ended.some(({ isStopped }) => isStopped)) break;
  }
  console.log(`\n${[...notes, closingLine(totals)].join('\n')}`);
  return totals.failed === 0 ? 0 : 1;
});

/** Windows wait for clocks most of the time: the simulation, which only computes, runs beside them and gives way to them. */
function inOrder(chosen) {
  if (!chosen.includes('e2e') || !chosen.includes('simulation')) return chosen.map((part) => [part]);
  return chosen
    .filter((part) => part !== 'simulation')
    .map((part) => (part === 'e2e' ? ['e2e', 'simulation'] : [part]));
}

async function runPart(part, givesWay) {
  if (part === 'check') {
    const verdicts = await runChecks(checkNames, console.log);
    const passed = verdicts.filter(({ isPassed }) => isPassed).length;
    return { passed, failed: checkNames.length - passed, skipped: 0 };
  }
  if (part === 'simulation') {
    const words = `${seeds} seeds over all profiles, and each planted bug`;
    const run = await runSimulation(
      ['--seeds', String(seeds), '--killing'],
      words,
      simulationLimitMs,
      givesWay,
    );
    const { isHolding, isStopped } = run;
    if (isHolding) return { passed: 1, failed: 0, skipped: 0 };
    return { passed: 0, failed: 1, skipped: 0, note: run.words, isStopped };
  }
  if (!hasTests(part)) return { passed: 0, failed: 0, skipped: 0, note: `test/${part} has no test yet` };
  if (part !== 'e2e') return runVitest([part]);
  let stopDisplay = () => {};
  try {
    await step('build', buildApp);
    stopDisplay = await step('display', provideDisplay);
    return await runVitest([part], { limitMs: e2eLimitMs });
  } catch (error) {
    say(error instanceof SetupError ? error.message : error.stack);
    return { passed: 0, failed: 1, skipped: 0, note: error.message.split('\n')[0] };
  } finally {
    stopDisplay();
  }
}

function readParts(args) {
  const index = args.findIndex((arg) => arg === '--only' || arg.startsWith('--only='));
  if (index < 0) return parts;
  const names = (args[index].includes('=') ? args[index].slice('--only='.length) : (args[index + 1] ?? ''))
    .split(',')
    .filter(Boolean);
  const unknown = names.filter((name) => !parts.includes(name));
  if (unknown.length > 0 || names.length === 0) {
    throw new SetupError(
      `--only does not know ${unknown.join(', ') || 'an empty list'}.`,
      'no test was run.',
      `choose from ${parts.join(', ')}, divided by commas.`,
    );
  }
  return parts.filter((name) => names.includes(name));
}

function closingLine({ passed, failed, skipped }) {
  return `${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`;
}

function secondsSince(startedAt) {
  return ((performance.now() - startedAt) / 1000).toFixed(1);
}
