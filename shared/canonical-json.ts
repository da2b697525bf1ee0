import { compareCodeUnits } from './code-unit-order.ts';

/**
 * A value as JSON in one way only: fields sorted by UTF-16 code unit, absent ones left out, no white space. Numbers must be
 * safe integers. Throws for anything that JSON does not know.
 */
export function canonicalJson(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(',')}]`;
  if (typeof value === 'object' && value !== null) {
    const fields = Object.entries(value)
      .filter(([, one]) => one !== undefined)
      .sort(([a], [b]) => compareCodeUnits(a, b));
    return `{${fields.map(([name, one]) => `${JSON.stringify(name)}:${canonicalJson(one)}`).join(',')}}`;
  }
  if (typeof value === 'number' && !Number.isSafeInteger(value))
    throw new TypeError(`not an exact whole number: ${value}`);
  if (value !== null && !['string', 'number', 'boolean'].includes(typeof value))
    throw new TypeError(`no JSON: ${typeof value}`);
  return JSON.stringify(value);
}
