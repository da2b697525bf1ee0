/**
 * npm run simulate -- --seeds N [--from S] [--profile P] [--planted | --killing]: many seeds of the simulation, a line
 * for each profile at the end; --killing then shows each planted bug caught by its own seed. Exits with 0 only when every invariant held and the run met every fault, verdict and timer state.
 */
import { fork } from 'node:child_process';
import { availableParallelism } from 'node:os';
import { parseArgs } from 'node:util';
import { bundleWorker } from './bundle-worker.ts';
import { isProfile, profileOf, PROFILES, type ProfileName } from './profiles.ts';
import { huntAll, proveKillingSeeds } from './run-planted.ts';
import { createRunReport, ENOUGH_SEEDS, type RunReport } from './run-report.ts';
import { runSeed, type SeedResult } from './run-seed.ts';
import { fromSent, type SentResult } from './seed-worker.ts';

interface Options {
  seeds: number;
  from: number;
  profile: ProfileName | null;
  isTraced: boolean;
  isPlanted: boolean;
  isKilling: boolean;
}

/** One worker has one processor: threads of V8's own would only take time from the others. */
const WORKER_FLAGS = ['--single-threaded', '--max-semi-space-size=64'];

/** A planted bug must show within so many seeds. */
const PLANTED_SEEDS = 2_000;

const USAGE = `npm run simulate -- --seeds N [--from S] [--profile ${PROFILES.join('|')}] [--planted | --killing] [--trace]`;

function readOptions(args: readonly string[]): Options | null {
  const { values } = parseArgs({
    args: [...args],
    options: {
      seeds: { type: 'string', default: '300' },
      from: { type: 'string', default: '1' },
      profile: { type: 'string' },
      trace: { type: 'boolean', default: false },
      planted: { type: 'boolean', default: false },
      killing: { type: 'boolean', default: false },
    },
  });
  const { profile } = values;
  const [seeds, from] = [Number(values.seeds), Number(values.from)];
  if (!Number.isSafeInteger(seeds) || seeds < 1 || !Number.isSafeInteger(from) || from < 0) return null;
  if (profile !== undefined && !isProfile(profile)) return null;
  const { trace, planted, killing } = values;
  return { seeds, from, profile: profile ?? null, isTraced: trace, isPlanted: planted, isKilling: killing };
}

async function main(): Promise<number> {
  let options: Options | null = null;
  try {
    options = readOptions(process.argv.slice(2));
  } catch {
    // Said below, with the others.
  }
  if (options === null) {
    console.error(`These options make no sense together. ${USAGE}`);
    return 2;
  }
  if (options.isPlanted) return (await huntAll(PLANTED_SEEDS, console.log)) ? 0 : 1;
  const report = createRunReport();
  const startedAt = performance.now();
  if (options.seeds === 1) report.add(await runOne(options));
  else await runMany(options, report);
  const seconds = (performance.now() - startedAt) / 1000;
  for (const failure of report.failures.slice(0, 10)) sayFailure(failure);
  for (const line of report.lines()) console.log(line);
  const missing =
    options.profile === null && report.seeds() >= ENOUGH_SEEDS && report.seeds() === options.seeds
      ? report.missing()
      : [];
  for (const lack of missing) console.log(`not met: ${lack}`);
  const isCut = report.seeds() < options.seeds;
  console.log(
    `${report.seeds()} seeds in ${seconds.toFixed(1)} s, ${(report.seeds() / seconds).toFixed(1)} a second, ` +
      `${report.failures.length} failed${isCut ? ', cancelled' : ''}`,
  );
  const isHolding = report.failures.length === 0 && missing.length === 0 && !isCut;
  const areKilled = isCut || !options.isKilling || (await proveKillingSeeds(console.log));
  return isHolding && areKilled ? 0 : 1;
}

async function runOne(options: Options): Promise<SeedResult> {
  const onLine = options.isTraced ? (line: string) => console.log(line) : undefined;
  const result = await runSeed(options.from, options.profile ?? profileOf(options.from), onLine);
  console.log(`log of seed ${result.seed}: sha256 ${result.logHash}`);
  return result;
}

/** Spreads the seeds over the processors; Ctrl C ends it and keeps what is known. */
async function runMany(options: Options, report: RunReport): Promise<void> {
  const worker = await bundleWorker();
  try {
    await runWorkers(worker.file, options, report);
  } finally {
    worker.remove();
  }
}

function runWorkers(file: string, options: Options, report: RunReport): Promise<void> {
  const workers = Math.max(1, Math.min(availableParallelism(), options.seeds));
  let next = options.from;
  const end = options.from + options.seeds;
  let lastSaidAt = 0;
  return new Promise((resolve, reject) => {
    const children = Array.from({ length: workers }, () => fork(file, { execArgv: [...WORKER_FLAGS] }));
    let running = children.length;
    const finish = (): void => {
      for (const child of children) if (child.connected) child.disconnect();
      resolve();
    };
    const stop = (): void => {
      for (const child of children) child.kill();
      finish();
    };
    // It stays: npm and the terminal both pass Ctrl+C on, and the second must not take the closing lines away.
    process.on('SIGINT', stop);
    for (const child of children) {
      const give = (): void => {
        if (next < end) {
          child.send({ seed: next, profile: options.profile ?? profileOf(next) });
          next += 1;
        } else if ((running -= 1) === 0) finish();
      };
      child.on('message', (sent: SentResult) => {
        report.add(fromSent(sent));
        if (performance.now() - lastSaidAt > 2_000) {
          lastSaidAt = performance.now();
          process.stderr.write(
            `${report.seeds()} of ${options.seeds} seeds, ${report.failures.length} failed\n`,
          );
        }
        give();
      });
      child.on('error', reject);
      child.on('exit', (code) => {
        if (code !== 0 && code !== null) reject(new Error(`a process of the simulation ended with ${code}`));
      });
      give();
    }
  });
}

function sayFailure({ seed, profile, failure }: SeedResult): void {
  console.log(`\nseed ${seed}, profile ${profile}: ${failure!.invariant} broken`);
  console.log(`  ${failure!.detail.slice(0, 2_000)}`);
  for (const line of failure!.trace.slice(-25)) console.log(`    ${line.slice(0, 200)}`);
  console.log(`  again: npm run simulate -- --from ${seed} --seeds 1 --profile ${profile} --trace\n`);
}

process.exitCode = await main();
