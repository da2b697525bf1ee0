/** What main hears from the replicator: signs of life, how far it has applied, projections and the policy in force. */
import type { Api } from '../api.ts';
import type { ErrorCode } from '../../shared/errors.ts';
import type { UserProjection } from '../../shared/rows.ts';
import type { DecisionDocument, Documents, RowDocument } from '../database/documents.ts';
import type { LocalDatabase } from '../database/local-database.ts';
import { plainList } from '../database/plain.ts';
import { previousChatInPairInForce } from './policy-in-force.ts';
import type { Scheduler } from './scheduler.ts';
import { codeOf } from './sync-requests.ts';

/** A sign of life this often; main reloads a desk that is silent for 10 s. */
export const REPORT_MS = 2_000;
/** Chats with new messages in one page that main is told of, at most. */
const MESSAGES_MAX = 5_000;

export type ReplicationPhase = 'starting' | 'pulling' | 'streaming' | 'retrying' | 'refused';
export interface ReplicationReport {
  appliedSeq: number;
  phase: ReplicationPhase;
  code?: ErrorCode;
}

export interface MainReports {
  /** Tells main as soon as the previous report is through. */
  report(): void;
  /** Passes on what a page brought for main. */
  passOn(documents: readonly RowDocument[]): void;
  /** Tells main what the database already holds: its countdowns must not wait for a change. */
  passOnStored(): Promise<void>;
  stop(): void;
}

export function createMainReports(deps: {
  api: Pick<Api, 'call'>;
  database: LocalDatabase;
  scheduler: Scheduler;
  read(): ReplicationReport;
  /** Main did not take a report; the next one heals it. */
  onFailure(code: ErrorCode): void;
}): MainReports {
  const { api, database, scheduler } = deps;
  let isReporting = false;
  let isDue = false;
  let isStopped = false;
  let policy: 'stop' | 'run' | null = null;
  let cancelNext: () => void = () => undefined;

  async function reportUntilCurrent(): Promise<void> {
    isReporting = true;
    do {
      isDue = false;
      await tell(() => api.call('reportReplication', deps.read()));
    } while (isDue && !isStopped);
    isReporting = false;
  }

  async function tell(call: () => Promise<unknown>): Promise<void> {
    try {
      await call();
    } catch (error) {
      if (!isStopped) deps.onFailure(codeOf(error));
    }
  }

  function beat(): void {
    cancelNext = scheduler.after(REPORT_MS, () => {
      if (isStopped) return;
      report();
      void passOnPolicy();
      beat();
    });
  }

  function report(): void {
    isDue = true;
    if (!isReporting && !isStopped) void reportUntilCurrent();
  }

  /** A change may come into force by time alone, so it is looked at with every beat. */
  async function passOnPolicy(): Promise<void> {
    await tell(async () => {
      const found = await database.decision.find({ selector: { type: 'policyChange' } }).exec();
      const inForce = previousChatInPairInForce(plainList<DecisionDocument>(found), scheduler.nowMs());
      if (inForce === policy || isStopped) return;
      await api.call('policiesPulled', { previousChatInPair: inForce });
      policy = inForce;
    });
  }

  function passOnProjections(projections: UserProjection[]): Promise<void> {
    return tell(() => api.call('projectionsPulled', { projections }));
  }

  beat();
  return {
    report,
    passOn(documents) {
      const projections = documents.filter((document) => document.type === 'userProjection');
      if (projections.length > 0) void passOnProjections(projections.map(withoutLocalFields));
      const messages = newestByChat(documents);
      if (messages.length > 0) void tell(() => api.call('messagesPulled', { messages }));
      if (documents.some((document) => document.type === 'policyChange')) void passOnPolicy();
    },
    async passOnStored() {
      const stored = plainList<Documents['userProjection']>(await database.userProjection.find().exec());
      if (stored.length > 0) await passOnProjections(stored.map(withoutLocalFields));
      await passOnPolicy();
    },
    stop() {
      isStopped = true;
      cancelNext();
    },
  };
}

/** The newest message of each chat, whoever wrote it. */
function newestByChat(documents: readonly RowDocument[]): { chatId: string; atMs: number }[] {
  const newest = new Map<string, number>();
  for (const document of documents)
    if (document.type === 'message')
      newest.set(document.chatId, Math.max(document.atMs, newest.get(document.chatId) ?? 0));
  return [...newest].slice(0, MESSAGES_MAX).map(([chatId, atMs]) => ({ chatId, atMs }));
}

function withoutLocalFields(document: Documents['userProjection']): UserProjection {
  const { seq: _seq, refusedCode: _refusedCode, ...projection } = document;
  return projection;
}
