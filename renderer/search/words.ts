/**
 * The words of a text as the index keeps them, and the words of a query. Pure.
 *
 * Case and diacritics are folded (NFKD, without combining marks). Scripts that put no spaces between words (Chinese,
 * Japanese, Thai, …) become overlapping pairs of characters. The last word of a query, and every bare one, is a prefix.
 */

/** Longer words are cut: nobody types more, and an address or a key must not swell the index. Code units. */
const WORD_MAX_LENGTH = 32;

const RUNS =
  /([\p{sc=Han}\p{sc=Hiragana}\p{sc=Katakana}\p{sc=Thai}\p{sc=Lao}\p{sc=Khmer}\p{sc=Myanmar}ー]+)|((?:(?![\p{sc=Han}\p{sc=Hiragana}\p{sc=Katakana}\p{sc=Thai}\p{sc=Lao}\p{sc=Khmer}\p{sc=Myanmar}ー])[\p{L}\p{N}])+)/gu;

/** Lower case, compatibility forms replaced, combining marks removed: `Ärger` and `arger` are the same. */
export function fold(text: string): string {
  return text
    .normalize('NFKD')
    .toLowerCase()
    .replace(/\p{Mn}/gu, '');
}

/** Words of folded text, each once; for a script without spaces its pairs and each run's last character. */
export function wordsOf(text: string): Set<string> {
  const words = new Set<string>();
  for (const [, joined, word] of fold(text).matchAll(RUNS)) {
    if (word !== undefined) words.add(word.slice(0, WORD_MAX_LENGTH));
    else for (const one of pairsOf(joined!, { withLast: true })) words.add(one);
  }
  return words;
}

function pairsOf(run: string, { withLast }: { withLast: boolean }): string[] {
  const characters = [...run];
  const pairs = characters.slice(0, -1).map((one, at) => one + characters[at + 1]!);
  return withLast || characters.length === 1 ? [...pairs, characters.at(-1)!] : pairs;
}

export interface Query {
  /** All of them must be there. */
  terms: { word: string; isPrefix: boolean }[];
  /** Folded texts that must stand in the text as they are, words separated by one space. */
  phrases: string[];
}

/** Reads what was typed: words, and phrases between quotation marks; an open one goes to the end. */
export function readQuery(typed: string): Query {
  const terms = new Map<string, boolean>();
  const phrases: string[] = [];
  const add = (word: string, isPrefix: boolean) => terms.set(word, (terms.get(word) ?? true) && isPrefix);
  for (const [at, part] of fold(typed)
    .split(/["“”„«»]/u)
    .entries()) {
    const isPhrase = at % 2 === 1;
    for (const [, joined, word] of part.matchAll(RUNS)) {
      if (word !== undefined) add(word.slice(0, WORD_MAX_LENGTH), true);
      else {
        const pairs = pairsOf(joined!, { withLast: false });
        for (const one of pairs) add(one, [...one].length === 1);
        if (pairs.length > 1 && !isPhrase) phrases.push(joined!);
      }
    }
    const spaced = spacedOf(part);
    if (isPhrase && spaced !== '') phrases.push(spaced);
  }
  return { terms: [...terms].map(([word, isPrefix]) => ({ word, isPrefix })), phrases };
}

/** Folded text with one space wherever there was anything but letters and digits. */
export function spacedOf(folded: string): string {
  return folded.replace(/[^\p{L}\p{N}ー]+/gu, ' ').trim();
}

/** Whether every phrase stands in the text, each from the start of a word on. */
export function hasPhrases(text: string, phrases: readonly string[]): boolean {
  if (phrases.length === 0) return true;
  const spaced = ` ${spacedOf(fold(text))}`;
  return phrases.every((phrase) =>
    /^[\p{sc=Han}\p{sc=Hiragana}\p{sc=Katakana}\p{sc=Thai}\p{sc=Lao}\p{sc=Khmer}\p{sc=Myanmar}]/u.test(phrase)
      ? spaced.includes(phrase)
      : spaced.includes(` ${phrase}`),
  );
}
