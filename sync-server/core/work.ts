/**
 * One commit in the making: the rows it writes, with the sequence each will have, the users it touches and those whose
 * ledger it posts, the held rows and device rows it changes. Nothing is stored until the commit; when that fails, everything in memory is read again.
 */
import type { Row } from '../../shared/rows.ts';
import type { LedgerBatch } from '../ledger/ledger.ts';
import { isPostingCause, movesNoChat } from '../ledger/posting-causes.ts';
import { changesFromMs } from '../periods/changed-time.ts';
import type { PeriodRows } from '../periods/period-store.ts';
import type { RowScope, StoredRow } from '../storage/row-scope.ts';
import type { StoredText } from '../storage/row-store.ts';
import type { BootAnchorTable, DeviceBeatTable, DeviceBootTable, HeldRowTable } from '../storage/tables.ts';
import { enterRow, type UserBook } from './user-book.ts';

/** Rows that move what the fold says. */
const COUNTS: ReadonlySet<Row['type']> = new Set([
  ...([
    'chat',
    'timeSegment',
    'segmentAdmission',
    'stopMark',
    'chatEnd',
    'markAdmission',
    'trimMark',
    'ruling',
  ] as const),
  ...(['topUp', 'debit', 'refund', 'freeTimeGrant', 'rateChange', 'goodwill'] as const),
]);

export interface Commit {
  /** By sequence, without gaps. */
  rows: StoredText[];
  stored: StoredRow[];
  held: HeldRowTable[];
  releasedHeld: { position: number; refusedCode: string | null }[];
  beats: DeviceBeatTable[];
  boots: DeviceBootTable[];
  anchors: BootAnchorTable[];
  ledger?: LedgerBatch | undefined;
  /** The period that this commit closes. */
  period?: PeriodRows | undefined;
}

export interface Work {
  /** The instant of this commit, server clock, ms. */
  readonly nowMs: number;
  readonly touchedUsers: Set<string>;
  /** Whose ledger this commit posts, and the sequence of the last row that moved their time; 0: time itself did. */
  readonly causes: ReadonlyMap<string, number>;
  /** The user is settled and posted in this commit; rows that are a cause say so by themselves. */
  cause(userId: string, seq?: number): void;
  /** Users whose fold a beat moves; it posts nothing by itself. */
  readonly movedUsers: Set<string>;
  /** What the commit posts, once everybody is settled. */
  ledger: LedgerBatch | undefined;
  /** The period that it closes. */
  period: PeriodRows | undefined;
  /** Puts a row under the next sequence (or, put twice, under its first) and enters it in its user's book. */
  put(row: Row, scope: RowScope): StoredRow;
  /** Rows put in this commit that carry the id. */
  withId(id: string): readonly StoredRow[];
  hold(row: HeldRowTable): void;
  /** Held rows of this commit, so that a chat later in it finds them. */
  readonly held: HeldRowTable[];
  release(position: number, refusedCode: string | null): void;
  putBeat(beat: DeviceBeatTable): void;
  putBoot(boot: DeviceBootTable): void;
  putAnchor(anchor: BootAnchorTable): void;
  readonly highSeq: number;
  finish(): Commit;
}

export function createWork(
  nowMs: number,
  lastSeq: number,
  bookOf: (userId: string) => UserBook | undefined,
): Work {
  const puts = new Map<string, StoredRow>();
  const byId = new Map<string, StoredRow[]>();
  const touchedUsers = new Set<string>();
  const causes = new Map<string, number>();
  const held: HeldRowTable[] = [];
  const released: Commit['releasedHeld'] = [];
  const beats = new Map<string, DeviceBeatTable>();
  const boots: DeviceBootTable[] = [];
  const anchors = new Map<string, BootAnchorTable>();
  let seq = lastSeq;
  let ledger: LedgerBatch | undefined;
  let period: PeriodRows | undefined;

  function cause(userId: string, causeSeq = 0): void {
    touchedUsers.add(userId);
    causes.set(userId, Math.max(causeSeq, causes.get(userId) ?? 0));
  }

  return {
    nowMs,
    touchedUsers,
    causes,
    cause,
    movedUsers: new Set<string>(),
    get ledger() {
      return ledger;
    },
    set ledger(batch) {
      ledger = batch;
    },
    get period() {
      return period;
    },
    set period(rows) {
      period = rows;
    },
    held,
    put(row, scope) {
      const key = keyOf(row.type, row.id);
      const before = puts.get(key);
      const stored: StoredRow = { ...scope, id: row.id, type: row.type, seq: before?.seq ?? ++seq, row };
      puts.set(key, stored);
      const same = byId.get(row.id);
      if (same === undefined) byId.set(row.id, [stored]);
      else byId.set(row.id, [...same.filter((one) => one.type !== row.type), stored]);
      if (scope.userId !== null && COUNTS.has(row.type)) touchedUsers.add(scope.userId);
      const book = scope.userId === null ? undefined : bookOf(scope.userId);
      if (book !== undefined) {
        enterRow(book, stored);
        book.changedFromMs = Math.min(book.changedFromMs, changesFromMs(book, stored));
        // A fact of money does not stand for the time that another row of this commit moved.
        if (isPostingCause(book, row))
          cause(book.userId, movesNoChat(row) ? (causes.get(book.userId) ?? stored.seq) : stored.seq);
      }
      return stored;
    },
    withId: (id) => byId.get(id) ?? [],
    hold(row) {
      const position = held.findIndex((one) => one.position === row.position);
      if (position < 0) held.push(row);
      else held[position] = row;
    },
    release(position, refusedCode) {
      const inThisCommit = held.findIndex((row) => row.position === position);
      if (inThisCommit < 0) released.push({ position, refusedCode });
      else if (refusedCode === null) held.splice(inThisCommit, 1);
      else held[inThisCommit] = { ...(held[inThisCommit] as HeldRowTable), refused_code: refusedCode };
    },
    putBeat: (beat) => void beats.set(beat.device_id, beat),
    putBoot: (boot) => void boots.push(boot),
    putAnchor: (anchor) => void anchors.set(`${anchor.device_id}\n${anchor.boot_id}`, anchor),
    get highSeq() {
      return seq;
    },
    finish() {
      const stored = [...puts.values()];
      const rows = stored.map(({ row, ...rest }): StoredText => ({ ...rest, json: JSON.stringify(row) }));
      return {
        rows,
        stored,
        held,
        releasedHeld: released,
        beats: [...beats.values()],
        boots,
        anchors: [...anchors.values()],
        ledger,
        period,
      };
    },
  };
}

function keyOf(type: string, id: string): string {
  return `${type}\n${id}`;
}
