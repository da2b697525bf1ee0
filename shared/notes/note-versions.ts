/**
 * Notes on a client (issue 4, "Notes and history"). A note is never changed: an edit is a new version, based on those its
 * author had before them. What no other version is based on is what the note says; two of them are two opinions of two
 * devices, and both stand until the advisor chooses. Pure: any order and any number of copies give the same notes.
 */
import { compareCodeUnits } from '../code-unit-order.ts';
import type { Note } from '../rows.ts';

export type NoteVersion = Note;

export interface ClientNote {
  /** The id of its first version. */
  noteId: string;
  /** What the note says: one text, or several that nobody has chosen between; the newest first, equal texts once. */
  texts: readonly NoteVersion[];
  /** Every version no other is based on: what an edit of this note is based on. */
  headIds: readonly string[];
  /** A supervisor's: to be read, not to be edited. */
  isSupervisors: boolean;
}

/** What a device is asked to write; `noteId` is absent for the first version of a new note. */
export interface NoteDraft {
  noteId?: string | undefined;
  basedOn?: string[] | undefined;
  text: string;
}

/** At most so many versions can be the base of one; more heads than this are settled in two steps. */
export const BASED_ON_MAX = 50;

export function noteIdOf(version: NoteVersion): string {
  return version.noteId ?? version.id;
}

/** The notes that these versions make, without the deleted ones, the newest first. */
export function clientNotes(versions: readonly NoteVersion[]): ClientNote[] {
  const byNote = new Map<string, Map<string, NoteVersion>>();
  for (const version of versions) {
    // A supervisor's note never stands under the id of an advisor's.
    const key = `${version.byId === undefined ? 'a' : 's'}${noteIdOf(version)}`;
    const copies = byNote.get(key) ?? new Map<string, NoteVersion>();
    byNote.set(key, copies.set(version.id, version));
  }
  return [...byNote.values()]
    .map((copies) => noteOf([...copies.values()]))
    .filter(({ texts }) => texts.some(({ text }) => text !== ''))
    .sort((a, b) => newestFirst(a.texts[0]!, b.texts[0]!));
}

function noteOf(versions: readonly NoteVersion[]): ClientNote {
  const replaced = new Set(versions.flatMap(({ id, basedOn = [] }) => basedOn.filter((one) => one !== id)));
  const open = versions.filter(({ id }) => !replaced.has(id));
  // Versions based on each other in a ring were not written by this program; none of them may vanish.
  const heads = (open.length > 0 ? open : [...versions]).sort(newestFirst);
  const texts = heads.filter(({ text }, at) => heads.findIndex((one) => one.text === text) === at);
  return {
    noteId: noteIdOf(heads[0]!),
    texts,
    headIds: heads.map(({ id }) => id),
    isSupervisors: heads[0]!.byId !== undefined,
  };
}

function newestFirst(a: NoteVersion, b: NoteVersion): number {
  return b.atMs - a.atMs || compareCodeUnits(a.id, b.id);
}

/** Whether the advisor has to choose. */
export function isDisputed(note: ClientNote): boolean {
  return note.texts.length > 1;
}

/**
 * An edit, a merge by hand, or the choice of a text; an empty one deletes the note. It is based on what the editor showed
 * (`note` as it was when editing began), so that what came meanwhile stands beside it.
 */
export function editOf(note: ClientNote, text: string): NoteDraft {
  return { noteId: note.noteId, basedOn: note.headIds.slice(0, BASED_ON_MAX), text: text.trim() };
}

/**
 * Each text becomes a note of its own. In this order: should the device stop in between, a text stands twice, and none is
 * lost. The last draft settles the note itself.
 */
export function keepAll(note: ClientNote): NoteDraft[] {
  const [kept, ...others] = note.texts.filter(({ text }) => text !== '');
  return [...others.map(({ text }) => ({ text })), ...(kept === undefined ? [] : [editOf(note, kept.text)])];
}
