/** The core's tables as Kysely sees them. Instants are ms since the epoch on the server's clock; sequences are gapless. */

/** Every row of shared/rows.ts under its sequence; a grown copy overwrites its row under a new sequence. */
export interface SyncRowTable {
  id: string;
  type: string;
  seq: number;
  /** What rights and folding look at; see `RowScope`. */
  user_id: string | null;
  advisor_id: string | null;
  chat_id: string | null;
  device_id: string | null;
  json: string;
}

/** One line: the last sequence given out, the clock's high-water mark, and which server process may write. */
export interface SyncCounterTable {
  id: number;
  seq: number;
  clock_ms: number;
  /** Made once per database: part of every scope, so that another database restarts the devices at 0. */
  database_id: string;
  /** The server process that opened the database last; an older one finds it changed and stops writing. */
  epoch: string;
}

/** Rows whose chat has not arrived (`waitsForChat`), in order of arrival; no sequence yet. */
export interface HeldRowTable {
  /** Order of arrival; given by the writer, unique. */
  position: number;
  id: string;
  type: string;
  chat_id: string;
  member_id: string;
  device_id: string;
  /** 1 when the device was revoked at the time. */
  is_revoked: number;
  received_at_ms: number;
  json: string;
  /** Why it was not applied when its chat arrived; null while it waits. Never deleted in that case. */
  refused_code: string | null;
}

/** The last beat of a device; overwritten, without a sequence, never pulled. */
export interface DeviceBeatTable {
  device_id: string;
  member_id: string;
  device_name: string;
  boot_id: string;
  at_ms: number;
  /** The last contact of an earlier boot; 0 when there was none. */
  previous_contact_ms: number;
  exchange_id: string;
  exchange_sent_mono_ms: number;
  /** JSON array of {segmentId, chatId, elapsedMs, atMs, isRunning}. */
  segments_json: string;
  /** JSON array of {userId, advisorId, creditUnits, freeMs}: what the device may use unseen from this beat on. */
  reservations_json: string;
}

/** One boot that beat: its first contact and the device's last one before it (0: none), server clock. */
export interface DeviceBootTable {
  device_id: string;
  boot_id: string;
  first_contact_ms: number;
  previous_contact_ms: number;
}

/** The clock anchor of one boot: server instant = offset_ms + monotonic instant. */
export interface BootAnchorTable {
  device_id: string;
  boot_id: string;
  offset_ms: number;
  error_ms: number;
  /** Monotonic instant of the exchange: the error grows with the distance from it. */
  at_mono_ms: number;
}

/** One line of the ledger; added, never changed or deleted (triggers). `hash` covers all other fields. */
export interface LedgerEntryTable {
  /** Gapless from 1. */
  position: number;
  /** Hash of cause, period, accounts and chat. */
  id: string;
  at_ms: number;
  /** The server sequence of the row that caused it. */
  cause_seq: number;
  period_id: string;
  corrects_period: string | null;
  commodity: string;
  debit_account: string;
  credit_account: string;
  chat_id: string | null;
  /** Units or ms, above 0. */
  amount: number;
  /** The entry of which it takes something back. */
  reverses: string | null;
  previous_hash: string;
  hash: string;
}

/** Credits minus debits of one account in one period, kept in the transaction of its entries. */
export interface LedgerAccountTable {
  /** Whose money or time it is about: every account belongs to one user. */
  user_id: string;
  account: string;
  commodity: string;
  period_id: string;
  /** Empty: it corrects none. */
  corrects_period: string;
  balance: number;
  /** The newest entry that credited it without reversing another. */
  last_credit_id: string | null;
}

/** How far a user was posted last. */
export interface LedgerUserTable {
  user_id: string;
  /** Facts up to this sequence are posted. */
  posted_seq: number;
  posted_at_ms: number;
  /** JSON {segmentId: ms}: how far the open segments were counted. */
  open_json: string;
}

/** One closed period with its report, for ever (triggers). */
export interface PeriodReportTable {
  /** From 1, in order of closing. */
  number: number;
  /** Of its periodClose row. */
  id: string;
  from_ms: number;
  until_ms: number;
  closed_at_ms: number;
  by_id: string;
  /** The last sequence that the report counts. */
  seq: number;
  /** SHA-256 of the report's UTF-8 bytes, hexadecimal. */
  hash: string;
  /** Canonical JSON. */
  report: string;
}

/** What a closed period holds of one chat: its own time (`corrects_number` 0), or late time of an earlier period. */
export interface PeriodLineTable {
  period_number: number;
  chat_id: string;
  corrects_number: number;
  user_id: string;
  tracked_ms: number;
  free_ms: number;
  paid_ms: number;
  billed_ms: number;
  cost_units: number;
}

/** A stretch of one chat that is all free or all paid; at most `LONGEST_STRETCH_MS` long, so that an index finds it. */
export interface ReportStretchTable {
  chat_id: string;
  start_ms: number;
  end_ms: number;
  user_id: string;
  advisor_id: string;
  is_paid: number;
  units_per_ms: number;
}

/** One line: the stretches show every row up to this sequence. */
export interface ReportStateTable {
  id: number;
  seq: number;
}

export interface CoreDatabase {
  sync_row: SyncRowTable;
  sync_counter: SyncCounterTable;
  held_row: HeldRowTable;
  device_beat: DeviceBeatTable;
  device_boot: DeviceBootTable;
  boot_anchor: BootAnchorTable;
  ledger_entry: LedgerEntryTable;
  ledger_account: LedgerAccountTable;
  ledger_user: LedgerUserTable;
  period_report: PeriodReportTable;
  period_line: PeriodLineTable;
  report_stretch: ReportStretchTable;
  report_state: ReportStateTable;
}
