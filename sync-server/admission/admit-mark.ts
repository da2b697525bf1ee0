/** A pushed stopMark or chatEnd: placed and judged once (DOMAIN.md, "Placement and admission"). */
import { admitMark } from '../../shared/admission/mark-verdict.ts';
import { placeMark } from '../../shared/admission/placement.ts';
import type { ChatEnd, MarkAdmission, StopMark } from '../../shared/rows.ts';
import type { PushAnswer } from '../../shared/wire.ts';
import {
  bookOfChat,
  isSameRow,
  isTakenByAnotherType,
  refused,
  scopeOfChat,
  storedAs,
  type RowContext,
} from '../core/row-context.ts';
import type { ChatBook } from '../core/user-book.ts';
import { admissionId } from './admit-segment.ts';
import { claimOf, earlierRowsEndMs } from './boot-order.ts';

/** The chat must have arrived and be the writer's. Refuses `idConflict`, and `badInput` for an end without a boot. */
export function admitDeviceMark(context: RowContext, row: StopMark | ChatEnd): PushAnswer {
  const { bootId, deviceId, atMonoMs } = row;
  if (bootId === undefined || deviceId === undefined || atMonoMs === undefined)
    return refused(row, 'badInput');
  const { chat } = bookOfChat(context.state, row.chatId) as { chat: ChatBook };
  const before = storedAs(context, row.type, row.id);
  if (before === undefined ? isTakenByAnotherType(context, row.type, row.id) : !isSameRow(before.row, row))
    return refused(row, 'idConflict');
  const known = chat.marks.get(row.id)?.admission?.row;
  if (before !== undefined && known !== undefined) return answer(before.seq, row, known);

  const instant = { deviceId, bootId, monoMs: atMonoMs, wallMs: row.atMs };
  const placed = placeMark(
    claimOf(context, instant, 0, earlierRowsEndMs(chat, { ...instant, isMark: true })),
  );
  const verdict = admitMark(placed, context.receivedMs, context.writer.isDeviceRevoked);
  const scope = scopeOfChat(chat, deviceId);
  const { seq } = context.work.put(row, scope);
  const admission: MarkAdmission = {
    type: 'markAdmission',
    id: admissionId(row.id),
    markId: row.id,
    chatId: row.chatId,
    ...verdict,
  };
  context.work.put(admission, scope);
  return answer(seq, row, admission);
}

function answer(seq: number, row: StopMark | ChatEnd, { code, reason }: MarkAdmission): PushAnswer {
  return { verdict: 'stored', id: row.id, type: row.type, seq, code, ...(reason && { reason }) };
}
