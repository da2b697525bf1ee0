/**
 * The seam inside the server: `createSyncCore` (storage, admission, fold, projections) on one side,
 * HTTP routes, auth, platform API on the other. Everything outside is handed in.
 */
import type { BeatRequest, BeatResponse, Page, PushAnswer, Role } from '../shared/wire.ts';
import type { Row } from '../shared/rows.ts';
import type { Overdraft } from '../shared/supervision.ts';
import type { Overview, OverviewQuery } from '../shared/reports/overview.ts';
import type { Evidence, Timeline, TimelineQuery } from '../shared/reports/timeline.ts';
import type { LedgerState } from './ledger/ledger.ts';

/** The server's clock: integer ms since the epoch that never goes back (DOMAIN.md, "Units"). */
export interface ServerClock {
  nowMs(): number;
  /** A clock that never steps, ms from anywhere: what tells a step of the other one. */
  monoMs?(): number;
}

/** Who asks. A platform key is an actor too; it has no device. */
export type Actor =
  | {
      kind: 'member';
      memberId: string;
      role: Role;
      deviceId: string;
      deviceName: string;
      isDeviceRevoked: boolean;
    }
  | { kind: 'platform'; keyId: string }
  | { kind: 'server' };

/** Why a write by the platform or a supervisor was accepted or not; idempotent by row id. */
export interface WriteResult {
  seq: number;
  /** false: the same row was there already, nothing changed. */
  isNew: boolean;
}

/** What a supervisor says to close a period. */
export interface AskedClose {
  id: string;
  untilMs: number;
  /** Must be where the last period ended; may be left out. */
  fromMs?: number | undefined;
  reason?: string | undefined;
}

export interface PeriodList {
  periods: {
    id: string;
    number: number;
    fromMs: number;
    untilMs: number;
    closedAtMs: number;
    byId: string;
    /** The last sequence that the report counts. */
    seq: number;
    /** SHA-256 of the report's bytes, hexadecimal. */
    hash: string;
  }[];
  openFromMs: number;
}

export interface SyncCore {
  /** Parses, checks, places, admits, stores and settles each row by itself, in one durable commit. Never throws for a bad row. */
  push(actor: Actor, rows: readonly unknown[]): Promise<PushAnswer[]>;
  /** Writes rows of the platform, a supervisor or the server itself (already parsed). Throws AppError: notAllowed, idConflict, unknownReference, badInput. */
  write(actor: Actor, rows: readonly Row[]): Promise<WriteResult[]>;
  /**
   * Closes the open period at `untilMs`, which must lie in the past; freezes its report. The same again is no news.
   * Throws AppError: notAllowed, badInput, idConflict.
   */
  closePeriod(actor: Actor, asked: AskedClose): Promise<WriteResult>;
  /** Closed periods by number, and where the open one begins. Throws notAllowed. */
  periods(actor: Actor): Promise<PeriodList>;
  /** The report of a closed period, byte for byte as it was frozen. Throws notAllowed, unknownReference. */
  /** Throws AppError notAllowed, badInput. */
  overview(actor: Actor, query: OverviewQuery): Promise<Overview>;
  /** Throws AppError notAllowed. */
  timeline(actor: Actor, query: TimelineQuery): Promise<Timeline>;
  /** Lines of a table of chats or segments, many at a time. Throws AppError notAllowed, badInput. The reader ends it by returning. */
  reportCsv(actor: Actor, table: 'chats' | 'segments', query: OverviewQuery): Promise<AsyncGenerator<string>>;
  /** Throws AppError notAllowed, unknownReference. */
  evidence(actor: Actor, chatId: string): Promise<Evidence>;
  periodReport(actor: Actor, id: string): Promise<{ report: string; hash: string }>;
  pull(actor: Actor, fromSeq: number, limit: number): Promise<Page>;
  /** The same page as JSON text, without reading and writing the rows again: for HTTP answers. The last may state the hash. */
  pullText(actor: Actor, fromSeq: number, limit: number, isHashWanted?: boolean): Promise<string>;
  /** What people and the server decided, by sequence; for supervisors and administrators. Throws notAllowed. */
  pullFacts(actor: Actor, fromSeq: number, limit: number): Promise<Page>;
  /**
   * Everything as lines of a facts file, many at a time, as it is stored now; for supervisors and administrators.
   * Throws notAllowed, deviceRevoked. The reader ends it by returning.
   */
  exportFacts(actor: Actor, options: { hasTexts: boolean }): Promise<AsyncGenerator<string>>;
  /** Calls back with pages that continue each other from `fromSeq` on; `stop` ends it. */
  subscribe(
    actor: Actor,
    fromSeq: number,
    onPage: (page: Page) => void,
    onEnd: (code: string) => void,
  ): { stop(): void };
  beat(actor: Actor, request: BeatRequest): Promise<BeatResponse>;
  /** One row as the actor may see it, or undefined. */
  find(actor: Actor, type: Row['type'], id: string): Promise<Row | undefined>;
  /** Ends the subscriptions of a device, e.g. when it was revoked. */
  endSubscriptions(deviceId: string): void;
  /** What time alone changes: silent devices, clipped time, dated facts. Runs by itself every second. */
  sweep(): Promise<void>;
  /** The worst overdraft of each client against the bound B since the server's start, for supervisors. */
  overdrafts(): Overdraft[];
  /** How the ledger stands, for supervisors. */
  ledgerState(): LedgerState;
  /** What is wrong with the machine's clock, if anything; while it is, push and write may be refused with `clockRefused`. */
  clockAlarm(): { kind: 'wentBack' | 'wentAhead'; byMs: number } | undefined;
  /** An operator says that the machine's clock is right. */
  confirmClock(): void;
  /** Figures for /metrics and /healthz. */
  status(): Promise<{
    highSeq: number;
    rowsByType: Record<string, number>;
    subscribers: number;
    storage: 'libsql' | 'postgres';
  }>;
  close(): Promise<void>;
}
