/** Remembers what this device shows of its own segments: how long they are and which parts of them were shown as paid. */
import { stretchesOf } from '../../shared/countdown.ts';
import { FOLD_VERSION } from '../../shared/fold/settlement.ts';
import { eachPaidStretch } from '../../shared/live/funds-walk.ts';
import { fundsOf } from '../../shared/live/known-funds.ts';
import { costOfPaid } from '../../shared/live/paid-cost.ts';
import type { ShownChat, ShownSegment } from '../../shared/receipts.ts';
import type { TimeSegment, UserProjection } from '../../shared/rows.ts';
import type { OwnTime } from '../timers/own-time.ts';
import type { Projections } from '../timers/projections.ts';

export interface ShownTimeDeps {
  deviceId: string;
  ownTime: OwnTime;
  projections: Projections;
  serverNowMs(): number;
}

export interface ShownTime {
  open(segment: TimeSegment, userId: string): void;
  /** What was shown of a segment that is closed now, and of its whole chat. */
  close(segment: TimeSegment, userId: string): { segment: ShownSegment; total: ShownChat['total'] };
  /** A new state of these clients came: what was shown by the old one is remembered. */
  projectionsChanged(userIds: readonly string[]): void;
  isOpen(chatId: string): boolean;
}

type Paid = ShownSegment['paid'][number];
interface OpenSegment {
  id: string;
  chatId: string;
  userId: string;
  startMs: number;
  paid: Paid[];
  /** Up to here it is known what was shown as paid. */
  untilMs: number;
}
interface Growth {
  paid: (Paid & { chatId: string; units: number })[];
  trackedMs(chatId: string): number;
}

export function createShownTime(deps: ShownTimeDeps): ShownTime {
  const { ownTime, projections, deviceId } = deps;
  const open = new Map<string, OpenSegment>();
  /** The state by which a client's figures are being shown. */
  const shownBy = new Map<string, UserProjection>();

  function growthOf(projection: UserProjection, chatIds: ReadonlySet<string>, nowMs: number): Growth {
    const stretches = stretchesOf(projection, ownTime.ofChats(chatIds), deviceId)
      .map((one) => ({ ...one, endMs: Math.min(one.endMs, nowMs) }))
      .filter((one) => one.endMs > one.startMs);
    const paid: Growth['paid'] = [];
    // Another version of the fold shows the server's own figures: nothing is grown from them.
    if (projection.foldVersion === FOLD_VERSION)
      eachPaidStretch(fundsOf(projection, stretches), (chatId, run, atMs, ms) => {
        if (Number.isFinite(ms) && ms > 0)
          paid.push({ chatId, fromMs: atMs, ms, unitsPerMs: run.rate, units: costOfPaid(run, ms) });
      });
    return {
      paid,
      trackedMs: (chatId) =>
        stretches.reduce((sum, one) => (one.chatId === chatId ? sum + one.endMs - one.startMs : sum), 0),
    };
  }

  function chatsOf(projection: UserProjection): Set<string> {
    const chatIds = new Set(projection.chats.map((chat) => chat.chatId));
    for (const one of open.values()) if (one.userId === projection.userId) chatIds.add(one.chatId);
    return chatIds;
  }

  function remember(userId: string, nowMs: number): Growth | undefined {
    const projection = shownBy.get(userId);
    if (projection === undefined) return undefined;
    const growth = growthOf(projection, chatsOf(projection), nowMs);
    for (const one of open.values()) {
      if (one.userId !== userId) continue;
      for (const part of growth.paid) if (part.chatId === one.chatId) addPaid(one, part);
      one.untilMs = Math.max(one.untilMs, nowMs);
    }
    return growth;
  }

  return {
    open(segment, userId) {
      const startMs = Math.max(0, Math.floor(segment.startedAtMonoMs + ownTime.offsetMs()));
      const { id, chatId } = segment;
      if (open.has(id)) return;
      const projection = projections.of(userId);
      if (projection !== undefined && !shownBy.has(userId)) shownBy.set(userId, projection);
      open.set(id, { id, chatId, userId, startMs, paid: [], untilMs: startMs });
    },
    close(segment, userId) {
      const startMs = Math.max(0, Math.floor(segment.startedAtMonoMs + ownTime.offsetMs()));
      const endMs = startMs + segment.elapsedMs;
      const growth = remember(userId, Math.min(Math.floor(deps.serverNowMs()), endMs));
      const projected = shownBy.get(userId)?.chats.find((chat) => chat.chatId === segment.chatId);
      const paid = segment.funding === 'unfunded' ? [] : (open.get(segment.id)?.paid ?? []);
      open.delete(segment.id);
      if (![...open.values()].some((one) => one.userId === userId)) shownBy.delete(userId);
      return {
        segment: { segmentId: segment.id, startMs, elapsedMs: segment.elapsedMs, paid },
        total:
          projected?.costUnits === undefined || growth === undefined || segment.funding === 'unfunded'
            ? null
            : {
                trackedMs: Math.floor(projected.trackedMs + growth.trackedMs(segment.chatId)),
                costUnits: growth.paid.reduce(
                  (sum, one) => (one.chatId === segment.chatId ? sum + one.units : sum),
                  projected.costUnits,
                ),
              },
      };
    },
    projectionsChanged(userIds) {
      for (const userId of userIds) {
        if (![...open.values()].some((one) => one.userId === userId)) continue;
        remember(userId, Math.floor(deps.serverNowMs()));
        const projection = projections.of(userId);
        if (projection !== undefined) shownBy.set(userId, projection);
      }
    },
    isOpen: (chatId) => [...open.values()].some((one) => one.chatId === chatId),
  };
}

/** Adds what lies after what is known already; neighbours at one price become one. */
function addPaid(open: OpenSegment, part: Paid): void {
  const fromMs = Math.max(Math.floor(part.fromMs), open.untilMs);
  const ms = Math.floor(part.fromMs + part.ms) - fromMs;
  if (ms <= 0) return;
  const last = open.paid.at(-1);
  if (last !== undefined && last.unitsPerMs === part.unitsPerMs && last.fromMs + last.ms === fromMs)
    last.ms += ms;
  else open.paid.push({ fromMs, ms, unitsPerMs: part.unitsPerMs });
}
