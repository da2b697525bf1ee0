/** What happened in a seed and in a run: faults, verdicts, timer states, figures for the closing lines. */

/** DOMAIN.md, "Fault list for the simulation", one name each. */
export const FAULTS = [
  'drop',
  'duplicate',
  'reorder',
  'oneWayPartition',
  'partition',
  'longPartition',
  'replyLostAfterCommit',
  'crashBeforePersist',
  'crashAfterPersist',
  'unsyncedTailLost',
  'diskFull',
  'serverRestartInBatch',
  'serverClockBack',
  'serverClockForward',
  'concurrentCommits',
  'pageSplitDuringPull',
  'resyncStorm',
  'twoInstances',
  'copiedProfile',
  'restoredBackup',
  'wallSkew',
  'wallBackStep',
  'drift',
  'sleep',
  'throttledRenderer',
  'reloadedRenderer',
  'signOutUnsent',
  'oldProtocol',
  'oldFoldVersion',
  'rightsChanged',
  'topUpRacingZero',
  'periodCloseRacingLateTime',
  'malformedRow',
  'hostileLongClaim',
  'hostileFutureTime',
  'hostileMarkTomorrow',
] as const;
export type Fault = (typeof FAULTS)[number];

export interface Tally {
  faults: Map<Fault, number>;
  /** Verdict codes (`admitted`, `quarantined/tooOld`, `mark/admitted` …) and timer phases. */
  verdicts: Set<string>;
  phases: Set<string>;
  segments: number;
  messages: number;
  drops: number;
  crashes: number;
  partitions: number;
  /** True ms of any device without a network, and true ms of all devices. */
  cutMs: number;
  deviceMs: number;
  /** The deepest a client's balance was below zero, debits aside, units, and the largest B of that client. */
  overdraftUnits: number;
  boundUnits: number;
}

export function createTally(): Tally {
  return {
    faults: new Map(),
    verdicts: new Set(),
    phases: new Set(),
    ...{ segments: 0, messages: 0, drops: 0, crashes: 0, partitions: 0, cutMs: 0, deviceMs: 0 },
    ...{ overdraftUnits: 0, boundUnits: 0 },
  };
}

export function countFault(tally: Tally, fault: Fault): void {
  tally.faults.set(fault, (tally.faults.get(fault) ?? 0) + 1);
}
