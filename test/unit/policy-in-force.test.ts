import { expect, test } from 'vitest';
import type { PolicyChangeDocument } from '../../renderer/database/documents.ts';
import { previousChatInPairInForce } from '../../renderer/replication/policy-in-force.ts';
import { sampleRow } from '../support/sample-rows.ts';

const change = (
  value: string,
  atMs: number,
  seq: number,
  key: 'previousChatInPair' | 'requireConsent' = 'previousChatInPair',
) => ({ ...sampleRow('policyChange', { key, value, atMs }), seq }) as PolicyChangeDocument;

test('the latest change in force counts, of two at one instant the later in server order, and stop where none speaks', () => {
  expect(previousChatInPairInForce([], 10)).toBe('stop');
  expect(previousChatInPairInForce([change('run', 5, 1)], 10)).toBe('run');
  expect(previousChatInPairInForce([change('run', 11, 1)], 10)).toBe('stop');
  expect(previousChatInPairInForce([change('stop', 5, 3), change('run', 5, 2)], 10)).toBe('stop');
  expect(previousChatInPairInForce([change('run', 6, 1), change('stop', 5, 9)], 10)).toBe('run');
  expect(previousChatInPairInForce([change('run', 6, 1, 'requireConsent')], 10)).toBe('stop');
});
