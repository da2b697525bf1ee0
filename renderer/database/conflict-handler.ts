/** The join as RxDB's conflict handler: the default one silently drops one side (STACK.md, "RxDB 17"). */
import type { RxConflictHandler, WithDeleted } from 'rxdb';
import { isSameDocument, joinDocuments } from './document-join.ts';
import type { RowDocument } from './documents.ts';

export const joinConflictHandler: RxConflictHandler<RowDocument> = {
  isEqual: (a, b) => isSameDocument(a, b),
  resolve: ({ newDocumentState, realMasterState }) =>
    Promise.resolve(joinDocuments<WithDeleted<RowDocument>>(realMasterState, newDocumentState)),
};
