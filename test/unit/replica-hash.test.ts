import { expect, test } from 'vitest';
import { createReplicaHasher, differingTypes } from '../../shared/replica-hash.ts';

function hashOf(rows: readonly (readonly [string, number])[]) {
  const hasher = createReplicaHasher();
  for (const [type, seq] of rows) hasher.add(type, seq);
  return hasher.read();
}

test('the order of rows does not matter', () => {
  expect(hashOf([['a', 1], ['b', 2], ['a', 3]])).toEqual(hashOf([['a', 3], ['a', 1], ['b', 2]])); // prettier-ignore
});

test('one row missing, one more, and one of an older version are each seen in its type alone', () => {
  const whole = [...Array(200).keys()].map((n) => [n % 2 ? 'odd' : 'even', n + 1] as const);
  const all = hashOf(whole);
  expect(differingTypes(all, hashOf(whole.slice(1)), ['odd', 'even'])).toEqual(['even']);
  expect(differingTypes(all, hashOf([...whole, ['odd', 500]]), ['odd', 'even'])).toEqual(['odd']);
  const older = whole.map(([type, seq]) => [type, seq === 200 ? 301 : seq] as const);
  expect(differingTypes(all, hashOf(older), ['odd', 'even'])).toEqual(['odd']);
});

test('rows that differ but have equal sums and sums of squares still differ', () => {
  // 1 + 5 + 6 = 2 + 3 + 7 and 1 + 25 + 36 = 4 + 9 + 49.
  const one = hashOf([1, 5, 6].map((seq) => ['a', seq] as const));
  const other = hashOf([2, 3, 7].map((seq) => ['a', seq] as const));
  expect(differingTypes(one, other, ['a'])).toEqual(['a']);
});

test('types that are not asked for are not compared', () => {
  expect(differingTypes(hashOf([['new', 1]]), {}, ['user'])).toEqual([]);
});
