/**
 * Orders ids by UTF-16 code unit: negative, zero or positive like a sort callback.
 * `<` on strings is defined by code unit; `localeCompare` is not and differs between machines.
 * Source: DOMAIN.md "Units".
 */
export function compareCodeUnits(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
