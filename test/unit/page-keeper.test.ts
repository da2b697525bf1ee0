import { EventEmitter } from 'node:events';
import { expect, test } from 'vitest';
import { keepPageUp, RETRY_AFTER_MS, type KeptPage } from '../../electron/page-keeper.ts';
import { createVirtualScheduler } from '../support/virtual-scheduler.ts';

function kept() {
  const events = new EventEmitter();
  const time = createVirtualScheduler(0);
  const state = { isDestroyed: false, isQuitting: false, loads: [] as number[], log: [] as string[] };
  keepPageUp({
    page: Object.assign(events, { isDestroyed: () => state.isDestroyed }) as unknown as KeptPage,
    name: 'desk',
    load: () => state.loads.push(time.nowMs()),
    isGivenUp: () => state.isQuitting,
    schedule: time.after,
    log: (line) => state.log.push(line),
  });
  return {
    ...{ state, time },
    fail: (code = -9, isMainFrame = true) =>
      void events.emit('did-fail-load', {}, code, 'ERR_UNEXPECTED', 'app://desk/desk.html', isMainFrame),
    crash: () => void events.emit('render-process-gone', {}, { reason: 'killed' }),
    finish: () => void events.emit('did-finish-load'),
  };
}

test('a page that fails once is loaded again after a moment, and that is logged', () => {
  const { state, time, fail, finish } = kept();
  fail();
  finish(); // The error page itself is complete, too.
  expect(state.loads).toEqual([]);
  time.pass(RETRY_AFTER_MS[0]);
  expect(state.loads).toEqual([RETRY_AFTER_MS[0]]);
  expect(state.log).toEqual(['page desk could not be loaded (ERR_UNEXPECTED); loading it again']);
});

test('tries come ever more slowly, never end, and only the first are logged; success starts anew', () => {
  const { state, time, fail, finish } = kept();
  for (let turn = 0; turn < 12; turn += 1) {
    fail();
    finish();
    time.pass(RETRY_AFTER_MS.at(-1)!);
  }
  expect(state.loads).toHaveLength(12);
  expect(state.log).toHaveLength(RETRY_AFTER_MS.length);
  finish();
  const before = time.nowMs();
  fail();
  time.pass(RETRY_AFTER_MS.at(-1)!);
  expect(state.loads.at(-1)).toBe(before + RETRY_AFTER_MS[0]);
});

test('a lost renderer is started again, one that crashes while it loads ever more slowly', () => {
  const { state, time, crash } = kept();
  crash();
  time.pass(RETRY_AFTER_MS[0]);
  crash();
  crash(); // Said twice: one load.
  time.pass(RETRY_AFTER_MS[1]);
  expect(state.loads).toEqual([RETRY_AFTER_MS[0], RETRY_AFTER_MS[0] + RETRY_AFTER_MS[1]]);
});

test('nothing is loaded for a replaced load, another frame, a closed window or a quitting app', () => {
  const { state, time, fail, crash } = kept();
  fail(-3);
  fail(-9, false);
  time.pass(60_000);
  fail();
  state.isDestroyed = true;
  time.pass(60_000);
  state.isDestroyed = false;
  state.isQuitting = true;
  crash();
  time.pass(60_000);
  expect(state.loads).toEqual([]);
});
