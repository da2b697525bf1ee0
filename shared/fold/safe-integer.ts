/** A sum or product left the range in which whole numbers are exact: a bug or a hostile figure, never rounded away. */
export class UnsafeIntegerError extends Error {
  readonly code = 'unsafeInteger';

  constructor(what: string, value: number) {
    super(`${what} is not an exact whole number: ${value}`);
    this.name = 'UnsafeIntegerError';
  }
}

/**
 * Returns `value` when it is an integer with |value| < 2^53, else throws UnsafeIntegerError.
 * Of two safe integers a product or sum beyond 2^53 rounds to something that is not safe either,
 * so checking the result is enough. Source: DOMAIN.md "Units", invariant I16.
 */
export function assertSafe(value: number, what: string): number {
  if (!Number.isSafeInteger(value)) throw new UnsafeIntegerError(what, value);
  return value;
}
