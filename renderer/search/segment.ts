/**
 * One sealed part of the index: every word of SEGMENT_SIZE texts in code unit order, and for each the texts it stands in.
 * Never changed, so it is stored as one value and read in one request: 100,000 texts are 49 of them. Pure.
 */

/** Texts in one segment. */
export const SEGMENT_SIZE = 2_048;

export interface Segment {
  /** The words, one a line. */
  words: string;
  /** Where each word ends in `words`. */
  wordEnds: Uint32Array;
  /** Where each word's texts end in `postings`. */
  postingEnds: Uint32Array;
  /** Places of texts within the segment, ascending for each word. */
  postings: Uint16Array;
}

/** `texts[place]` are the words of one text, or null where none stands any more. */
export function sealSegment(texts: readonly (ReadonlySet<string> | null)[]): Segment {
  const places = new Map<string, number[]>();
  for (const [place, words] of texts.entries()) {
    for (const word of words ?? []) {
      const list = places.get(word);
      if (list === undefined) places.set(word, [place]);
      else list.push(place);
    }
  }
  const words = [...places.keys()].sort();
  const wordEnds = new Uint32Array(words.length);
  const postingEnds = new Uint32Array(words.length);
  const postings: number[] = [];
  let end = -1;
  for (const [at, word] of words.entries()) {
    wordEnds[at] = end += word.length + 1;
    for (const place of places.get(word)!) postings.push(place);
    postingEnds[at] = postings.length;
  }
  return { words: words.join('\n'), wordEnds, postingEnds, postings: Uint16Array.from(postings) };
}

/** Marks in `found` every place with the word, or with a word that starts so. */
export function markPlaces(segment: Segment, word: string, isPrefix: boolean, found: Uint8Array): void {
  for (let at = firstAtLeast(segment, word); at < segment.wordEnds.length; at += 1) {
    const candidate = wordAt(segment, at);
    if (isPrefix ? !candidate.startsWith(word) : candidate !== word) return;
    const from = at === 0 ? 0 : segment.postingEnds[at - 1]!;
    for (let post = from; post < segment.postingEnds[at]!; post += 1) found[segment.postings[post]!] = 1;
  }
}

function wordAt({ words, wordEnds }: Segment, at: number): string {
  return words.slice(at === 0 ? 0 : wordEnds[at - 1]! + 1, wordEnds[at]);
}

function firstAtLeast(segment: Segment, word: string): number {
  let low = 0;
  let high = segment.wordEnds.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (wordAt(segment, middle) < word) low = middle + 1;
    else high = middle;
  }
  return low;
}
