/** One segment in plain lines: what the device claimed, what the server made of it, what counts and why. */
import type { Anchor } from '../../shared/admission/anchor.ts';
import type { CountedSegment } from '../../shared/fold/counted-segments.ts';
import { factsOf, type ChatBook, type SegmentEntry, type UserBook } from '../core/user-book.ts';
import { instant, length, span, WHY_CLOSED, WHY_QUARANTINED } from './explain-words.ts';

export interface SegmentStory {
  book: UserBook;
  chat: ChatBook;
  entry: SegmentEntry;
  /** The anchor of its boot now; null when the boot has none. */
  anchor: Anchor | null;
  /** What beats have proven of it while it is open, ms. */
  provenMs: number;
  /** What the fold counts; undefined when it has no admission. */
  counted: CountedSegment | undefined;
}

export function segmentLines(story: SegmentStory): string[] {
  const { row } = story.entry;
  const lines = [
    `segment ${row.id} of device ${row.deviceId}`,
    `placed   ${placed(story)}`,
    `claimed  ${length(row.elapsedMs)}, ${row.closed ? `closed${closing(story.entry)}` : 'still open'}`,
    ...admission(story),
    ...trims(story),
    ...rulings(story),
    ...cut(story),
    counts(story),
  ];
  return lines.map((line, position) => (position === 0 ? line : `    ${line}`));
}

function placed({ entry, anchor }: SegmentStory): string {
  const { row, admission } = entry;
  if (row.source === 'manual') return `${instant(row.startedAtMs)} as entered by hand`;
  const start = admission === undefined ? 'not yet' : instant(admission.row.startMs);
  const wall = `the device’s own clock said ${instant(row.startedAtMs)}`;
  if (admission?.row.flags.includes('unanchored') === true)
    return `${start}, unanchored: boot ${row.bootId} had not been compared with the server’s clock; ${wall}`;
  const error = anchor === null ? '' : ` (to ${anchor.errorMs} ms)`;
  return `${start} by the clock of boot ${row.bootId}, anchored to the server’s${error}; ${wall}`;
}

function closing({ row }: SegmentEntry): string {
  return row.closeReason === undefined ? '' : `: ${WHY_CLOSED[row.closeReason]}`;
}

function* admission({ entry, provenMs }: SegmentStory): Iterable<string> {
  const { admission, row } = entry;
  if (admission === undefined) {
    yield 'admitted not yet';
    return;
  }
  const { code, reason, admittedElapsedMs, pendingMs } = admission.row;
  const why = reason === undefined ? '' : `: ${WHY_QUARANTINED[reason]}`;
  if (code === 'quarantined') yield `admitted nothing before a ruling${why}`;
  else
    yield `admitted ${length(admittedElapsedMs)}${code === 'clamped' ? ', clipped at the server’s now' : ''}${pendingMs > 0 ? `; ${length(pendingMs)} wait for a ruling${why}` : ''}`;
  if (provenMs > admittedElapsedMs && !row.closed) yield `proven   ${length(provenMs)} by beats`;
  if (row.funding === 'unfunded') yield `unfunded ${WHY_QUARANTINED.unfunded}`;
}

function* trims({ book, entry }: SegmentStory): Iterable<string> {
  for (const { row } of book.trims.values()) {
    if (row.segmentId !== entry.row.id) continue;
    const counts = row.deviceId === entry.row.deviceId ? '' : ' (of another device: does not count)';
    yield `trim     ${row.id}: its device lets only ${length(row.elapsedMs)} count${counts}`;
  }
}

function* rulings({ book, entry }: SegmentStory): Iterable<string> {
  const ofSegment = factsOf(book, 'ruling').filter(({ row }) => row.targetId === entry.row.id);
  ofSegment.sort((a, b) => a.seq - b.seq);
  for (const [position, { row }] of ofSegment.entries()) {
    const claimed = length(row.claimedElapsedMs ?? 0);
    const what = {
      admit: `admits the ${claimed} claimed by then`,
      trim: `lets ${length(row.elapsedMs ?? 0)} of the ${claimed} claimed by then count`,
      void: 'lets nothing count',
    }[row.action];
    const by = row.byId === undefined ? '' : ` by ${row.byId}`;
    const reason = row.reason === undefined ? '' : ` ("${row.reason}")`;
    const isLatest = position === ofSegment.length - 1;
    yield `ruling   ${row.id}${by} ${what}${reason}${isLatest ? ', in place of verdict and trims' : '; a later one replaces it'}`;
  }
}

function* cut({ chat, counted }: SegmentStory): Iterable<string> {
  if (counted === undefined || counted.cutMs === 0) return;
  for (const { row, admission } of chat.marks.values()) {
    if (admission?.row.code !== 'admitted' || admission.row.atMs !== counted.endMs) continue;
    const device = row.deviceId === undefined ? 'the platform' : `device ${row.deviceId}`;
    yield `cut      ${length(counted.cutMs)} by ${row.type} ${row.id} of ${device} at ${instant(counted.endMs)}`;
    return;
  }
}

function counts({ counted }: SegmentStory): string {
  if (counted === undefined || counted.endMs === counted.startMs) return 'counts   nothing';
  return `counts   ${span(counted)}`;
}
