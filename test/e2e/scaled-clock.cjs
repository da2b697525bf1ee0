/**
 * A clock that the tests can hurry: loaded with `-r` before Electron's main process or a server, and as an init script
 * in a page, so that ten minutes pass in half a minute without a switch in the product. The course of time is a list of
 * pieces [fromRealMs, scale], the same in every process, so that all clocks of a test stay equal to the millisecond.
 * Scaled: Date, process.hrtime, performance.now, os.uptime, setTimeout, setInterval.
 */
(function installScaledClock() {
  const isNode = typeof process === 'object' && process !== null && typeof process.hrtime === 'function';
  if (globalThis.testClock) return;
  const RealDate = Date;
  const performanceNow = performance.now.bind(performance);
  const realNow = () => performance.timeOrigin + performanceNow();
  const realSetTimeout = globalThis.setTimeout;
  const realClearTimeout = globalThis.clearTimeout;
  let pieces = isNode && process.env.CHATCLOCK_TEST_CLOCK ? JSON.parse(process.env.CHATCLOCK_TEST_CLOCK) : [];

  /** How far the hurried clock is ahead of the real one at a real instant, ms. */
  function offsetAt(realMs) {
    let offset = 0;
    for (let i = 0; i < pieces.length; i += 1) {
      const until = i + 1 < pieces.length ? Math.min(pieces[i + 1][0], realMs) : realMs;
      if (until > pieces[i][0]) offset += (until - pieces[i][0]) * (pieces[i][1] - 1);
    }
    return offset;
  }
  const offsetNow = () => offsetAt(realNow());

  /** The real wait until `ms` hurried milliseconds have passed. */
  function realDelay(ms) {
    let at = realNow();
    let left = ms;
    let wait = 0;
    for (let i = -1; i < pieces.length; i += 1) {
      const scale = i < 0 ? 1 : pieces[i][1];
      const end = i + 1 < pieces.length ? pieces[i + 1][0] : Infinity;
      if (end <= at) continue;
      const room = (end - at) * scale;
      if (room >= left) return wait + left / scale;
      wait += end - at;
      left -= room;
      at = end;
    }
    return wait + left;
  }

  const live = new Set();
  class ScaledTimer {
    constructor(callback, ms, args, repeats) {
      this.callback = callback;
      this.ms = Math.max(1, Number(ms) || 0);
      this.args = args;
      this.repeats = repeats;
      this.isRef = true;
      this.refresh();
    }
    refresh() {
      this.dueMs = realNow() + offsetNow() + this.ms;
      live.add(this);
      this.arm();
      return this;
    }
    arm() {
      realClearTimeout(this.handle);
      const left = this.dueMs - realNow() - offsetNow();
      this.handle = realSetTimeout(
        () => this.fire(),
        Math.min(2 ** 30, Math.max(0, Math.ceil(realDelay(Math.max(0, left))))),
      );
      if (!this.isRef && this.handle.unref) this.handle.unref();
    }
    fire() {
      if (this.dueMs - realNow() - offsetNow() > 0.5) {
        this.arm();
        return;
      }
      if (this.repeats) {
        this.dueMs = Math.max(this.dueMs + this.ms, realNow() + offsetNow());
        this.arm();
      } else live.delete(this);
      this.callback(...this.args);
    }
    close() {
      live.delete(this);
      realClearTimeout(this.handle);
      return this;
    }
    ref() {
      this.isRef = true;
      if (this.handle.ref) this.handle.ref();
      return this;
    }
    unref() {
      this.isRef = false;
      if (this.handle.unref) this.handle.unref();
      return this;
    }
    hasRef() {
      return this.isRef;
    }
    [Symbol.toPrimitive]() {
      return byNumber(this);
    }
    [Symbol.dispose ?? Symbol('dispose')]() {
      this.close();
    }
  }

  // Pages want numbers; Node's own code is content with either.
  const numbers = new Map();
  let nextNumber = 1_000_000_000;
  function byNumber(timer) {
    if (timer.number === undefined) {
      timer.number = nextNumber += 1;
      numbers.set(timer.number, timer);
    }
    return timer.number;
  }
  const make = (repeats) =>
    function scaledTimer(callback, ms, ...args) {
      const timer = new ScaledTimer(callback, ms, args, repeats);
      return isNode ? timer : byNumber(timer);
    };
  function clear(timer) {
    if (timer instanceof ScaledTimer) timer.close();
    else if (numbers.has(Number(timer))) {
      numbers.get(Number(timer)).close();
      numbers.delete(Number(timer));
    } else realClearTimeout(timer);
  }

  class ScaledDate extends RealDate {
    constructor(...args) {
      if (args.length === 0) super(Math.floor(realNow() + offsetNow()));
      else super(...args);
    }
    static now() {
      return Math.floor(realNow() + offsetNow());
    }
  }

  const replaced = {
    setTimeout: make(false),
    setInterval: make(true),
    clearTimeout: clear,
    clearInterval: clear,
  };
  Object.assign(globalThis, replaced, { Date: ScaledDate });
  Object.defineProperty(performance, 'now', {
    configurable: true,
    writable: true,
    value: () => performanceNow() + offsetNow(),
  });

  if (isNode) {
    const os = require('node:os');
    const util = require('node:util');
    const realHrtime = process.hrtime;
    const bigint = () => realHrtime.bigint() + BigInt(Math.round(offsetNow() * 1e6));
    const hrtime = (since) => {
      const now = bigint();
      const parts = [Number(now / 1_000_000_000n), Number(now % 1_000_000_000n)];
      if (!since) return parts;
      const nanos = parts[1] - since[1];
      return nanos < 0 ? [parts[0] - since[0] - 1, nanos + 1e9] : [parts[0] - since[0], nanos];
    };
    hrtime.bigint = bigint;
    process.hrtime = hrtime;
    const realUptime = os.uptime;
    os.uptime = () => realUptime() + offsetNow() / 1000;
    replaced.setTimeout[util.promisify.custom] = (ms, value) =>
      new Promise((resolve) => replaced.setTimeout(resolve, ms, value));
    Object.assign(require('node:timers'), replaced);
    require('node:timers/promises').setTimeout = replaced.setTimeout[util.promisify.custom];
    require('node:module').syncBuiltinESMExports();
  }

  globalThis.testClock = {
    /** Replaces the course of time; its past must be the same. */
    follow(next) {
      if (next.length < pieces.length) return; // Said before what is known already.
      pieces = next;
      for (const timer of [...live]) timer.arm();
    },
    offsetMs: offsetNow,
  };
})();
