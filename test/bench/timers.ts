/**
 * 1,000 running timers: processor time of Electron's main process over 60 s and drift against the monotonic clock. 1,000
 * windows do not fit on a computer, so the product's ChatTimerManager with its outbox on disk and a live snapshot every
 * second is driven directly in a real Electron main process without windows; the line says so, and gives what that
 * process uses without timers.
 */
import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { build } from 'vite';
import { electronEnvironment } from '../support/e2e-device.ts';
import { electronPath, ROOT } from '../support/electron-path.ts';
import { median, ROUNDS, rounded, type BenchResult } from './figures.ts';

const TIMERS = 1_000;
const SECONDS = 60;
const AIM_CPU_PERCENT = 0.3;
const AIM_DRIFT_MS = 1;

interface TimersRound {
  running: number;
  /** Live snapshots of all timers taken so far. */
  snapshots: number;
  cpuMs: number;
  spanMs: number;
  idleCpuMs: number;
  maxDriftMs: number;
}

async function bundle(): Promise<string> {
  const outDir = path.join(ROOT, '.cache/bench-timers');
  await build({
    configFile: false,
    logLevel: 'error',
    root: ROOT,
    ssr: { noExternal: true },
    build: {
      ssr: fileURLToPath(new URL('./timers-main.ts', import.meta.url)),
      outDir,
      emptyOutDir: true,
      target: 'node20',
      rolldownOptions: { external: ['electron'], output: { format: 'es', entryFileNames: 'main.mjs' } },
    },
  });
  mkdirSync(outDir, { recursive: true });
  writeFileSync(
    path.join(outDir, 'package.json'),
    JSON.stringify({ name: 'chatclock-bench-timers', version: '0.0.0', main: 'main.mjs', type: 'module' }),
  );
  return outDir;
}

async function runRounds(): Promise<TimersRound[]> {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'chatclock-bench-timers-'));
  const { env, flags } = await electronEnvironment();
  const plan = { timers: TIMERS, seconds: SECONDS, rounds: ROUNDS, folder };
  const child = spawn(electronPath(), [...flags, await bundle()], {
    env: { ...env, BENCH_TIMERS: JSON.stringify(plan) },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const rounds: TimersRound[] = [];
  createInterface({ input: child.stdout }).on('line', (line) => {
    if (!line.startsWith('round ')) return;
    rounds.push(JSON.parse(line.slice(6)) as TimersRound);
    process.stderr.write(`timers round ${rounds.length}/${ROUNDS}\n`);
  });
  const limit = setTimeout(() => child.kill('SIGKILL'), (ROUNDS + 1) * SECONDS * 1000 + 60_000);
  const code = await new Promise<number | null>((resolve) => child.once('close', resolve));
  clearTimeout(limit);
  rmSync(folder, { recursive: true, force: true });
  if (code !== 0 || rounds.length < ROUNDS)
    throw new Error(`Electron ended with ${code} after ${rounds.length} rounds`);
  return rounds;
}

export async function benchTimers(): Promise<BenchResult> {
  const rounds = await runRounds();
  const running = Math.min(...rounds.map((round) => round.running));
  if (running !== TIMERS) throw new Error(`Only ${running} of ${TIMERS} timers ran`);
  if (rounds.at(-1)!.snapshots < (ROUNDS * SECONDS) / 2)
    throw new Error('The live snapshot was not taken every second');
  const percent = (cpuMs: number, spanMs: number) => (100 * cpuMs) / spanMs;
  const cpuPercent = rounded(median(rounds.map((round) => percent(round.cpuMs, round.spanMs))), 3);
  const idlePercent = rounded(percent(rounds[0]!.idleCpuMs, rounds[0]!.spanMs), 3);
  const driftMs = rounded(Math.max(...rounds.map((round) => round.maxDriftMs)), 2);
  const missedAims: string[] = [];
  if (cpuPercent > AIM_CPU_PERCENT) {
    missedAims.push(
      `main uses ${cpuPercent} % of a core (${idlePercent} % without timers), aim ${AIM_CPU_PERCENT} %`,
    );
  }
  if (driftMs > AIM_DRIFT_MS)
    missedAims.push(`a timer drifts ${driftMs} ms in ${SECONDS} s, aim ${AIM_DRIFT_MS} ms`);
  return {
    lines: [
      {
        timers: TIMERS,
        seconds: SECONDS,
        rounds: rounds.length,
        how: 'ChatTimerManager, outbox and live snapshot driven directly in a real Electron main process, no windows',
        cpuPercentOfACore: cpuPercent,
        cpuPercentWithoutTimers: idlePercent,
        maxDriftMs: driftMs,
      },
    ],
    missedAims,
  };
}
