import type { ReadRow } from './push-rows.ts';

/**
 * The order in which the rows of one push are worked on: chats, then records, then what a boot's monotonic clock orders
 * (so that the order of sending moves no mark before the segment it ended), then the rest as sent. Answers keep the
 * order of the push.
 */
export function pushOrder(read: readonly ReadRow[]): number[] {
  const positions = read.map((_, position) => position);
  return positions.sort((a, b) => {
    const left = keyOf(read[a] as ReadRow);
    const right = keyOf(read[b] as ReadRow);
    return left.rank - right.rank || left.monoMs - right.monoMs || a - b;
  });
}

function keyOf(one: ReadRow): { rank: number; monoMs: number } {
  if (!one.isReadable) return { rank: 4, monoMs: 0 };
  const { row } = one;
  switch (row.type) {
    case 'chat':
      return { rank: 0, monoMs: 0 };
    case 'conversationTimeRecord':
      return { rank: 1, monoMs: 0 };
    case 'timeSegment':
      return { rank: 2, monoMs: row.startedAtMonoMs };
    case 'stopMark':
    case 'chatEnd':
      return { rank: 2, monoMs: row.atMonoMs ?? 0 };
    default:
      return { rank: 3, monoMs: 0 };
  }
}
