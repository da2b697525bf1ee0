import { anchorErrorAt, type Anchor } from './anchor.ts';
import { ANCHOR_MAX_ERROR_MS, driftMs } from './limits.ts';

/** What a device says about an instant it wrote, and what the server knows of its boot. */
export interface Claim {
  /** The boot's anchor; null: the boot never had one. */
  anchor: Anchor | null;
  /** The instant on the boot's monotonic clock. */
  monoMs: number;
  /** The instant on the device's wall clock: read only for a boot without an anchor. */
  wallMs: number;
  /** Claimed length from the instant on; 0 for a mark. */
  elapsedMs: number;
  /** When the server received the row, server clock. */
  receivedMs: number;
  /** The device's last contact before this boot, server clock; 0 when there was none. */
  lastContactMs: number;
  /**
   * The latest admitted end or mark of the same boot and chat with an earlier monotonic instant; 0 without one.
   * Rows of one boot and chat never change their order.
   */
  earlierRowsEndMs: number;
}

export interface PlacedInstant {
  atMs: number;
  /** How far the placing may be off towards the future: rows are not refused for it. */
  errorMs: number;
  isUnanchored: boolean;
}

/**
 * Places the start of a segment, once, at its first admission. `knownMarkMs` is the latest mark of the chat that the
 * device had applied (sequence <= its knownSeq), 0 without one: a start is never placed before it, so no mark cuts a
 * segment that started in knowledge of it (I21). Source: DOMAIN.md "Placement and admission".
 */
export function placeStart(claim: Claim, knownMarkMs: number): PlacedInstant {
  return place(claim, Math.max(claim.earlierRowsEndMs, knownMarkMs), proveEarlier(claim));
}

/**
 * How much earlier a start was than its anchor says, as the row's own arrival proves: what was received cannot end later.
 * At most the anchor's error; of a claim that is refused nothing is proven. Without this an anchor that runs ahead would
 * let the mark of every pause, which is never placed after now, cut what was measured before it.
 */
function proveEarlier({ anchor, monoMs, elapsedMs, receivedMs }: Claim): number {
  if (anchor === null) return 0;
  const aheadMs = anchor.offsetMs + monoMs - (receivedMs - elapsedMs);
  const errorMs = anchorErrorAt(anchor, monoMs);
  return aheadMs > errorMs + driftMs(elapsedMs) ? 0 : Math.min(Math.max(0, aheadMs), errorMs);
}

/** Places a stopMark or a device's chatEnd: like a start, but never after the server's now. */
export function placeMark(claim: Claim): PlacedInstant {
  const placed = place(claim, claim.earlierRowsEndMs, 0);
  return { ...placed, atMs: Math.min(placed.atMs, claim.receivedMs) };
}

function place(claim: Claim, floorMs: number, earlierMs: number): PlacedInstant {
  const { anchor } = claim;
  const byClockMs =
    anchor === null ? placeWithoutAnchor(claim) : Math.max(0, anchor.offsetMs + claim.monoMs - earlierMs);
  const clockErrorMs =
    anchor === null ? ANCHOR_MAX_ERROR_MS : anchorErrorAt(anchor, claim.monoMs) - earlierMs;
  // A hostile monotonic instant may lie beyond what a number holds exactly.
  const atMs = Math.min(Number.MAX_SAFE_INTEGER, Math.max(byClockMs, floorMs));
  // What a floor moved towards the future is no fault of the device: its end moves with it.
  return { atMs, errorMs: clockErrorMs + Math.max(0, atMs - byClockMs), isUnanchored: anchor === null };
}

/** `min(wall, received - elapsed)`, not before the device's last contact. */
function placeWithoutAnchor({ wallMs, receivedMs, elapsedMs, lastContactMs }: Claim): number {
  return Math.max(0, lastContactMs, Math.min(wallMs, receivedMs - elapsedMs));
}
