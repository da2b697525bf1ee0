import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { foldUser } from '../../shared/fold/fold.ts';
import type { Row, SegmentAdmission, TimeSegment } from '../../shared/rows.ts';
import { earlierRowsEndMs, knownMarkMs } from '../../sync-server/admission/boot-order.ts';
import { openDeviceContacts, type DeviceContacts } from '../../sync-server/core/device-contacts.ts';
import { openDirectory, type Directory } from '../../sync-server/core/directory.ts';
import {
  chatEndMs,
  createUserBook,
  enterRow,
  fillUserBook,
  type ChatBook,
  type UserBook,
} from '../../sync-server/core/user-book.ts';
import { createWork } from '../../sync-server/core/work.ts';
import { foldBook, takeUnwritten } from '../../sync-server/settlement/book-fold.ts';
import { admittedUntilMs, foldInputOf } from '../../sync-server/settlement/fold-book.ts';
import { NO_SCOPE, type StoredRow } from '../../sync-server/storage/row-scope.ts';
import { createRowStore } from '../../sync-server/storage/row-store.ts';
import { openStorage, type Storage } from '../../sync-server/storage/storage.ts';
import { createChoices, type Choices } from '../spec/oracle/random-facts.ts';

/** I3 on the server: the book's fold that goes on and the fold of the whole book, row after row and beat after beat. */
const SEEDS = 150;
const STEPS = 60;
const T0 = 1_800_000_000_000;

let storage: Storage;
let folder: string;
beforeAll(async () => {
  folder = mkdtempSync(path.join(os.tmpdir(), 'chatclock-settlement-'));
  storage = await openStorage({ file: path.join(folder, 'core.db') });
});
afterAll(async () => {
  await storage.close();
  rmSync(folder, { recursive: true, force: true });
});

interface Life {
  choices: Choices;
  book: UserBook;
  stored: StoredRow[];
  directory: Directory;
  contacts: DeviceContacts;
  nowMs: number;
  put(row: Row): void;
}

async function startLife(seed: number): Promise<Life> {
  const choices = createChoices(seed);
  const book = createUserBook('u');
  const stored: StoredRow[] = [];
  let seq = 0;
  const life: Life = {
    ...{ choices, book, stored, nowMs: T0 },
    directory: await openDirectory(createRowStore(storage)),
    contacts: await openDeviceContacts(storage),
    put(row) {
      seq += 1;
      const one: StoredRow = { ...NO_SCOPE, userId: 'u', id: row.id, type: row.type, seq, row };
      const before = stored.findIndex((other) => other.id === row.id && other.type === row.type);
      if (before >= 0) stored.splice(before, 1);
      stored.push(one);
      enterRow(book, one);
    },
  };
  ['c9', 'c10', 'other'].forEach((id, index) =>
    life.put({ type: 'chat', id, userId: 'u', advisorId: index < 2 ? 'a' : 'b', openedAtMs: T0 }),
  );
  return life;
}

/** One thing that may happen at a server. */
function step(life: Life, number: number): void {
  const { choices, book, directory, contacts, put } = life;
  life.nowMs += choices.upTo(4) * 1_000;
  const chatId = choices.one(['c9', 'c10', 'other']);
  const entries = [...book.chats.values()].flatMap((chat) => [...chat.segments.values()]);
  const entry = choices.one(entries);
  const id = `row-${number}`;
  const atMs = life.nowMs - choices.upTo(9) * 1_000;
  const boot = { deviceId: choices.one(['d', 'e']), bootId: choices.one(['b1', 'b2']), knownSeq: 0 };
  const kind = choices.upTo(13);
  if (kind < 4 || entry === undefined) {
    const segment: TimeSegment = {
      ...{ type: 'timeSegment', id, chatId, ...boot, startedAtMonoMs: atMs - T0 + 100_000 },
      ...{ startedAtMs: atMs, elapsedMs: choices.upTo(6) * 500, closed: choices.chance(50) },
      ...{ source: choices.chance(8) ? 'manual' : 'timer', funding: 'funded' },
    };
    put(segment);
    const code = choices.one(['admitted', 'admitted', 'clamped', 'quarantined'] as const);
    const admittedElapsedMs = code === 'quarantined' ? 0 : segment.elapsedMs;
    const verdict = { code, startMs: atMs, admittedElapsedMs, pendingMs: 0, flags: [] };
    if (choices.chance(90))
      put({ type: 'segmentAdmission', id: `admission:${id}`, segmentId: id, chatId, ...verdict });
  } else if (kind === 4) {
    const { row, admission } = entry;
    const elapsedMs = row.elapsedMs + choices.upTo(4) * 700;
    put({ ...row, elapsedMs, closed: row.closed || choices.chance(40) });
    if (admission !== undefined && admission.row.code !== 'quarantined')
      put({ ...admission.row, admittedElapsedMs: elapsedMs } as SegmentAdmission);
  } else if (kind <= 7) {
    const deviceId = choices.one(['d', 'e']);
    const running = entries
      .filter(({ row }) => !row.closed && row.deviceId === deviceId && choices.chance(80))
      .map(({ row }) => ({
        ...{ segmentId: row.id, chatId: row.chatId },
        elapsedMs: Math.max(0, life.nowMs - row.startedAtMs),
      }));
    const beat = { bootId: 'b1', sentAtMonoMs: 0, running, userIds: [] };
    const device = { memberId: 'a', deviceId, deviceName: '' };
    const work = createWork(life.nowMs, 0, () => book);
    const claimed = (segmentId: string, ofChat: string) => {
      const row = book.chats.get(ofChat)?.segments.get(segmentId)?.row;
      return row === undefined ? 'unknown' : row.closed ? 'notRunning' : row.elapsedMs;
    };
    contacts.enterBeat(work, device, beat, id, claimed);
    book.beatVersion += 1;
  } else if (kind === 8 || kind === 9) {
    const type = kind === 8 ? 'stopMark' : choices.chance(30) ? 'chatEnd' : 'stopMark';
    put({ type, id, chatId, ...boot, atMonoMs: atMs - T0 + 100_000, atMs });
    const code = choices.chance(80) ? 'admitted' : 'quarantined';
    put({ type: 'markAdmission', id: `admission:${id}`, markId: id, chatId, code, atMs, flags: [] });
  } else if (kind === 10) {
    const { id: segmentId, chatId: ofChat, deviceId } = entry.row;
    const trimmed = choices.chance(20) ? `row-${number + 1}` : segmentId;
    const elapsedMs = choices.upTo(4) * 400;
    put({ type: 'trimMark', id, segmentId: trimmed, chatId: ofChat, deviceId, elapsedMs });
  } else if (kind === 11) {
    const action = choices.one(['admit', 'trim', 'void'] as const);
    const claimedElapsedMs = entry.row.elapsedMs;
    put({ type: 'ruling', id, targetId: entry.row.id, action, elapsedMs: 900, claimedElapsedMs });
  } else if (kind === 12) {
    const given = { userId: 'u', atMs, id };
    if (choices.chance(50)) put({ type: 'freeTimeGrant', ...given, advisorId: 'a', ms: choices.upTo(9_000) });
    else put({ type: choices.one(['topUp', 'debit'] as const), ...given, amountMinor: choices.upTo(900) });
  } else {
    const ratePerMinuteMinor = choices.upTo(300);
    if (choices.chance(40)) put({ type: 'rateChange', id, chatId, ratePerMinuteMinor, atMs });
    else if (choices.chance(60))
      directory.enter({
        seq: 1e6 + number,
        row: { type: 'rateChange', id, advisorId: 'a', ratePerMinuteMinor, atMs },
      });
    else {
      const value = 1 + choices.upTo(3) * 1_000;
      directory.enter({
        seq: 1e6 + number,
        row: { type: 'policyChange', id, key: 'billingIncrementMs', value, atMs: T0 },
      });
    }
  }
}

/** The indexes of a chat, looked up as slowly as they are defined. */
function expectIndexesOf(chat: ChatBook, contacts: DeviceContacts, { choices, nowMs }: Life): void {
  const admittedMarks = [...chat.marks.values()].filter((mark) => mark.admission?.row.code === 'admitted');
  const ends = admittedMarks.filter((mark) => mark.row.type === 'chatEnd').map((mark) => mark.row.atMs);
  expect(chatEndMs(chat)).toBe(Math.min(Infinity, ...ends));
  const knownSeq = choices.upTo(80);
  const known = admittedMarks.filter((mark) => mark.seq <= knownSeq).map((mark) => mark.row.atMs);
  expect(knownMarkMs(chat, knownSeq)).toBe(Math.max(0, ...known));
  const [deviceId, bootId, isMark] = [choices.one(['d', 'e']), choices.one(['b1', 'b2']), choices.chance(50)];
  const monoMs = nowMs - T0 + 100_000 - choices.upTo(12) * 1_000;
  const isOfBoot = (row: { deviceId?: string | undefined; bootId?: string | undefined }): boolean =>
    row.deviceId === deviceId && row.bootId === bootId;
  const before = (ms: number, includesSame: boolean): boolean => (includesSame ? ms <= monoMs : ms < monoMs);
  const ended = [...chat.segments.values()]
    .filter(
      ({ row, admission }) => row.source !== 'manual' && admission && admission.row.code !== 'quarantined',
    )
    .filter(({ row }) => isOfBoot(row) && before(row.startedAtMonoMs, isMark))
    .map(({ admission }) => (admission?.row.startMs ?? 0) + (admission?.row.admittedElapsedMs ?? 0));
  const marked = admittedMarks
    .filter(({ row }) => isOfBoot(row) && before(row.atMonoMs ?? Infinity, !isMark))
    .map(({ row }) => row.atMs);
  const instant = { deviceId, bootId, monoMs, wallMs: 0, isMark };
  expect(earlierRowsEndMs(chat, instant)).toBe(Math.max(0, ...ended, ...marked));
  const open = [...chat.segments.values()].filter(({ row }) => !row.closed);
  expect(new Set(chat.open.values())).toEqual(new Set(open));
  expect(admittedUntilMs(chat, contacts)).toBeGreaterThanOrEqual(chat.closedUntilMs);
}

describe('I3: the settlement that goes on', () => {
  it('says after every row and beat what folding the whole book says, also after a restart', async () => {
    let settledWithTime = 0;
    for (let seed = 0; seed < SEEDS; seed += 1) {
      const life = await startLife(seed);
      const { book, stored, directory, contacts, choices } = life;
      const sources = { directory, contacts };
      const written = new Map<string, string>();
      for (let number = 0; number < STEPS; number += 1) {
        step(life, number);
        if (choices.chance(40)) continue;
        const whole = foldUser('u', foldInputOf(book, sources));
        expect(foldBook(book, sources), `seed ${seed}, step ${number}`).toEqual(whole);
        for (const chat of takeUnwritten(book)) written.set(chat.chatId, JSON.stringify(chat));
        for (const chat of whole.chats)
          expect(written.get(chat.chatId), `seed ${seed}, step ${number}`).toBe(JSON.stringify(chat));
      }
      for (const chat of book.chats.values()) expectIndexesOf(chat, contacts, life);
      const reloaded = fillUserBook('u', stored);
      const settled = foldBook(reloaded, sources);
      expect(settled, `seed ${seed} reloaded`).toEqual(foldBook(book, sources));
      for (const chat of reloaded.chats.values()) expectIndexesOf(chat, contacts, life);
      if (settled.chats.some((chat) => chat.paidMs > 0 && chat.freeMs > 0)) settledWithTime += 1;
    }
    expect(settledWithTime).toBeGreaterThan(SEEDS / 5);
  });
});
