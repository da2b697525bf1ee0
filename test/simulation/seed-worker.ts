/** A process of its own that runs the seeds it is sent, one after the other, and answers with each result. */
import type { Fault } from './tally.ts';
import { runSeed, type SeedResult } from './run-seed.ts';
import type { ProfileName } from './profiles.ts';

/** A result as it travels between processes. */
export type SentResult = Omit<SeedResult, 'tally'> & {
  tally: Omit<SeedResult['tally'], 'faults' | 'verdicts' | 'phases'> & {
    faults: [Fault, number][];
    verdicts: string[];
    phases: string[];
  };
};

export function toSent({ tally, ...result }: SeedResult): SentResult {
  const { faults, verdicts, phases, ...figures } = tally;
  return {
    ...result,
    tally: { ...figures, faults: [...faults], verdicts: [...verdicts], phases: [...phases] },
  };
}

export function fromSent({ tally, ...result }: SentResult): SeedResult {
  const { faults, verdicts, phases, ...figures } = tally;
  return {
    ...result,
    tally: { ...figures, faults: new Map(faults), verdicts: new Set(verdicts), phases: new Set(phases) },
  };
}

if (process.send !== undefined && /seed-worker\.(ts|mjs)$/.test(process.argv[1] ?? '')) {
  process.on('message', ({ seed, profile }: { seed: number; profile: ProfileName }) => {
    void runSeed(seed, profile).then((result) => process.send!(toSent(result)));
  });
  process.on('disconnect', () => process.exit(0));
}
