/**
 * `posted + pending = fold` through random stories: after every part the ledger is verified against all rows folded
 * again, whatever runs, is late, ruled, trimmed, re-priced or frozen in a closed period.
 */
import { expect, it } from 'vitest';
import { verifyLedger } from '../../sync-server/ledger/verify-ledger.ts';
import { createScene, type CoreScene } from '../support/core-scene.ts';
import { entriesOf } from '../support/ledger-view.ts';
import { startStory, STORY_SUPERVISOR } from '../support/random-server-story.ts';

const STORIES = 6;
const PARTS = 5;
const STEPS = 25;

async function verified({ storage }: CoreScene) {
  const snapshot = await storage.snapshot();
  try {
    return await verifyLedger(snapshot);
  } finally {
    await snapshot.close();
  }
}

it(`holds in ${STORIES} stories of ${PARTS * STEPS} steps`, { timeout: 180_000 }, async () => {
  const seen = { pending: 0, reversals: 0, corrections: 0 };
  for (let seed = 1; seed <= STORIES; seed += 1) {
    const scene = await createScene();
    const story = await startStory(scene, 7_000 + seed);
    for (let part = 0; part < PARTS; part += 1) {
      const before = await entriesOf(scene);
      await story.run(STEPS);
      if (part % 2 === 1) await scene.core.sweep();
      if (part === 2) {
        const untilMs = scene.clock.ms - 1 - story.choices.upTo(600_000);
        await scene.core.closePeriod(STORY_SUPERVISOR, { id: `close-${seed}`, untilMs });
      }
      const { lines, problems } = await verified(scene);
      expect(problems, `story ${seed}, part ${part}`).toEqual([]);
      expect(scene.core.ledgerState().violations).toBe(0);
      if (!lines.some((line) => line.includes('; 0 have time that runs'))) seen.pending += 1;
      expect((await entriesOf(scene)).slice(0, before.length)).toEqual(before);
    }
    for (const entry of await entriesOf(scene)) {
      if (entry.reverses !== null) seen.reversals += 1;
      if (entry.corrects_period !== null) seen.corrections += 1;
    }
    await scene.stop();
  }
  // Stories in which nothing of this happens would prove nothing.
  expect(seen.pending).toBeGreaterThan(1);
  expect(seen.reversals).toBeGreaterThan(STORIES);
  expect(seen.corrections).toBeGreaterThan(STORIES);
});
