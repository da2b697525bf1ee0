/** What every bench line carries: the machine, the versions, medians over at least five rounds. */
import { readFileSync } from 'node:fs';
import os from 'node:os';
import { electronVersion } from '../support/electron-path.ts';

/** The least number of rounds a median is taken over. */
export const ROUNDS = 5;

export interface BenchResult {
  /** Each becomes one JSON line on stdout. */
  lines: Record<string, unknown>[];
  /** Sentences that name every aim that was missed; empty = all met. */
  missedAims: string[];
}

/** The smallest value that at least `share` (0..1) of the values do not exceed. */
export function percentile(values: readonly number[], share: number): number {
  if (values.length === 0) return Number.NaN;
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.max(0, Math.ceil(share * sorted.length) - 1))]!;
}

/** The middle value; of an even number the mean of the two in the middle. */
export function median(values: readonly number[]): number {
  if (values.length === 0) return Number.NaN;
  const sorted = [...values].sort((a, b) => a - b);
  const half = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[half]! : (sorted[half - 1]! + sorted[half]!) / 2;
}

export function rounded(value: number, digits = 1): number {
  return Number(value.toFixed(digits));
}

/** Monotonic milliseconds. */
export function nowMs(): number {
  return performance.now();
}

/** Version of an installed package of this project. */
export function packageVersion(name: string, root = new URL('../../node_modules/', import.meta.url)): string {
  return (JSON.parse(readFileSync(new URL(`${name}/package.json`, root), 'utf8')) as { version: string })
    .version;
}

/** Processor, cores, versions and how busy the machine was: without them a figure says nothing. */
export function machine(): Record<string, unknown> {
  return {
    cpu: os.cpus()[0]?.model.trim() ?? 'unknown',
    cores: os.cpus().length,
    loadAverage1m: rounded(os.loadavg()[0] ?? 0, 2),
    platform: `${os.platform()} ${os.arch()}`,
    node: process.versions.node,
    electron: electronVersion(),
  };
}
