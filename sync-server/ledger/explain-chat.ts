/**
 * The whole story of one chat's minutes and credits in plain lines: segments, their union, free and paid stretches, the
 * figures, the ledger entries. Instants are the server's clock, UTC. Reads a snapshot, writes nothing.
 */
import { AppError } from '../../shared/errors.ts';
import { compareCodeUnits } from '../../shared/code-unit-order.ts';
import { countSegments, foldUser } from '../../shared/fold/fold.ts';
import type { FoldInput } from '../../shared/fold/fold-input.ts';
import { groupBy } from '../../shared/fold/group-by.ts';
import { compareInForce, rateSteps } from '../../shared/fold/rates.ts';
import { stretchesOf, type Stretch } from '../../shared/fold/stretches.ts';
import { unionIntervals } from '../../shared/fold/union.ts';
import type { ChatSettlement } from '../../shared/fold/settlement.ts';
import { openDeviceContacts } from '../core/device-contacts.ts';
import { openDirectory } from '../core/directory.ts';
import { fillUserBook, type ChatBook, type UserBook } from '../core/user-book.ts';
import { foldInputOf, type FoldSources } from '../settlement/fold-book.ts';
import { provenElapsedMs } from '../settlement/proven-elapsed.ts';
import { createRowStore, readStored, type RowStore } from '../storage/row-store.ts';
import type { Snapshot } from '../storage/snapshot.ts';
import type { Storage } from '../storage/storage.ts';
import { chatAccount } from './accounts.ts';
import { entryLines } from './explain-entries.ts';
import { segmentLines } from './explain-segment.ts';
import { credits, instant, length, span } from './explain-words.ts';
import { createLedgerStore } from './ledger-store.ts';
import { balanceOf, type UserLedger } from './user-ledger.ts';

/** Throws AppError unknownChat. */
export async function explainChat(snapshot: Snapshot, chatId: string): Promise<string[]> {
  const storage: Storage = {
    ...snapshot,
    reader: snapshot.db,
    snapshot: () => Promise.resolve(snapshot),
  };
  const rows = createRowStore(storage);
  const { book, chat } = await loadChat(rows, chatId);
  const sources: FoldSources = {
    directory: await openDirectory(rows),
    contacts: await openDeviceContacts(storage),
  };
  await sources.contacts.load([...chat.segments.values()].map(({ row }) => row.deviceId));
  const ledger = (await createLedgerStore(storage).ofUsers([book.userId])).get(book.userId) as UserLedger;

  const input = foldInputOf(book, sources);
  const settled = foldUser(book.userId, input).chats.find((one) => one.chatId === chatId) as ChatSettlement;
  const counted = countSegments(input);
  const union = unionIntervals(counted.get(chatId) ?? []);
  const stretches =
    stretchesOf(pairChats(book, chat, input, counted), grantsOf(input, chat)).get(chatId) ?? [];
  return [
    `Chat ${chatId} of user ${chat.row.userId} with advisor ${chat.row.advisorId}, opened ${instant(chat.row.openedAtMs)}`,
    '(instants: the server’s clock, UTC; lengths: minutes:seconds)',
    '',
    'SEGMENTS: what devices recorded, and what counts of it',
    ...or(segmentsOf(book, chat, sources, counted), 'none'),
    '',
    'MARKS: where the chat was stopped or ended on every device',
    ...or(marksOf(chat), 'none'),
    '',
    'UNION: when the chat’s clock ran, each instant once',
    ...or(union.map(span), 'never'),
    '',
    'FREE AND PAID',
    ...or(stretches.map(stretchLine), 'nothing'),
    ...figureLines(settled, stretches),
    '',
    'LEDGER',
    ...or(await entryLines(snapshot, chatId), 'no entry'),
    ...postedLines(settled, ledger),
  ];
}

async function loadChat(rows: RowStore, chatId: string): Promise<{ book: UserBook; chat: ChatBook }> {
  const found = (await rows.byIds([chatId])).find((one) => one.type === 'chat');
  const userId = found?.userId ?? undefined;
  if (userId === undefined) throw new AppError('unknownChat', { chatId });
  const book = fillUserBook(userId, (await rows.ofUsers([userId])).map(readStored));
  return { book, chat: book.chats.get(chatId) as ChatBook };
}

type Counted = ReturnType<typeof countSegments>;

function segmentsOf(book: UserBook, chat: ChatBook, { contacts }: FoldSources, counted: Counted): string[] {
  const countedById = new Map(counted.get(chat.row.id)?.map((one) => [one.segmentId, one]));
  const startOf = (entry: {
    admission?: { row: { startMs: number } };
    row: { startedAtMs: number };
  }): number => entry.admission?.row.startMs ?? entry.row.startedAtMs;
  return [...chat.segments.values()]
    .sort((a, b) => startOf(a) - startOf(b) || compareCodeUnits(a.row.id, b.row.id))
    .flatMap((entry) => {
      const { row, admission } = entry;
      const proven = contacts.proven(row.id, row.deviceId);
      return segmentLines({
        book,
        chat,
        entry,
        anchor: contacts.anchor(row.deviceId, row.bootId),
        provenMs: admission === undefined ? 0 : provenElapsedMs(row, admission.row, proven),
        counted: countedById.get(row.id),
      });
    });
}

function marksOf(chat: ChatBook): string[] {
  return [...chat.marks.values()].map(({ row, admission }) => {
    const device = row.deviceId === undefined ? 'the platform' : `device ${row.deviceId}`;
    if (admission === undefined) return `${row.type} ${row.id} of ${device}: not judged yet`;
    const { code, atMs, reason, flags } = admission.row;
    const verdict =
      code === 'admitted'
        ? 'counts'
        : `cuts nothing before a ruling${reason === undefined ? '' : ` (${reason})`}`;
    const evidence = flags.includes('unanchored') ? ', unanchored' : '';
    return `${row.type} ${row.id} of ${device} at ${instant(atMs)}: ${verdict}${evidence}`;
  });
}

function pairChats(book: UserBook, { row: { advisorId } }: ChatBook, input: FoldInput, counted: Counted) {
  const changes = [...input.rateChanges].sort(compareInForce);
  const ofAdvisor = changes.filter((one) => one.chatId === undefined && one.advisorId === advisorId);
  const ofChats = groupBy(
    changes.filter((one) => one.chatId !== undefined),
    (one) => one.chatId as string,
  );
  return [...book.chats.values()]
    .filter((other) => other.row.advisorId === advisorId)
    .map(({ row: { id } }) => ({
      chatId: id,
      intervals: unionIntervals(counted.get(id) ?? []),
      rates: rateSteps(ofChats.get(id) ?? [], ofAdvisor),
    }))
    .sort((a, b) => compareCodeUnits(a.chatId, b.chatId));
}

function grantsOf(input: FoldInput, { row: { advisorId } }: ChatBook) {
  return input.freeTimeGrants.filter((grant) => grant.advisorId === advisorId);
}

function stretchLine(stretch: Stretch): string {
  const { kind, ratePerMinuteMinor, chatsRunning, startMs, endMs } = stretch;
  const others = chatsRunning === 1 ? '' : `, ${chatsRunning} chats of the pair at once`;
  const price =
    kind === 'free'
      ? ''
      : ` at ${ratePerMinuteMinor} minor a minute = ${credits((endMs - startMs) * ratePerMinuteMinor)}`;
  return `${span(stretch)} ${kind}${price}${others}`;
}

function figureLines(settled: ChatSettlement, stretches: readonly Stretch[]): string[] {
  const { trackedMs, freeMs, paidMs, billedMs, costUnits, chargeMinor } = settled;
  const sumOf = (kind: Stretch['kind']): number =>
    stretches.reduce((sum, one) => sum + (one.kind === kind ? one.endMs - one.startMs : 0), 0);
  const lines = [
    `tracked ${length(trackedMs)} = free ${length(freeMs)} + paid ${length(paidMs)}`,
    ...(billedMs === paidMs
      ? []
      : [`billed  ${length(billedMs)}: paid time rounded up to the billing increment`]),
    `cost    ${credits(costUnits)}, charged ${chargeMinor} minor`,
  ];
  if (sumOf('free') !== freeMs || sumOf('paid') !== paidMs)
    lines.push('NOTE: these stretches do not add up to the figures of the fold; please report it');
  return lines;
}

function postedLines({ chatId, costUnits, freeMs }: ChatSettlement, ledger: UserLedger): string[] {
  const account = chatAccount(chatId);
  const [postedUnits, postedMs] = [
    balanceOf(ledger, account, 'credit'),
    balanceOf(ledger, account, 'freeTime'),
  ];
  const isAll = postedUnits === costUnits && postedMs === freeMs;
  return [
    `posted  free ${length(postedMs)}, ${credits(postedUnits)}`,
    isAll
      ? 'pending nothing'
      : `pending free ${freeMs - postedMs} ms, ${credits(costUnits - postedUnits)}: posted when it closes, or after 15 minutes`,
  ];
}

function or(lines: readonly string[], nothing: string): readonly string[] {
  return lines.length === 0 ? [nothing] : lines;
}
