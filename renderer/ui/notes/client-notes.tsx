/** The notes on a client, in the client panel and in a chat's window: read, write, delete with undo, choose. */
import { useEffect, useMemo, useState, type ReactElement } from 'react';
import {
  editOf,
  isDisputed,
  keepAll,
  type ClientNote,
  type NoteDraft,
} from '../../../shared/notes/note-versions.ts';
import { api } from '../../api.ts';
import type { LocalDatabase } from '../../database/local-database.ts';
import { observeClientNotes, saveNotes, type ClientNotes as Notes } from '../../records/client-notes.ts';
import { useSignedIn } from '../../stores/session.ts';
import { Icon } from '../icons.tsx';
import { useObservable } from '../use-observable.ts';
import { DisputedNote } from './disputed-note.tsx';
import { NoteEditor } from './note-editor.tsx';
import { whereOf, whoOf } from './note-words.ts';

/** A deleted note can be had back for so long, ms (UX.md, "Principles"). */
const UNDO_MS = 8_000;

interface Props {
  database: LocalDatabase;
  userId: string;
  /** The chat in which a new version is written. */
  chatId: string;
  /** Somebody else's client is read only. */
  isReadOnly?: boolean;
  onFailed(error: unknown): void;
}

/** What is being edited: null = nothing, `note` null = a new one. As it was when editing began. */
type Editing = { note: ClientNote | null; text: string } | null;

export function ClientNotes({ database, userId, chatId, isReadOnly = false, onFailed }: Props): ReactElement {
  const found = useObservable(
    useMemo(() => observeClientNotes(database, userId), [database, userId]),
    onFailed,
  );
  const [editing, setEditing] = useState<Editing>(null);
  const [deleted, setDeleted] = useState<{ note: ClientNote; versionId: string } | null>(null);
  useEffect(() => {
    if (deleted === null) return;
    const timer = setTimeout(() => setDeleted(null), UNDO_MS);
    return () => clearTimeout(timer);
  }, [deleted]);

  /** The ids written, or null: then nothing more than what was said before is lost, and the text stays where it is. */
  async function save(drafts: readonly NoteDraft[]): Promise<string[] | null> {
    try {
      return await saveNotes({ database, api }, chatId, drafts);
    } catch (error) {
      onFailed(error);
      return null;
    }
  }

  async function saveEdit(text: string): Promise<void> {
    const note = editing?.note ?? null;
    const draft = note === null ? { text: text.trim() } : editOf(note, text);
    const isNothing =
      note === null ? draft.text === '' : !isDisputed(note) && draft.text === note.texts[0]!.text;
    if (isNothing || (await save([draft])) !== null) setEditing(null);
  }

  async function remove(note: ClientNote): Promise<void> {
    const ids = await save([editOf(note, '')]);
    if (ids !== null) setDeleted({ note, versionId: ids[0]! });
  }

  async function undo(): Promise<void> {
    if (deleted === null) return;
    const { note, versionId } = deleted;
    const text = note.texts[0]!.text;
    if ((await save([{ noteId: note.noteId, basedOn: [versionId], text }])) !== null) setDeleted(null);
  }

  const notes = found?.notes ?? [];
  return (
    <section className="blk notes" aria-label="Notes" data-testid="client-notes">
      <h3>
        Notes
        {!isReadOnly && editing === null && (
          <button type="button" className="btn s ghost" onClick={() => setEditing({ note: null, text: '' })}>
            <Icon name="plus" />
            Add note
          </button>
        )}
      </h3>
      {editing?.note === null && (
        <NoteEditor text={editing.text} onSave={saveEdit} onCancel={() => setEditing(null)} />
      )}
      {deleted !== null && (
        <div className="undo" role="status">
          <span className="grow">Note deleted.</span>
          <button type="button" className="btn s" autoFocus onClick={() => void undo()}>
            <Icon name="undo" />
            Undo
          </button>
        </div>
      )}
      {found !== undefined && notes.length === 0 && editing === null && deleted === null && (
        <p className="muted s12">No note yet. Only you and your supervisors read what stands here.</p>
      )}
      {notes.map((note) =>
        editing?.note?.noteId === note.noteId && !note.isSupervisors ? (
          <NoteEditor
            key={note.noteId}
            text={editing.text}
            onSave={saveEdit}
            onCancel={() => setEditing(null)}
          />
        ) : isDisputed(note) && !isReadOnly ? (
          <DisputedNote
            key={note.noteId}
            note={note}
            onChoose={(text) => void save([editOf(note, text)])}
            onKeepAll={() => void save(keepAll(note))}
            onMerge={(text) => setEditing({ note, text })}
          />
        ) : (
          <PlainNote
            key={`${note.isSupervisors}${note.noteId}`}
            note={note}
            marks={found!.marks}
            isReadOnly={isReadOnly || note.isSupervisors || editing !== null}
            onEdit={() => setEditing({ note, text: note.texts[0]!.text })}
            onDelete={() => void remove(note)}
          />
        ),
      )}
    </section>
  );
}

function PlainNote({
  note,
  marks,
  isReadOnly,
  onEdit,
  onDelete,
}: {
  note: ClientNote;
  marks: Notes['marks'];
  isReadOnly: boolean;
  onEdit(): void;
  onDelete(): void;
}): ReactElement {
  const deviceId = useSignedIn()?.deviceId;
  return (
    <>
      {note.texts.map((version) => (
        <article className="one-note" key={version.id} data-testid="client-note">
          <p dir="auto">{version.text}</p>
          <div className="row gap5 muted s12">
            <span className="grow">
              {whoOf(version, deviceId)} · {whereOf(marks.get(version.id) ?? 'saved')}
            </span>
            {!isReadOnly && (
              <>
                <button type="button" className="btn s ghost" onClick={onEdit}>
                  Edit
                </button>
                <button type="button" className="btn s ghost" onClick={onDelete}>
                  Delete
                </button>
              </>
            )}
          </div>
        </article>
      ))}
    </>
  );
}
