/** node until-failure.ts FROM SEEDS PROFILE: runs seeds one after the other until one fails, and says which. */
import { isProfile } from './profiles.ts';
import { runSeed } from './run-seed.ts';

const [from, seeds, profile] = process.argv.slice(2);
if (profile === undefined || !isProfile(profile)) throw new Error('FROM SEEDS PROFILE');
let isCaught = false;
for (let done = 1; done <= Number(seeds) && !isCaught; done += 1) {
  const { seed, failure } = await runSeed(Number(from) + done - 1, profile);
  if (failure === null) continue;
  isCaught = true;
  console.log(`caught after ${done} by ${failure.invariant} (seed ${seed}) ${failure.detail.slice(0, 300)}`);
}
if (!isCaught) console.log('nothing was caught');
process.exit(0);
