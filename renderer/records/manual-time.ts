/**
 * Time entered by hand: sessions held outside, gaps the advisor asked to count; each with what became of it.
 *
 *   observeManualTime(database)              → Observable<ManualTime[]>   newest start first
 *   stateOfManual(segment, trims, rulings)   pure: the latest ruling replaces a withdrawal (DOMAIN.md, "The fold" 1)
 */
import { combineLatest, distinctUntilChanged, map, switchMap, type Observable } from 'rxjs';
import type { RxCollection } from 'rxdb';
import { compareCodeUnits } from '../../shared/code-unit-order.ts';
import type { TrimMark, User } from '../../shared/rows.ts';
import type {
  ChatDocument,
  MarkDocument,
  RulingDocument,
  TimeSegmentDocument,
} from '../database/documents.ts';
import type { LocalDatabase } from '../database/local-database.ts';
import { plainList, plainMap } from '../database/plain.ts';
import { isSameList } from './same-list.ts';

export type ManualState =
  /** Not at the server yet. */
  | { kind: 'kept' }
  /** At the server, before a supervisor. */
  | { kind: 'waiting' }
  /** By a ruling; less than was entered where it was cut. */
  | { kind: 'counted'; countedMs: number; reason: string | undefined }
  | { kind: 'notCounted'; reason: string | undefined }
  | { kind: 'withdrawn' }
  /** The server did not take it; it stands in the outbox with its reason. */
  | { kind: 'refused' };

export interface ManualTime {
  segment: TimeSegmentDocument;
  /** undefined while the chat is not here. */
  chat: ChatDocument | undefined;
  clientName: string;
  /** A chat of its own; otherwise a gap in a chat that also ran here. */
  isOutside: boolean;
  state: ManualState;
}

export function observeManualTime(database: LocalDatabase): Observable<ManualTime[]> {
  const segments$ = database.timeSegment
    .find({ selector: { source: 'manual' }, sort: [{ source: 'asc' }, { startedAtMs: 'asc' }] })
    .$.pipe(map((documents) => plainList<TimeSegmentDocument>(documents).reverse()));
  const chatIds$ = segments$.pipe(
    map((segments) => [...new Set(segments.map(({ chatId }) => chatId))].sort(compareCodeUnits)),
    distinctUntilChanged(isSameList),
  );
  const chats$ = chatIds$.pipe(
    switchMap((ids) => database.chat.findByIds(ids).$),
    map((chats) => plainMap<ChatDocument>(chats)),
  );
  const users$ = chats$.pipe(
    map((chats) => [...new Set([...chats.values()].map(({ userId }) => userId))].sort(compareCodeUnits)),
    distinctUntilChanged(isSameList),
    switchMap((ids) => database.user.findByIds(ids).$),
    map((users) => plainMap<User>(users)),
  );
  const trims$ = chatIds$.pipe(
    switchMap((ids) => database.mark.find({ selector: { chatId: { $in: ids } } }).$),
    map((marks) => plainList<MarkDocument>(marks).filter((mark) => mark.type === 'trimMark')),
  );
  const rulings$ = (database.decision as unknown as RxCollection<RulingDocument>)
    .find({ selector: { type: 'ruling' } })
    .$.pipe(map((rulings) => plainList<RulingDocument>(rulings)));
  return combineLatest([segments$, chats$, users$, trims$, rulings$]).pipe(
    map(([segments, chats, users, trims, rulings]) =>
      segments.map((segment) => {
        const chat = chats.get(segment.chatId);
        return {
          segment,
          chat,
          clientName: chat === undefined ? '' : (users.get(chat.userId)?.name ?? chat.userId),
          isOutside: chat?.openedAtMs === segment.startedAtMs,
          state:
            chat?.refusedCode === undefined ? stateOfManual(segment, trims, rulings) : { kind: 'refused' },
        };
      }),
    ),
  );
}

export function stateOfManual(
  segment: Pick<TimeSegmentDocument, 'id' | 'deviceId' | 'elapsedMs' | 'seq' | 'refusedCode'>,
  trims: readonly Pick<TrimMark, 'segmentId' | 'deviceId' | 'elapsedMs'>[],
  rulings: readonly RulingDocument[],
): ManualState {
  if (segment.refusedCode !== undefined) return { kind: 'refused' };
  let latest: RulingDocument | undefined;
  for (const ruling of rulings)
    if (ruling.targetId === segment.id && (latest === undefined || ruling.seq > latest.seq)) latest = ruling;
  if (latest !== undefined) {
    const claimedMs = latest.claimedElapsedMs ?? segment.elapsedMs;
    const ruledMs = { admit: claimedMs, trim: Math.min(claimedMs, latest.elapsedMs ?? 0), void: 0 }[
      latest.action
    ];
    const { reason } = latest;
    return ruledMs === 0 ? { kind: 'notCounted', reason } : { kind: 'counted', countedMs: ruledMs, reason };
  }
  const isWithdrawn = trims.some(
    (trim) => trim.segmentId === segment.id && trim.deviceId === segment.deviceId && trim.elapsedMs === 0,
  );
  if (isWithdrawn) return { kind: 'withdrawn' };
  return { kind: segment.seq === 0 ? 'kept' : 'waiting' };
}
