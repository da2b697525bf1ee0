/** Randomness that a seed decides. */
import { seededRandom } from '../support/virtual-scheduler.ts';

export interface Random {
  /** From 0 to below 1. */
  next(): number;
  /** True with this probability. */
  chance(probability: number): boolean;
  /** An integer from `low` to `high`, both included. */
  between(low: number, high: number): number;
  pick<T>(list: readonly T[]): T;
  /** So many hexadecimal digits. */
  hex(digits: number): string;
}

/** The stream of one part of a seed. */
export function createRandom(seed: number, part: string): Random {
  let mixed = 0x811c9dc5 ^ seed;
  for (let i = 0; i < part.length; i += 1) mixed = Math.imul(mixed ^ part.charCodeAt(i), 0x01000193);
  const next = seededRandom((mixed ^ Math.imul(seed, 0x9e3779b1)) >>> 0);
  const between = (low: number, high: number): number => low + Math.floor(next() * (high - low + 1));
  return {
    next,
    chance: (probability) => next() < probability,
    between,
    pick: (list) => list[between(0, list.length - 1)]!,
    hex(digits) {
      let text = '';
      while (text.length < digits) text += between(0, 15).toString(16);
      return text;
    },
  };
}
