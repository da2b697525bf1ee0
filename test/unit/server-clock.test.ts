import { describe, expect, it } from 'vitest';
import { createSystemClock } from '../../sync-server/system-clock.ts';
import { createServerClock, MAX_AHEAD_MS, MAX_BEHIND_MS } from '../../sync-server/core/server-clock.ts';

const T0 = 1_800_000_000_000;

async function clockAt(wallMs: number, markMs: number) {
  const wall = { ms: wallMs };
  return {
    wall,
    clock: await createServerClock({ wallMs: () => wall.ms, load: () => Promise.resolve(markMs) }),
  };
}

describe("the server's clock", () => {
  it('shows the wall clock in whole ms when nothing is wrong', async () => {
    const { wall, clock } = await clockAt(T0 + 0.7, T0 - 1_000);
    expect(clock.nowMs()).toBe(T0);
    wall.ms = T0 + 5;
    expect([clock.nowMs(), clock.alarm(), clock.isRefused()]).toEqual([T0 + 5, undefined, false]);
  });

  it('goes on from the stored mark, with an alarm', async () => {
    const { wall, clock } = await clockAt(T0, T0 + 30_000);
    expect(clock.nowMs()).toBe(T0 + 30_000);
    wall.ms += 1_000;
    expect(clock.nowMs()).toBe(T0 + 31_000);
    expect(clock.alarm()).toEqual({ kind: 'wentBack', byMs: 30_000 });
    expect(clock.isRefused()).toBe(false);
  });

  it('never goes back while it runs, and falls back to the wall slowly', async () => {
    const { wall, clock } = await clockAt(T0, 0);
    wall.ms -= 10_000;
    expect(clock.nowMs()).toBe(T0);
    let last = T0;
    for (let step = 0; step < 100; step += 1) {
      wall.ms += 3_600_000;
      const now = clock.nowMs();
      expect(now).toBeGreaterThan(last);
      last = now;
    }
    expect(last).toBe(wall.ms);
  });

  it("goes on at the clock's pace when the machine's own clock steps back, so that no honest time is refused", async () => {
    const wall = { ms: T0 };
    let monoMs = 0;
    const { nowMs: wallMs, monoMs: mono } = createSystemClock(
      () => wall.ms,
      () => monoMs,
    );
    const clock = await createServerClock({ wallMs, monoMs: mono, load: () => Promise.resolve(0) });
    const pass = (ms: number) => ((wall.ms += ms), (monoMs += ms));
    wall.ms -= 40_000;
    pass(10_000);
    expect(clock.nowMs() - T0).toBe(10_000);
    // A step that hides behind the time since it was asked last is seen, too.
    wall.ms -= 700;
    pass(1_000);
    expect(clock.nowMs() - T0).toBeGreaterThan(10_990);
  });

  it('falls back to a wall that was set back so slowly that devices may still drift by 500 ppm from it', async () => {
    const { wall, clock } = await clockAt(T0, 0);
    wall.ms -= 5_000;
    expect(clock.nowMs()).toBe(T0);
    wall.ms += 1_000_000;
    expect(clock.nowMs() - T0).toBe(1_000_000 - 50);
  });

  it('refuses pushes when it is more than 60 s behind, until an operator confirms', async () => {
    expect((await clockAt(T0, T0 + MAX_BEHIND_MS)).clock.isRefused()).toBe(false);
    const { clock } = await clockAt(T0, T0 + MAX_BEHIND_MS + 1);
    expect(clock.isRefused()).toBe(true);
    clock.confirm();
    expect([clock.isRefused(), clock.nowMs()]).toEqual([false, T0 + MAX_BEHIND_MS + 1]);
  });

  it('refuses pushes when it is more than 24 h ahead, and until then goes on from the mark', async () => {
    expect((await clockAt(T0 + MAX_AHEAD_MS, T0)).clock.isRefused()).toBe(false);
    const { wall, clock } = await clockAt(T0 + MAX_AHEAD_MS + 1, T0);
    expect([clock.isRefused(), clock.nowMs()]).toEqual([true, T0]);
    wall.ms += 500;
    expect(clock.nowMs()).toBe(T0 + 500);
    clock.confirm();
    expect([clock.isRefused(), clock.nowMs()]).toEqual([false, wall.ms]);
  });

  it('trusts the machine in a new database', async () => {
    expect((await clockAt(T0, 0)).clock.isRefused()).toBe(false);
  });
});
