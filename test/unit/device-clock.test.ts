import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createDeviceClock, type ClockSources } from '../../electron/clock.ts';

let folder: string;
/** A computer whose time passes because the test says so. */
let awakeMs: number;
let asleepMs: number;
let wallMs: number;
/** `os.uptime()` is rounded by the system. */
let uptimeErrorMs: number;
let bootId: string;

beforeEach(() => {
  folder = mkdtempSync(path.join(os.tmpdir(), 'chatclock-clock-'));
  [awakeMs, asleepMs, wallMs, uptimeErrorMs] = [50_000, 0, 1_700_000_000_000, 0];
  bootId = 'boot-1';
});
afterEach(() => rmSync(folder, { recursive: true }));

const sources = (): ClockSources => ({
  awakeMs: () => awakeMs,
  uptimeMs: () => awakeMs + asleepMs + uptimeErrorMs,
  wallMs: () => wallMs,
  bootId,
});
const start = () => createDeviceClock(folder, sources());

function pass(ms: number): void {
  awakeMs += ms;
  wallMs += ms;
}

test('counts every millisecond once, whatever the wall clock does', () => {
  const clock = start();
  const from = clock.monoMs();
  pass(700);
  wallMs -= 86_400_000;
  pass(61_300);
  expect(clock.monoMs() - from).toBe(62_000);
  expect(clock.wallMs()).toBe(1_700_000_062_000 - 86_400_000);
});

test('time asleep has passed', () => {
  const clock = start();
  const from = clock.monoMs();
  asleepMs += 440_000;
  pass(1_000);
  expect(clock.monoMs() - from).toBe(441_000);
});

test('an uptime that jitters by less than a second is not sleep, and the clock never goes back', () => {
  const clock = start();
  let before = clock.monoMs();
  for (const errorMs of [400, -300, 990, -990, 0]) {
    uptimeErrorMs = errorMs;
    pass(1_100);
    const now = clock.monoMs();
    expect(now - before).toBe(1_100);
    before = now;
  }
});

test('an app that starts again in the same boot goes on with the same clock, sleep before it included', () => {
  const first = start();
  asleepMs += 440_250;
  pass(2_000);
  const before = first.monoMs();
  uptimeErrorMs = 600; // Measured again it would be off by this.
  pass(5_000);
  expect(start().monoMs() - before).toBe(5_000);
});

test('another boot starts anew, and a torn file is measured again', () => {
  asleepMs = 90_000;
  start();
  [awakeMs, asleepMs, bootId] = [3_000, 0, 'boot-2'];
  expect(start()).toMatchObject({ bootId: 'boot-2' });
  expect(start().monoMs()).toBe(3_000);
  asleepMs = 7_000;
  writeFileSync(path.join(folder, 'boot-clock.json'), '{"bootId":"boot-2","susp');
  expect(start().monoMs()).toBe(10_000);
});
