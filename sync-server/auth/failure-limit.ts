/**
 * Wrong passwords per account and address: after `allowed` of them the pair waits. Nobody else is locked out by it,
 * and a right password is never counted (SECURITY.md S1, S6).
 */
import { AppError } from '../../shared/errors.ts';
import type { ServerClock } from '../ports.ts';

const MAX_KEYS = 50_000;

export function createFailureLimit(deps: { clock: ServerClock; allowed: number; windowMs: number }) {
  const failures = new Map<string, { count: number; untilMs: number }>();

  return {
    /** Throws tooMany with `retryAfterMs` when this key has failed too often. */
    check(key: string): void {
      const entry = failures.get(key);
      if (entry === undefined) return;
      const leftMs = entry.untilMs - deps.clock.nowMs();
      if (leftMs <= 0) failures.delete(key);
      else if (entry.count >= deps.allowed) throw new AppError('tooMany', { retryAfterMs: leftMs });
    },
    fail(key: string): void {
      const nowMs = deps.clock.nowMs();
      const entry = failures.get(key);
      if (entry !== undefined && entry.untilMs > nowMs) entry.count += 1;
      else failures.set(key, { count: 1, untilMs: nowMs + deps.windowMs });
      if (failures.size > MAX_KEYS) failures.delete(failures.keys().next().value as string);
    },
    succeed(key: string): void {
      failures.delete(key);
    },
  };
}
