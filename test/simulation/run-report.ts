/** What a run of many seeds came to: a line for each profile, and what a run must have met to count as proof. */
import { PROFILES, type ProfileName } from './profiles.ts';
import type { SeedResult } from './run-seed.ts';
import { FAULTS } from './tally.ts';

/** A fault that fires in fewer seeds than this proves nothing. */
const FAULT_SHARE = 0.02;
const CUT_SHARE = 0.2;
/** Fewer seeds than this say nothing about how often a fault fires. */
export const ENOUGH_SEEDS = 200;

/** Verdicts of segments (code or code/reason), marks and refusals that a run must reach. */
export const VERDICTS = [
  ...['segment/admitted', 'segment/clamped', 'segment/waitsForChat', 'mark/admitted', 'mark/quarantined'],
  ...['segment/quarantined/notYourChat', 'segment/quarantined/endBeyondNow', 'segment/quarantined/tooOld'],
  ...['segment/admitted/grownWithoutBeats', 'segment/quarantined/idConflict', 'segment/quarantined/revoked'],
  ...['segment/quarantined/afterChatEnd', 'segment/quarantined/manual', 'segment/quarantined/unfunded'],
  ...['mark/quarantined/revoked', 'mark/quarantined/tooOld', 'refused/badInput'],
] as const;
export const PHASES = ['idle', 'running', 'paused', 'gapped', 'exhausted', 'ending', 'ended'] as const;

interface Line {
  seeds: number;
  segments: number;
  messages: number;
  drops: number;
  crashes: number;
  partitions: number;
  worst: { overdraftUnits: number; boundUnits: number };
  failures: number;
}

export interface RunReport {
  add(result: SeedResult): void;
  lines(): string[];
  /** What the run lacks to count; empty when it counts. */
  missing(): string[];
  failures: SeedResult[];
  seeds(): number;
}

export function createRunReport(): RunReport {
  const lines = new Map<ProfileName, Line>();
  const faultSeeds = new Map<string, number>();
  const verdicts = new Set<string>();
  const phases = new Set<string>();
  let seeds = 0;
  let cutMs = 0;
  let deviceMs = 0;

  const report: RunReport = {
    failures: [],
    seeds: () => seeds,
    add(result) {
      const { tally } = result;
      seeds += 1;
      cutMs += tally.cutMs;
      deviceMs += tally.deviceMs;
      for (const fault of tally.faults.keys()) faultSeeds.set(fault, (faultSeeds.get(fault) ?? 0) + 1);
      for (const verdict of tally.verdicts) verdicts.add(verdict);
      for (const phase of tally.phases) phases.add(phase);
      const line = lines.get(result.profile) ?? emptyLine();
      lines.set(result.profile, line);
      line.seeds += 1;
      for (const figure of ['segments', 'messages', 'drops', 'crashes', 'partitions'] as const)
        line[figure] += tally[figure];
      if (tally.overdraftUnits > line.worst.overdraftUnits) line.worst = tally;
      if (result.failure === null) return;
      line.failures += 1;
      report.failures.push(result);
    },
    lines: () =>
      PROFILES.flatMap((profile) => (lines.has(profile) ? [textOf(profile, lines.get(profile)!)] : [])),
    missing() {
      const rare = FAULTS.filter((fault) => (faultSeeds.get(fault) ?? 0) < seeds * FAULT_SHARE).map(
        (fault) => `fault ${fault} in ${faultSeeds.get(fault) ?? 0} of ${seeds} seeds`,
      );
      const unmet = [
        ...VERDICTS.filter((verdict) => !verdicts.has(verdict)).map((verdict) => `verdict ${verdict}`),
        ...PHASES.filter((phase) => !phases.has(phase)).map((phase) => `timer state ${phase}`),
      ];
      const share = cutMs / Math.max(1, deviceMs);
      return [
        ...rare,
        ...unmet,
        ...(share < CUT_SHARE ? [`partitions over ${(100 * share).toFixed(1)} % of the time`] : []),
      ];
    },
  };
  return report;
}

function emptyLine(): Line {
  const nothing = { seeds: 0, segments: 0, messages: 0, drops: 0, crashes: 0, partitions: 0, failures: 0 };
  return { ...nothing, worst: { overdraftUnits: 0, boundUnits: 0 } };
}

function textOf(profile: string, line: Line): string {
  const { overdraftUnits, boundUnits } = line.worst;
  return [
    profile.padEnd(15),
    `seeds ${line.seeds}`,
    `segments ${line.segments}`,
    `messages ${line.messages}`,
    `drops ${line.drops}`,
    `crashes ${line.crashes}`,
    `partitions ${line.partitions}`,
    `worst overdraft ${(overdraftUnits / 60_000).toFixed(2)} of B ${(boundUnits / 60_000).toFixed(2)} minor`,
    `failures ${line.failures}`,
  ].join('  ');
}
