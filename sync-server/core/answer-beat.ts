/** The answer to a beat: lease, T*, what is reserved for the device (DOMAIN.md, "Live"). Made when everybody is settled. */
import { anchorErrorAt, type Anchor } from '../../shared/admission/anchor.ts';
import { ANCHOR_MAX_ERROR_MS } from '../../shared/admission/limits.ts';
import { UNITS_PER_MINOR } from '../../shared/fold/billing.ts';
import { UnsafeIntegerError } from '../../shared/fold/safe-integer.ts';
import { leaseFor } from '../../shared/live/lease.ts';
import { allowanceOf } from '../../shared/live/offline-allowance.ts';
import type { BurningChat } from '../../shared/live/overdraft-bound.ts';
import type { UserProjection } from '../../shared/rows.ts';
import type { BeatRequest, BeatResponse } from '../../shared/wire.ts';
import { foldBook } from '../settlement/book-fold.ts';
import { projectPairs } from '../settlement/project-pairs.ts';
import type { Actor } from '../ports.ts';
import type { Reservation } from './reservations.ts';
import type { CoreState } from './row-context.ts';
import type { Work } from './work.ts';

type MemberActor = Extract<Actor, { kind: 'member' }>;

export interface EnteredBeat {
  exchangeId: string;
  anchor: Anchor | null;
  /** The beat named time of which the server has no row yet: what was reserved for it stays reserved. */
  hasUnknown: boolean;
}

export function answerBeat(
  state: CoreState,
  work: Work,
  actor: MemberActor,
  request: BeatRequest,
  { exchangeId, anchor, hasUnknown }: EnteredBeat,
): BeatResponse {
  const { nowMs } = work;
  const { deviceId, memberId } = actor;
  const projections = projectionsFor(state, actor, userIdsOf(state, actor, request), nowMs);
  const running = runningByUser(state, request);
  const untilZeroMs = Math.min(
    ...projections.map(({ userId, zeroAtMs }) =>
      running.has(userId) && zeroAtMs !== undefined ? zeroAtMs - nowMs : Infinity,
    ),
  );
  const lease = leaseFor(untilZeroMs);
  const clockErrorMs = anchor === null ? ANCHOR_MAX_ERROR_MS : anchorErrorAt(anchor, request.sentAtMonoMs);
  const before = new Map(state.contacts.reserved.of(deviceId).map((one) => [one.userId, one]));
  const reservations = new Map<string, Reservation>(hasUnknown ? before : []);
  for (const projection of projections) {
    const { userId } = projection;
    const chatIds = running.get(userId);
    const chats = burning(projection, chatIds ?? []);
    const burnUnitsPerMs = chats.reduce((sum, chat) => sum + chat.unitsPerMs, 0);
    state.overdrafts.note(
      userId,
      deviceId,
      { chats, leaseMs: lease.leaseMs, clockErrorMs },
      {
        balanceUnits: projection.balanceUnits,
        debitedUnits: debitedUnits(state, userId),
        reservedUnits: state.contacts.reserved.forOthers(userId, '', nowMs).units,
      },
      nowMs,
    );
    const forOthers = state.contacts.reserved.forOthers(userId, deviceId, nowMs);
    // An open window whose timer rests may be started without the server: it is given what one chat needs.
    const allowance = allowanceOf(
      chatIds === undefined
        ? { unitsPerMs: projection.ratePerMinuteMinor, chats: 1 }
        : { unitsPerMs: burnUnitsPerMs, chats: chatIds.length },
      {
        units: projection.balanceUnits - forOthers.units,
        freeMs: projection.freeLeftMs - forOthers.freeMs(memberId),
      },
    );
    const kept = hasUnknown ? before.get(userId) : undefined;
    reservations.set(userId, {
      userId,
      advisorId: memberId,
      creditUnits: Math.max(allowance.creditUnits, kept?.creditUnits ?? 0),
      freeMs: Math.max(allowance.freeMs, kept?.freeMs ?? 0),
    });
  }
  const reserved = [...reservations.values()].filter((one) => one.creditUnits > 0 || one.freeMs > 0);
  state.contacts.reserve(work, deviceId, reserved);
  return {
    exchangeId,
    serverNowMs: nowMs,
    ...lease,
    anchor: anchor === null ? null : { offsetMs: anchor.offsetMs, errorMs: anchor.errorMs },
    highSeq: work.highSeq,
    projections,
    allowances: reserved.map(({ userId, creditUnits, freeMs }) => ({ userId, creditUnits, freeMs })),
    offlineAfterAllowance:
      state.directory.policy('offlineAfterAllowance', nowMs) === 'continue' ? 'continue' : 'stop',
  };
}

/** Clients it asks for and clients whose chats it runs; only those of whom it has a chat. */
function userIdsOf(state: CoreState, actor: MemberActor, request: BeatRequest): Set<string> {
  const userIds = new Set([...request.userIds, ...runningByUser(state, request).keys()]);
  return new Set([...userIds].filter((userId) => state.directory.hasPair(actor.memberId, userId)));
}

function runningByUser(state: CoreState, request: BeatRequest): Map<string, string[]> {
  const byUser = new Map<string, string[]>();
  for (const { chatId } of request.running) {
    const userId = state.directory.chat(chatId)?.userId;
    if (userId !== undefined) byUser.set(userId, [...(byUser.get(userId) ?? []), chatId]);
  }
  return byUser;
}

function debitedUnits(state: CoreState, userId: string): number {
  const debits = state.books.get(userId)?.factsByType.debit.values() ?? [];
  return [...debits].reduce((sum, { row }) => sum + UNITS_PER_MINOR * row.amountMinor, 0);
}

/** As if paid. A chat that has ended burns nothing. */
function burning(projection: UserProjection, chatIds: readonly string[]): BurningChat[] {
  return projection.chats
    .filter((chat) => chatIds.includes(chat.chatId) && chat.ratePerMinuteMinor > 0)
    .map((chat) => ({
      unitsPerMs: chat.ratePerMinuteMinor,
      incrementMs: chat.billingIncrementMs ?? 1,
    }));
}

/** With what beats have proven up to now, and without what silent devices may have used; not stored. */
function projectionsFor(
  state: CoreState,
  { memberId, deviceId }: MemberActor,
  userIds: Iterable<string>,
  nowMs: number,
): UserProjection[] {
  return [...userIds].flatMap((userId) => {
    const book = state.books.get(userId);
    if (book === undefined) return [];
    const unseen = state.contacts.reserved.unseen(userId, deviceId, nowMs);
    try {
      return projectPairs(book, foldBook(book, state), state, nowMs, unseen).filter(
        (one) => one.advisorId === memberId,
      );
    } catch (cause) {
      if (cause instanceof UnsafeIntegerError) return [];
      throw cause;
    }
  });
}
