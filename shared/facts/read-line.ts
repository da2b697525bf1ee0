import { factSchemas, type Fact, type FactType } from './fact-schemas.ts';

/** Why a line was left out. Source: DOMAIN.md "Facts files". */
export interface LineReport {
  /** From 1; blank lines are counted. */
  lineNumber: number;
  code: 'unreadable' | 'idConflict' | 'unknownReference';
  text: string;
}

/** A line that could be read. */
export interface ReadableLine {
  lineNumber: number;
  fact: Fact;
}

export type ReadLine =
  { kind: 'blank' } | { kind: 'readable'; line: ReadableLine } | { kind: 'unreadable'; report: LineReport };

/**
 * Reads one line of a facts file by itself. `text` without its line end; `undefined` stands for bytes that are not UTF-8.
 * Never throws. Source: DOMAIN.md "Facts files".
 */
export function readLine(lineNumber: number, text: string | undefined): ReadLine {
  const unreadable = (why: string): ReadLine => ({
    kind: 'unreadable',
    report: { lineNumber, code: 'unreadable', text: why },
  });
  if (text === undefined) return unreadable('not UTF-8');
  if (text.trim() === '') return { kind: 'blank' };
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return unreadable('not JSON');
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    return unreadable('not a JSON object');
  const type: unknown = (value as { type?: unknown }).type;
  if (!isFactType(type)) return unreadable(`unknown type ${describe(type)}`);
  const parsed = factSchemas[type].safeParse(value);
  if (!parsed.success) {
    const issue = parsed.error.issues[0];
    return unreadable(
      `${type}: ${[...(issue?.path ?? []).map(String), issue?.message ?? 'breaks the table'].join(' ')}`,
    );
  }
  // The value as written, not zod's copy: a field named __proto__ must stay a field.
  return { kind: 'readable', line: { lineNumber, fact: value as Fact } };
}

function isFactType(type: unknown): type is FactType {
  return typeof type === 'string' && Object.hasOwn(factSchemas, type);
}

/** As JSON, so that no line end or control character of a file reaches the terminal; cut to a readable length. */
export function describe(value: unknown): string {
  if (value === undefined) return '(none)';
  if (typeof value === 'object' && value !== null) return Array.isArray(value) ? '(a list)' : '(an object)';
  const json = JSON.stringify(value);
  return json.length > 120 ? `${json.slice(0, 120)}…` : json;
}
