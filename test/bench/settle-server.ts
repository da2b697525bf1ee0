/** The server's half of `npm run bench -- settle`: admissions, the joint stop, and what an hour leaves in the database. */
import type { BenchResult } from './figures.ts';
import { benchAdmissions } from './settle-admissions.ts';
import { benchFootprint } from './settle-footprint.ts';
import { benchJointStop } from './settle-joint-stop.ts';

export async function benchSettleServer(): Promise<BenchResult> {
  const results = [await benchAdmissions(), await benchFootprint(), await benchJointStop()];
  return {
    lines: results.flatMap((one) => one.lines),
    missedAims: results.flatMap((one) => one.missedAims),
  };
}
