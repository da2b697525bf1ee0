/**
 * The hash of a replica (DOMAIN.md, I10): equal scope and sequence, equal hash, one for each row type.
 *
 * It is made of sequences alone: a sequence names one version of one row for ever, so two replicas that hold the same
 * sequences hold the same versions, and a newer version of this program, which reads more fields, still agrees.
 * Number and first three power sums modulo a prime: two replicas that differ in at most three rows of a type never
 * agree (Newton's identities); a difference of more rows is missed with a chance of about 2^-61.
 */

/** 2^61 - 1, a prime. */
const PRIME = 2_305_843_009_213_693_951n;

/** Hash by row type; a type without rows is absent. */
export type ReplicaHash = Record<string, string>;

export interface ReplicaHasher {
  /** Each row once, in any order. `seq` > 0. */
  add(type: string, seq: number): void;
  read(): ReplicaHash;
}

export function createReplicaHasher(): ReplicaHasher {
  const sums = new Map<string, { rows: number; first: bigint; second: bigint; third: bigint }>();
  return {
    add(type, seq) {
      const sum = sums.get(type) ?? { rows: 0, first: 0n, second: 0n, third: 0n };
      const value = BigInt(seq) % PRIME;
      const square = (value * value) % PRIME;
      sum.rows += 1;
      sum.first = (sum.first + value) % PRIME;
      sum.second = (sum.second + square) % PRIME;
      sum.third = (sum.third + square * value) % PRIME;
      sums.set(type, sum);
    },
    read: () =>
      Object.fromEntries(
        [...sums].map(([type, { rows, first, second, third }]) => [
          type,
          [rows, first, second, third].map((value) => value.toString(36)).join('.'),
        ]),
      ),
  };
}

/** Types whose hashes differ, of those that are compared; an absent hash is that of no rows. */
export function differingTypes(a: ReplicaHash, b: ReplicaHash, types: Iterable<string>): string[] {
  const of = (hash: ReplicaHash, type: string) => (Object.hasOwn(hash, type) ? hash[type] : undefined);
  return [...types].filter((type) => of(a, type) !== of(b, type));
}
