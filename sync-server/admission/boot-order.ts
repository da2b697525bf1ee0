/** What the rows of one boot and chat, and the marks a device knew of, say about where its next row may be placed. */
import type { Claim } from '../../shared/admission/placement.ts';
import { findBootOrder } from '../core/chat-order.ts';
import type { RowContext } from '../core/row-context.ts';
import type { ChatBook } from '../core/user-book.ts';

/** An instant a device wrote. */
export interface DeviceInstant {
  deviceId: string;
  bootId: string;
  monoMs: number;
  wallMs: number;
}

/** What placing needs, gathered from the books. ms. */
export function claimOf(
  context: RowContext,
  { deviceId, bootId, monoMs, wallMs }: DeviceInstant,
  elapsedMs: number,
  earlierEndMs: number,
): Claim {
  const { contacts } = context.state;
  return {
    anchor: contacts.anchor(deviceId, bootId),
    ...{ monoMs, wallMs, elapsedMs, receivedMs: context.receivedMs },
    lastContactMs: contacts.lastContactBefore(deviceId, { bootId, elapsedMs }, context.receivedMs),
    earlierRowsEndMs: earlierEndMs,
  };
}

/**
 * The latest admitted end or mark of the boot and chat whose monotonic instant is earlier; 0 without one. Manual and
 * quarantined rows aside. At one monotonic instant a mark comes before a start: it ended what ran until then.
 */
export function earlierRowsEndMs(chat: ChatBook, instant: DeviceInstant & { isMark: boolean }): number {
  const { deviceId, bootId, monoMs, isMark } = instant;
  const boot = findBootOrder(chat.order, deviceId, bootId);
  if (boot === undefined) return 0;
  return isMark
    ? Math.max(boot.segments.upTo(monoMs), boot.marks.below(monoMs))
    : Math.max(boot.segments.below(monoMs), boot.marks.upTo(monoMs));
}

/** The latest admitted mark of the chat that a device at `knownSeq` had applied; 0 without one. */
export function knownMarkMs(chat: ChatBook, knownSeq: number): number {
  return chat.order.marksBySeq.upTo(knownSeq);
}
