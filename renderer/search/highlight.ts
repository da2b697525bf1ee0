/** Where the words of a query begin in a text as it is shown, for marks made of text nodes. Pure. */
import { fold, readQuery } from './words.ts';

export interface Piece {
  text: string;
  isHit: boolean;
}

/** Longest piece of a text that a row shows, characters. */
const SHOWN = 90;
const BEFORE = 24;

/** The part of the text around the first hit, cut into pieces with and without a hit. */
export function highlight(text: string, typed: string): Piece[] {
  const words = readQuery(typed).terms.map(({ word }) => word);
  // Folded one character at a time, so that every place of the folded text knows its character.
  const characters = [...text.replace(/\s+/gu, ' ')];
  const places: number[] = [];
  let folded = '';
  for (const [at, character] of characters.entries()) {
    const one = fold(character);
    folded += one;
    for (let n = 0; n < one.length; n += 1) places.push(at);
  }
  const isMarked = Array<boolean>(characters.length).fill(false);
  for (const word of words) {
    for (let at = folded.indexOf(word); at >= 0; at = folded.indexOf(word, at + 1)) {
      const isStart = at === 0 || !/[\p{L}\p{N}]/u.test(folded[at - 1]!) || /\p{Lo}/u.test(word);
      if (isStart) for (let n = at; n < at + word.length; n += 1) isMarked[places[n]!] = true;
    }
  }
  const first = Math.max(0, isMarked.indexOf(true) - BEFORE);
  const pieces: Piece[] = first > 0 ? [{ text: '…', isHit: false }] : [];
  for (const [at, character] of characters.slice(first, first + SHOWN).entries()) {
    const isHit = isMarked[first + at]!;
    const last = pieces.at(-1);
    if (last !== undefined && last.isHit === isHit) last.text += character;
    else pieces.push({ text: character, isHit });
  }
  return pieces;
}

/** How well typed letters fit a name: each must come in this order; higher is better, null does not fit. */
export function fuzzyScore(name: string, typed: string): number | null {
  const letters = fold(name);
  let at = -1;
  let score = 0;
  for (const letter of fold(typed).replace(/\s+/gu, '')) {
    const next = letters.indexOf(letter, at + 1);
    if (next < 0) return null;
    if (next === at + 1) score += 2;
    if (next === 0 || letters[next - 1] === ' ') score += 3;
    at = next;
  }
  return score - letters.length / 100;
}
