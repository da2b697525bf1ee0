import type { FoldInput, FoldMarkAdmission } from './fold-input.ts';

/** The admitted marks of one chat. */
export interface ChatMarks {
  /** Instants of stopMarks and chatEnds, ascending. */
  instantsMs: number[];
  /** The earliest chatEnd, Infinity when the chat has not ended. */
  earliestEndMs: number;
}

/**
 * The marks by chat id, each where the server placed it (as written without a markAdmission), quarantined ones left
 * out. Of several markAdmissions the lowest order stands. Source: DOMAIN.md "The fold" 1, "Facts files".
 */
export function marksByChat(
  input: Pick<FoldInput, 'stopMarks' | 'chatEnds' | 'markAdmissions'>,
): Map<string, ChatMarks> {
  const admissions = new Map<string, FoldMarkAdmission>();
  for (const admission of input.markAdmissions) {
    const standing = admissions.get(admission.markId);
    if (standing === undefined || admission.order < standing.order)
      admissions.set(admission.markId, admission);
  }
  const byChat = new Map<string, ChatMarks>();
  const addMarks = (marks: FoldInput['stopMarks'], isEnd: boolean): void => {
    for (const mark of marks) {
      const admission = admissions.size === 0 ? undefined : admissions.get(mark.id);
      if (admission?.code === 'quarantined') continue;
      const atMs = admission?.atMs ?? mark.atMs;
      let ofChat = byChat.get(mark.chatId);
      if (ofChat === undefined)
        byChat.set(mark.chatId, (ofChat = { instantsMs: [], earliestEndMs: Infinity }));
      ofChat.instantsMs.push(atMs);
      if (isEnd) ofChat.earliestEndMs = Math.min(ofChat.earliestEndMs, atMs);
    }
  };
  addMarks(input.stopMarks, false);
  addMarks(input.chatEnds, true);
  for (const { instantsMs } of byChat.values()) instantsMs.sort((a, b) => a - b);
  return byChat;
}

/** The earliest mark strictly after `startMs`, Infinity when there is none. O(log n). */
export function firstMarkAfter(marks: ChatMarks | undefined, startMs: number): number {
  if (marks === undefined) return Infinity;
  let low = 0;
  let high = marks.instantsMs.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((marks.instantsMs[middle] as number) > startMs) high = middle;
    else low = middle + 1;
  }
  return marks.instantsMs[low] ?? Infinity;
}
