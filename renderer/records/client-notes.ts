/**
 * The notes on a client, from all chats of the pair.
 *
 *   observeClientNotes(database, userId)                 → Observable<ClientNotes>
 *   saveNotes({ database, api }, chatId, drafts)          journals each draft, then shows it: saved here
 */
import { map, of, switchMap, type Observable } from 'rxjs';
import { clientNotes, type ClientNote, type NoteDraft } from '../../shared/notes/note-versions.ts';
import type { Api } from '../api.ts';
import type { ChatDocument, Documents } from '../database/documents.ts';
import type { LocalDatabase } from '../database/local-database.ts';
import { plainList } from '../database/plain.ts';
import { messageMarkOf, type MessageMark } from './message-mark.ts';
import { showWritten } from './transcript.ts';

export interface ClientNotes {
  notes: ClientNote[];
  /** Where each version is: only on this computer, at the server, refused. */
  marks: ReadonlyMap<string, MessageMark>;
}

const NO_NOTES: ClientNotes = { notes: [], marks: new Map() };

export function observeClientNotes(database: LocalDatabase, userId: string): Observable<ClientNotes> {
  const chatIds$ = database.chat
    .find({ selector: { userId } })
    .$.pipe(map((chats) => plainList<ChatDocument>(chats).map(({ id }) => id)));
  return chatIds$.pipe(
    switchMap((chatIds) =>
      chatIds.length === 0
        ? of(NO_NOTES)
        : database.note
            .find({ selector: { chatId: { $in: chatIds } } })
            .$.pipe(map((documents) => selectNotes(plainList<Documents['note']>(documents)))),
    ),
  );
}

function selectNotes(versions: readonly Documents['note'][]): ClientNotes {
  return {
    notes: clientNotes(versions),
    marks: new Map(versions.map((version) => [version.id, messageMarkOf(version)])),
  };
}

/** Each is on disk before it is shown. Throws AppError; what was written before stays. */
export async function saveNotes(
  { database, api }: { database: LocalDatabase; api: Pick<Api, 'call'> },
  chatId: string,
  drafts: readonly NoteDraft[],
): Promise<string[]> {
  const ids: string[] = [];
  for (const draft of drafts) {
    const { row } = await api.call('writeRow', { row: { type: 'note', chatId, ...draft } });
    await showWritten(database, row);
    ids.push(row.id);
  }
  return ids;
}
