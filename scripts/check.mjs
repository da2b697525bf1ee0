/**
 * npm run check: what can be known in under a minute, without a window or a network. It tries each property with a tenth
 * of the cases of `npm test`, 1,000 instead of 10,000.
 */
import { checkNames, runChecks } from './check-parts.mjs';
import { setUp } from './setup/set-up.mjs';
import { runEntry } from './setup/step.mjs';
import { hasTests, runVitest } from './vitest-part.mjs';

await runEntry(async () => {
  await setUp({ isForTests: true, needsElectron: false });
  const verdicts = await runChecks(checkNames, console.log);
  const projects = ['spec', 'unit', 'contract'].filter(hasTests);
  process.env.CHATCLOCK_PROOF_RUNS ??= '0.1';
  const counts = await runVitest(projects);
  if (counts.note) console.log(counts.note);
  const passed = verdicts.filter(({ isPassed }) => isPassed).length;
  const failed = checkNames.length - passed + counts.failed;
  console.log(`${passed + counts.passed} passed, ${failed} failed`);
  return failed === 0 ? 0 : 1;
});
