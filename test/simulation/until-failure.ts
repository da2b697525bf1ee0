/** node until-failure.ts SEED…: runs these seeds one after the other, each in its own profile, until one fails, and says which. */
import { runSeed } from './run-seed.ts';
import { profileOf } from './profiles.ts';

const seeds = process.argv.slice(2).map(Number);
if (seeds.length === 0 || !seeds.every(Number.isSafeInteger)) throw new Error('SEED…');
let isCaught = false;
for (const [index, seed] of seeds.entries()) {
  const { failure } = await runSeed(seed, profileOf(seed));
  if (failure === null) continue;
  isCaught = true;
  console.log(
    `caught after ${index + 1} by ${failure.invariant} (seed ${seed}) ${failure.detail.slice(0, 300)}`,
  );
  break;
}
if (!isCaught) console.log('nothing was caught');
process.exit(0);
