import type { FoldInput } from '../fold/fold-input.ts';
import { claimIds, type Claim } from './claims.ts';
import { readLine, type LineReport, type ReadableLine } from './read-line.ts';
import { withKnownReferences } from './references.ts';
import { compareLines, inServerOrder, type OrderedLine } from './server-order.ts';
import { toFoldInput } from './to-fold-input.ts';

/** What the fold reads of a facts file. */
export type AcceptedFacts = FoldInput;

/** The part of a file that counts, and what was left out. */
export interface ParsedFacts {
  facts: AcceptedFacts;
  /** The accepted lines as written, each id's first line with its copies: what an import stores. */
  claims: Claim[];
  /** By line number. */
  reports: LineReport[];
}

/** The readable lines of a file, in server order, and the unreadable ones. */
export interface ReadFacts {
  lines: OrderedLine[];
  unreadable: LineReport[];
}

/** Takes a file line by line, so that a large one need not be in memory as text. */
export interface FactsReader {
  /** `lineNumber` from 1; `undefined` for bytes that are not UTF-8. */
  add(lineNumber: number, text: string | undefined): void;
  finish(): ReadFacts;
}

/** Reads lines one after the other; never throws. Source: DOMAIN.md "Facts files". */
export function createFactsReader(): FactsReader {
  const readable: ReadableLine[] = [];
  const unreadable: LineReport[] = [];
  return {
    add(lineNumber, text) {
      const read = readLine(lineNumber, text);
      if (read.kind === 'readable') readable.push(read.line);
      else if (read.kind === 'unreadable') unreadable.push(read.report);
    },
    finish: () => ({ lines: inServerOrder(readable), unreadable }),
  };
}

/**
 * Decides which lines count: ids claimed in server order, references resolved, copies joined. The lines may come in any
 * order and any number of times. Source: DOMAIN.md "Facts files".
 */
export function acceptFacts({ lines, unreadable }: ReadFacts): ParsedFacts {
  const reports = [...unreadable];
  const report = (one: LineReport): void => void reports.push(one);
  const claims = withKnownReferences(claimIds([...lines].sort(compareLines), report), report);
  reports.sort((a, b) => a.lineNumber - b.lineNumber);
  return { facts: toFoldInput(claims), claims, reports };
}

/** Parses a whole facts file that is in memory as text. Lines end with LF or CR LF. */
export function parseFacts(text: string): ParsedFacts {
  const reader = createFactsReader();
  text.split('\n').forEach((line, index) => reader.add(index + 1, line));
  return acceptFacts(reader.finish());
}
