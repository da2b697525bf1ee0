/** The fault profiles: what goes wrong, how often and for how long. Which faults matters as much as how many seeds. */
import type { LinkFaults } from './link.ts';

export const PROFILES = [
  'calm',
  'lossy',
  'long-partition',
  'crash-storm',
  'skew',
  'hostile',
  'low-balance',
  'year-history',
] as const;
export type ProfileName = (typeof PROFILES)[number];

export interface Profile {
  /** Simulated minutes of work before everything heals. */
  minutes: number;
  link: Partial<LinkFaults>;
  /** Mean ms between two of them on one device; 0 = never. */
  partitionEveryMs: number;
  partitionMs: [number, number];
  crashEveryMs: number;
  sleepEveryMs: number;
  deskEveryMs: number;
  diskFullEveryMs: number;
  wallStepEveryMs: number;
  /** Probability that a device's clock is off, and by how much its oscillator may be. */
  skewed: number;
  driftPpm: number;
  serverCrashEveryMs: number;
  serverClockEveryMs: number;
  slowCommits: number;
  crashesAtCommit: number;
  hostileEveryMs: number;
  /** Top-ups and balances are this small, minor credits per user at the start. */
  creditsMinor: [number, number];
  freeMs: [number, number];
  /** Rare things, each with this probability a seed: copies, backups, sign-outs, rights, other versions. */
  oddities: number;
  /** Segments of an earlier year that lie in the outbox at the start. */
  historyRows: number;
}

const CALM: Profile = {
  minutes: 10,
  link: {},
  ...{ partitionEveryMs: 0, partitionMs: [20_000, 120_000] as [number, number] },
  ...{ crashEveryMs: 0, sleepEveryMs: 0, deskEveryMs: 0, diskFullEveryMs: 0, wallStepEveryMs: 0 },
  ...{ skewed: 0.2, driftPpm: 100, serverCrashEveryMs: 0, serverClockEveryMs: 0 },
  ...{ slowCommits: 0.2, crashesAtCommit: 0, hostileEveryMs: 0, oddities: 0, historyRows: 0 },
  creditsMinor: [2_000, 20_000],
  freeMs: [0, 600_000],
};

const LOSSY_LINK: Partial<LinkFaults> = {
  ...{
    dropRequest: 0.08,
    duplicate: 0.06,
    loseReply: 0.08,
    losePage: 0.03,
    repeatPage: 0.05,
    cutStream: 0.02,
  },
  maxDelayMs: 400,
};

export const PROFILE: Record<ProfileName, Profile> = {
  calm: CALM,
  lossy: {
    ...CALM,
    link: LOSSY_LINK,
    ...{
      partitionEveryMs: 240_000,
      deskEveryMs: 400_000,
      serverCrashEveryMs: 600_000,
      crashesAtCommit: 0.002,
    },
    ...{ slowCommits: 0.4, oddities: 0.1 },
  },
  'long-partition': {
    ...CALM,
    minutes: 14,
    link: { dropRequest: 0.02, loseReply: 0.02 },
    ...{ partitionEveryMs: 150_000, partitionMs: [120_000, 360_000], crashEveryMs: 900_000, oddities: 0.1 },
  },
  'crash-storm': {
    ...CALM,
    link: { dropRequest: 0.03, loseReply: 0.05 },
    ...{ crashEveryMs: 70_000, deskEveryMs: 120_000, diskFullEveryMs: 300_000, sleepEveryMs: 300_000 },
    ...{ serverCrashEveryMs: 120_000, crashesAtCommit: 0.01, oddities: 0.25, partitionEveryMs: 300_000 },
  },
  skew: {
    ...CALM,
    link: { dropRequest: 0.02, loseReply: 0.02, maxDelayMs: 150 },
    ...{
      skewed: 1,
      driftPpm: 500,
      wallStepEveryMs: 90_000,
      sleepEveryMs: 200_000,
      partitionEveryMs: 300_000,
    },
    ...{ serverClockEveryMs: 240_000, crashEveryMs: 400_000, partitionMs: [10_000, 120_000], oddities: 0.05 },
  },
  hostile: {
    ...CALM,
    link: { dropRequest: 0.02, duplicate: 0.05 },
    ...{ hostileEveryMs: 20_000, partitionEveryMs: 300_000, oddities: 0.3, crashEveryMs: 500_000 },
  },
  'low-balance': {
    ...CALM,
    link: { dropRequest: 0.02, loseReply: 0.02 },
    ...{
      creditsMinor: [50, 900],
      freeMs: [0, 120_000],
      partitionEveryMs: 240_000,
      partitionMs: [20_000, 240_000],
    },
    ...{ crashEveryMs: 600_000, oddities: 0.05 },
  },
  'year-history': {
    ...CALM,
    link: { dropRequest: 0.02 },
    ...{ historyRows: 900, partitionEveryMs: 300_000, partitionMs: [30_000, 200_000], deskEveryMs: 300_000 },
    oddities: 0.1,
  },
};

export function isProfile(name: string): name is ProfileName {
  return (PROFILES as readonly string[]).includes(name);
}

/** The profile of a seed, where none is asked for: each in turn. */
export function profileOf(seed: number): ProfileName {
  return PROFILES[seed % PROFILES.length]!;
}

/** The first seeds from 1 on whose profile it is. */
export function seedsOf(profile: ProfileName, count: number): number[] {
  const first = PROFILES.indexOf(profile) || PROFILES.length;
  return Array.from({ length: count }, (_, n) => first + n * PROFILES.length);
}
