/**
 * A client who runs low in four real windows of two devices: how far apart the windows stop, and how far below zero the
 * balance is afterwards, at once and with a round trip of 200 ms between each device and the server.
 */
import {
  BURN_UNITS_PER_MS,
  forgetNoted,
  runAll,
  settledBalanceUnits,
  spreadMs,
  startJointScene,
  topUp,
  whenAllStopped,
  type JointScene,
} from '../support/joint-stop.ts';
import { percentile, rounded, type BenchResult } from './figures.ts';

const STOPS = 10;
/** About 6 s of all four chats. */
const TOP_UP_MINOR = 80;
const STOP_LIMIT_MS = 60_000;
const ROUND_TRIPS_MS = [0, 200];
const AIM_SPREAD_P99_MS = 250;
const AIM_OVERDRAFT_MS = 1_000;

interface Stop {
  toldMs: number;
  shownMs: number;
  /** Below zero, in ms of what all four burn. */
  overdraftMs: number;
}

async function stopOnce(joint: JointScene): Promise<Stop> {
  const balance = await settledBalanceUnits(joint);
  await forgetNoted(joint);
  // What was overdrawn before is paid first, so that every stop begins with the same credits.
  await topUp(joint, TOP_UP_MINOR - Math.min(0, Math.floor(balance / 60_000)));
  await runAll(joint);
  const noted = await whenAllStopped(joint, STOP_LIMIT_MS);
  const after = await settledBalanceUnits(joint);
  return {
    toldMs: spreadMs(noted.map((one) => one.stoppedAt)),
    shownMs: spreadMs(noted.map((one) => one.shownAt)),
    overdraftMs: Math.max(0, -after / BURN_UNITS_PER_MS),
  };
}

export async function benchJointStop(stops = STOPS): Promise<BenchResult> {
  const lines: Record<string, unknown>[] = [];
  const missedAims: string[] = [];
  const joint = await startJointScene(0);
  try {
    for (const roundTripMs of ROUND_TRIPS_MS) {
      for (const { proxy } of joint.devices) proxy.delay(roundTripMs / 2);
      const done: Stop[] = [];
      for (let stop = 0; stop < stops; stop += 1) {
        done.push(await stopOnce(joint));
        const { toldMs, overdraftMs } = done.at(-1)!;
        process.stderr.write(
          `joint stop ${stop + 1}/${stops} at ${roundTripMs} ms: spread ${rounded(toldMs)} ms, overdraft ${rounded(overdraftMs)} ms\n`,
        );
      }
      const spreadP99Ms = rounded(percentile(done.map((one) => one.toldMs), 0.99)); // prettier-ignore
      const worstOverdraftMs = rounded(Math.max(...done.map((one) => one.overdraftMs)));
      lines.push({
        figure: 'jointStop',
        roundTripMs,
        devices: 2,
        windows: 4,
        stops: done.length,
        spreadP50Ms: rounded(percentile(done.map((one) => one.toldMs), 0.5)), // prettier-ignore
        spreadP99Ms,
        shownSpreadP99Ms: rounded(percentile(done.map((one) => one.shownMs), 0.99)), // prettier-ignore
        worstOverdraftMsOfBurn: worstOverdraftMs,
      });
      if (!(spreadP99Ms <= AIM_SPREAD_P99_MS))
        missedAims.push(
          `four windows stop ${spreadP99Ms} ms apart at p99 (round trip ${roundTripMs} ms), aim ${AIM_SPREAD_P99_MS} ms`,
        );
      if (!(worstOverdraftMs <= AIM_OVERDRAFT_MS))
        missedAims.push(
          `a client is overdrawn by ${worstOverdraftMs} ms of burn (round trip ${roundTripMs} ms), aim ${AIM_OVERDRAFT_MS} ms`,
        );
    }
  } finally {
    await joint.scene.stop();
  }
  return { lines, missedAims };
}
