/** Counters for /metrics (Prometheus text). No ids, no names, no content in any label. */
import { Counter, Gauge, Registry } from 'prom-client';
import type { ErrorCode } from '../../shared/errors.ts';
import type { PushAnswer } from '../../shared/wire.ts';
import type { SyncCore } from '../ports.ts';

export type Metrics = ReturnType<typeof createMetrics>;

export function createMetrics(core: SyncCore) {
  const registry = new Registry();
  const registers = [registry];
  const requests = new Counter({
    name: 'chatclock_requests_total',
    help: 'Answered requests',
    labelNames: ['method', 'route', 'status'],
    registers,
  });
  const errors = new Counter({
    name: 'chatclock_errors_total',
    help: 'Answers that are not 2xx, by code',
    labelNames: ['code'],
    registers,
  });
  const pushes = new Counter({ name: 'chatclock_pushes_total', help: 'Push requests', registers });
  const stored = new Counter({
    name: 'chatclock_pushed_rows_total',
    help: 'Stored rows of pushes, by verdict',
    labelNames: ['code', 'reason'],
    registers,
  });
  const refused = new Counter({
    name: 'chatclock_refused_rows_total',
    help: 'Refused rows of pushes, by code',
    labelNames: ['code'],
    registers,
  });
  const subscribers = new Gauge({ name: 'chatclock_stream_subscribers', help: 'Open streams', registers });
  const highSeq = new Gauge({ name: 'chatclock_high_seq', help: 'Highest server sequence', registers });
  const rows = new Gauge({
    name: 'chatclock_rows',
    help: 'Stored rows by type',
    labelNames: ['type'],
    registers,
  });

  const ledgerEntries = new Gauge({ name: 'chatclock_ledger_entries', help: 'Ledger entries', registers });
  const ledgerViolations = new Counter({
    name: 'chatclock_ledger_violations_total',
    help: 'Commits refused because a rule of the ledger would have been broken',
    registers,
  });

  return {
    countRequest(method: string, route: string, status: number): void {
      requests.inc({ method, route, status: String(status) });
    },
    countError(code: ErrorCode): void {
      errors.inc({ code });
    },
    countPush(answers: readonly PushAnswer[]): void {
      pushes.inc();
      for (const answer of answers) {
        if (answer.verdict === 'refused') refused.inc({ code: answer.code });
        else stored.inc({ code: answer.code, reason: answer.reason ?? '' });
      }
    },
    streamOpened(): void {
      subscribers.inc();
    },
    streamClosed(): void {
      subscribers.dec();
    },
    async render(): Promise<{ contentType: string; text: string }> {
      const status = await core.status();
      highSeq.set(status.highSeq);
      for (const [type, count] of Object.entries(status.rowsByType)) rows.set({ type }, count);
      const ledger = core.ledgerState();
      ledgerEntries.set(ledger.entries);
      ledgerViolations.reset();
      ledgerViolations.inc(ledger.violations);
      return { contentType: registry.contentType, text: await registry.metrics() };
    },
  };
}
