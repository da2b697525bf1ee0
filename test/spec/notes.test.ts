import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  clientNotes,
  editOf,
  isDisputed,
  keepAll,
  type ClientNote,
  type NoteDraft,
  type NoteVersion,
} from '../../shared/notes/note-versions.ts';
import { PROPERTY_TIMEOUT_MS, runs } from './property-runs.ts';

let clock = 0;
function write(device: string, draft: NoteDraft): NoteVersion {
  clock += 1;
  return { type: 'note', id: `${device}.${clock}`, chatId: 'c', deviceId: device, atMs: clock, ...draft };
}
const textsOf = (versions: readonly NoteVersion[]) =>
  clientNotes(versions).map(({ texts }) => texts.map(({ text }) => text));
const only = (versions: readonly NoteVersion[]): ClientNote => clientNotes(versions)[0]!;

describe('a note on a client', { timeout: PROPERTY_TIMEOUT_MS }, () => {
  it('says what its newest version says', () => {
    const first = write('a', { text: 'likes tea' });
    const second = write('a', editOf(only([first]), 'likes coffee'));
    expect(textsOf([first, second])).toEqual([['likes coffee']]);
  });

  it('shows both texts after edits on two devices, until the advisor chooses', () => {
    const first = write('a', { text: 'tea' });
    const here = write('a', editOf(only([first]), 'green tea'));
    const there = write('b', editOf(only([first]), 'black tea'));
    const disputed = only([first, here, there]);
    expect(isDisputed(disputed)).toBe(true);
    expect(textsOf([first, here, there])).toEqual([['black tea', 'green tea']]);
    const chosen = write('a', editOf(disputed, 'green tea'));
    expect(textsOf([first, here, there, chosen])).toEqual([['green tea']]);
  });

  it('keeps both as two notes, and loses neither when the device stops in between', () => {
    const first = write('a', { text: 'tea' });
    const all = [
      first,
      write('a', editOf(only([first]), 'green tea')),
      write('b', editOf(only([first]), 'black tea')),
    ];
    const [other, settled] = keepAll(only(all)).map((draft) => write('a', draft));
    expect(textsOf([...all, other!]).flat()).toEqual(expect.arrayContaining(['green tea', 'black tea']));
    expect(textsOf([...all, other!, settled!]).sort()).toEqual([['black tea'], ['green tea']]);
  });

  it('is gone when its text is empty, and back when the deletion is replaced', () => {
    const first = write('a', { text: 'tea' });
    const gone = write('a', editOf(only([first]), ''));
    expect(textsOf([first, gone])).toEqual([]);
    const back = write('a', { noteId: first.id, basedOn: [gone.id], text: 'tea' });
    expect(textsOf([first, gone, back])).toEqual([['tea']]);
  });

  it('asks when it was deleted here and edited there', () => {
    const first = write('a', { text: 'tea' });
    const gone = write('a', editOf(only([first]), ''));
    const edited = write('b', editOf(only([first]), 'green tea'));
    expect(textsOf([first, gone, edited])).toEqual([['green tea', '']]);
  });

  it('asks nothing when two devices wrote the same', () => {
    const first = write('a', { text: 'tea' });
    const same = ['a', 'b'].map((device) => write(device, editOf(only([first]), 'green tea')));
    expect(textsOf([first, ...same])).toEqual([['green tea']]);
    const next = write('a', editOf(only([first, ...same]), 'mint'));
    expect(textsOf([first, ...same, next])).toEqual([['mint']]);
  });

  it("never lets a supervisor's note settle an advisor's", () => {
    const first = write('a', { text: 'tea' });
    const theirs: NoteVersion = { ...write('s', editOf(only([first]), 'no')), byId: 'sue' };
    expect(textsOf([first, theirs]).sort()).toEqual([['no'], ['tea']]);
  });

  it('keeps versions that a forged ring bases on each other', () => {
    const ring = ['x', 'y'].map((id, at) => ({
      ...write('a', { text: id }),
      id,
      noteId: 'n',
      basedOn: [at === 0 ? 'y' : 'x'],
    }));
    expect(textsOf(ring).flat().sort()).toEqual(['x', 'y']);
  });

  /** Devices that see some of each other's versions, edit, delete, choose and keep all. */
  const story = fc.array(
    fc.record({
      device: fc.constantFrom('a', 'b', 'c'),
      act: fc.constantFrom('new', 'edit', 'delete', 'choose', 'keepAll', 'sync'),
      pick: fc.nat(20),
    }),
    { maxLength: 25 },
  );
  function play(steps: readonly { device: string; act: string; pick: number }[]): NoteVersion[] {
    const everything: NoteVersion[] = [];
    const seen = new Map<string, NoteVersion[]>(['a', 'b', 'c'].map((name) => [name, []]));
    for (const { device, act, pick } of steps) {
      const mine = seen.get(device)!;
      const notes = clientNotes(mine);
      const note = notes[pick % Math.max(1, notes.length)];
      if (act === 'sync') seen.set(device, [...everything]);
      else {
        const drafts: NoteDraft[] =
          act === 'new' || note === undefined
            ? [{ text: `t${clock}` }]
            : act === 'keepAll'
              ? keepAll(note)
              : [editOf(note, { edit: `t${clock}`, delete: '', choose: note.texts[0]!.text }[act]!)];
        const rows = drafts.map((draft) => write(device, draft));
        mine.push(...rows);
        everything.push(...rows);
      }
    }
    return everything;
  }

  it('says the same in any order and with any number of copies', () => {
    fc.assert(
      fc.property(story, fc.infiniteStream(fc.nat(1000)), (steps, numbers) => {
        const versions = play(steps);
        const shuffled = [...versions, ...versions.filter((_, at) => at % 2 === 0)]
          .map((version) => ({ version: { ...version }, at: numbers.next().value as number }))
          .sort((a, b) => a.at - b.at)
          .map(({ version }) => version);
        expect(clientNotes(shuffled)).toEqual(clientNotes(versions));
      }),
      runs(2_000),
    );
  });

  it('shows every text that nobody replaced', () => {
    fc.assert(
      fc.property(story, (steps) => {
        const versions = play(steps);
        const replaced = new Set(versions.flatMap(({ basedOn = [] }) => basedOn));
        const shown = new Set(textsOf(versions).flat());
        for (const { id, text } of versions)
          if (!replaced.has(id) && text !== '') expect(shown).toContain(text);
      }),
      runs(2_000),
    );
  });
});
