/**
 * Process start → desk usable with 500 chats in the database, signed in and online, against a bare Electron window of
 * the same run. Both are started the same way, without a debugger; the first start of each is not counted.
 */
import { ROOT } from '../support/electron-path.ts';
import { startTimedElectron } from './electron-process.ts';
import { median, ROUNDS, rounded, type BenchResult } from './figures.ts';
import { BARE_ELECTRON, DESK_READY_HOOK, makeSignedInProfile, temporaryFolder } from './signed-in-profile.ts';

const CHATS = 500;
const WAITING_CHATS = 12;
const ALLOWED_ABOVE_BARE_MS = 800;

export async function benchStart(): Promise<BenchResult> {
  const profile = await makeSignedInProfile(CHATS, CHATS - WAITING_CHATS);
  const bareFolder = temporaryFolder();
  const bare: number[] = [];
  const desk: number[] = [];
  try {
    for (let round = 0; round <= ROUNDS; round += 1) {
      const empty = await startTimedElectron([BARE_ELECTRON], {
        BENCH_WINDOWS: '1',
        BENCH_USER_DATA: bareFolder,
      });
      await empty.quit();
      const app = await startTimedElectron([
        '-r',
        DESK_READY_HOOK,
        ROOT,
        '--user-data',
        profile.userDataDir,
        '--server',
        profile.server.url,
      ]);
      await app.quit();
      if (round === 0) continue; // Code caches and the file system's cache are warm from here on.
      bare.push(empty.readyAfterMs);
      desk.push(app.readyAfterMs);
    }
  } finally {
    await profile.stop();
  }
  const bareMs = rounded(median(bare), 0);
  const deskMs = rounded(median(desk), 0);
  const aboveMs = rounded(median(desk.map((ms, i) => ms - bare[i]!)), 0);
  return {
    lines: [
      {
        chats: CHATS,
        rounds: desk.length,
        bareElectronMs: bareMs,
        deskUsableMs: deskMs,
        aboveBareMs: aboveMs,
        aimAboveBareMs: ALLOWED_ABOVE_BARE_MS,
      },
    ],
    missedAims:
      aboveMs <= ALLOWED_ABOVE_BARE_MS
        ? []
        : [`the desk is usable ${aboveMs} ms after a bare window, aim ${ALLOWED_ABOVE_BARE_MS} ms`],
  };
}
