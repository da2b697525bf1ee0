import type { MessageDocument } from '../database/documents.ts';

/** ✓ saved on this computer · ✓✓ at the server · ! refused by it. */
export type MessageMark = 'saved' | 'atServer' | 'refused';

/** Where a message is; a sequence means that the server has it, whatever happened before. */
export function messageMarkOf(message: Pick<MessageDocument, 'seq' | 'refusedCode'>): MessageMark {
  if (message.seq > 0) return 'atServer';
  return message.refusedCode === undefined ? 'saved' : 'refused';
}
