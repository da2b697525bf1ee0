/** One seed from its first second to its last invariant. */
import './zod-with-eval.ts';
import { PROTOCOL_VERSION } from '../../shared/wire.ts';
import { followAdvisor } from './advisor.ts';
import { letThingsHappen } from './happenings.ts';
import { checkAll, InvariantBroken } from './invariants/check-all.ts';
import { spotCheck } from './invariants/spot-check.ts';
import { letOddThingsHappen } from './oddities.ts';
import { PROFILE, type ProfileName } from './profiles.ts';
import { tellRareStories } from './rare-stories.ts';
import type { Scene } from './scene-shape.ts';
import { createScene } from './scene.ts';
import { createTally, type Tally } from './tally.ts';
import { createWorld, T0 } from './world.ts';

export interface SeedResult {
  seed: number;
  profile: ProfileName;
  tally: Tally;
  logHash: string;
  failure: { invariant: string; detail: string; trace: string[] } | null;
}

/** Queues are empty this long after everything is well again (I20), ms. */
const DRAIN_MS = 30_000;
/** Then the grace of vanished devices and what follows from it, ms. */
const SETTLE_MS = 60_000;

export async function runSeed(
  seed: number,
  profileName: ProfileName,
  onLine?: (line: string) => void,
): Promise<SeedResult> {
  const profile = PROFILE[profileName];
  const world = createWorld(seed, onLine);
  const tally = createTally();
  let failure: SeedResult['failure'] = null;
  try {
    const scene = await createScene(world, tally, profile);
    for (const device of scene.devices) followAdvisor(scene, device);
    letThingsHappen(scene);
    letOddThingsHappen(scene);
    tellRareStories(scene);
    for (let minute = 1; minute <= profile.minutes; minute += 1) {
      await world.runUntil(T0 + minute * 60_000);
      spotCheck(scene);
    }
    await heal(scene);
    await checkAll(scene);
  } catch (error) {
    const isBroken = error instanceof InvariantBroken;
    failure = {
      invariant: isBroken ? error.invariant : 'crash',
      detail: isBroken
        ? error.message
        : error instanceof Error
          ? (error.stack ?? error.message)
          : String(error),
      trace: world.lastLines(),
    };
  }
  return { seed, profile: profileName, tally, logHash: world.logHash(), failure };
}

/** The network is back, everybody is awake, disks have room, apps run: what is true must show. */
async function heal(scene: Scene): Promise<void> {
  const { world, server, devices, tally } = scene;
  scene.isHealing = true;
  world.note('healing');
  server.crashesAtCommit = 0;
  server.core()?.confirmClock();
  for (const device of devices) {
    tally.cutMs += device.link.cutMs();
    tally.deviceMs += scene.profile.minutes * 60_000;
    Object.assign(device.link.faults, {
      ...{
        dropRequest: 0,
        duplicate: 0,
        loseReply: 0,
        losePage: 0,
        repeatPage: 0,
        cutStream: 0,
        maxDelayMs: 60,
      },
    });
    device.link.heal();
    device.throttleMs = 0;
    device.computer.disk.freeBytes = Number.POSITIVE_INFINITY;
    device.computer.wake();
    device.isSignedOut = false;
    device.protocol = PROTOCOL_VERSION;
    device.start();
  }
  await world.runUntil(world.nowMs() + 15_000);
  for (const device of devices) {
    const running = device.device();
    if (running === null) device.start();
    for (const { chat } of [...(running?.timers.timers() ?? [])]) running?.timers.pause(chat.id);
  }
  await world.runUntil(world.nowMs() + DRAIN_MS + SETTLE_MS);
}
