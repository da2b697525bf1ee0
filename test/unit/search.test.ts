import 'fake-indexeddb/auto';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { markPlaces, SEGMENT_SIZE, sealSegment } from '../../renderer/search/segment.ts';
import { openSearchIndex, type IndexedText, type SearchIndex } from '../../renderer/search/search-index.ts';
import { hasPhrases, readQuery, wordsOf } from '../../renderer/search/words.ts';

const matches = (text: string, typed: string): boolean => {
  const words = [...wordsOf(text)];
  const { terms, phrases } = readQuery(typed);
  const hasWords = terms.every(({ word, isPrefix }) =>
    words.some((one) => one === word || (isPrefix && one.startsWith(word))),
  );
  return hasWords && hasPhrases(text, phrases);
};

describe('words', () => {
  it.each([
    ['Der ÄRGER mit dem Café', 'arger cafe'],
    ['the printer is on fire', 'print fir'],
    ['the second card, and then', '"second card"'],
    ['ﬁnd it', 'find'],
    ['مُحَمَّد كتب', 'محمد'],
    ['שָׁלוֹם עולם', 'שלום'],
    ['日本語を勉強する', '日本語'],
    ['日本語を勉強する', '語'],
    ['สวัสดีครับ', 'สวัสดี'],
    ['한국어 메모', '한국'],
    ['order #812', '#812'],
  ])('finds in %j what was typed as %j', (text, typed) => {
    expect(matches(text, typed)).toBe(true);
  });

  it.each([
    ['the card is second', '"second card"'],
    ['a blueprint', 'print'],
    ['日本と外国語', '日本語'],
    ['printer', 'printer fire'],
  ])('does not find in %j what was typed as %j', (text, typed) => {
    expect(matches(text, typed)).toBe(false);
  });
});

it('a sealed segment gives every place of a word, and of every word that starts so', () => {
  const word = fc.string({ unit: fc.constantFrom('a', 'b', 'c'), minLength: 1, maxLength: 4 });
  fc.assert(
    fc.property(fc.array(fc.array(word, { maxLength: 5 }), { maxLength: 30 }), word, (texts, asked) => {
      const sets = texts.map((words) => new Set(words));
      const segment = sealSegment(sets);
      for (const isPrefix of [true, false]) {
        const found = new Uint8Array(SEGMENT_SIZE);
        markPlaces(segment, asked, isPrefix, found);
        const expected = sets.map((words) =>
          [...words].some((one) => (isPrefix ? one.startsWith(asked) : one === asked)) ? 1 : 0,
        );
        expect([...found.slice(0, sets.length)]).toEqual(expected);
      }
    }),
    { numRuns: 500 },
  );
});

describe('the index', () => {
  let index: SearchIndex;
  let runs = 0;
  beforeEach(async () => {
    index = await openSearchIndex(`test-${(runs += 1)}`);
  });
  afterEach(() => index.close());

  const text = (id: string, words: string, atMs = 0): IndexedText => ({
    ...{ key: `message:${id}`, kind: 'message', id, chatId: 'c', userId: null, atMs, text: words },
  });
  const put = (...texts: IndexedText[]) =>
    index.apply(
      texts.map((one) => ({ space: 'messages', put: one })),
      {},
    );
  const find = async (typed: string, limit = 5) =>
    (await index.search('messages', typed, { limit })).map(({ id }) => id);

  it('gives the newest first, across sealed segments and what is not sealed yet', async () => {
    const many = Array.from({ length: SEGMENT_SIZE + 50 }, (_, n) =>
      text(`m${n}`, n % 1000 === 7 ? 'a rare word' : 'often'),
    );
    for (let from = 0; from < many.length; from += 500) await put(...many.slice(from, from + 500));
    expect(await find('rare')).toEqual(['m2007', 'm1007', 'm7']);
    expect(await find('often', 2)).toEqual([`m${SEGMENT_SIZE + 49}`, `m${SEGMENT_SIZE + 48}`]);
    expect(await find('"rare word"', 2)).toEqual(['m2007', 'm1007']);
    expect(await find('rare often')).toEqual([]);
  }, 20_000);

  it('changes nothing when a text comes again, replaces one that changed, and forgets one that went', async () => {
    await put(text('a', 'tea'), text('b', 'coffee'));
    await put(text('a', 'tea'));
    expect(await find('te')).toEqual(['a']);
    await put(text('a', 'milk'));
    expect([await find('tea'), await find('milk')]).toEqual([[], ['a']]);
    await index.apply([{ space: 'messages', remove: 'message:b' }], { source: 'x' });
    expect(await find('coffee')).toEqual([]);
    expect(await index.readState('source')).toBe('x');
  });

  it('looks in another space only for what has a name', async () => {
    await put(text('a', 'mara'));
    expect(await index.search('names', 'mara', { limit: 5 })).toEqual([]);
  });
});
