/** What of the server's answers is written into the local database, and what is left to the pull. */
import { beforeEach, describe, expect, test } from 'vitest';
import { createAnsweredView } from '../../renderer/replication/answered-view.ts';
import type { AnsweredRow } from '../../renderer/replication/push-queue.ts';
import { sampleRow } from '../support/sample-rows.ts';

let state: { appliedSeq: number; isStreaming: boolean; waiting: number };
let shown: string[][];
const view = () =>
  createAnsweredView({
    show: (answered) => {
      shown.push(answered.map(({ row }) => row.id));
      return Promise.resolve();
    },
    appliedSeq: () => state.appliedSeq,
    isStreaming: () => state.isStreaming,
    waiting: () => state.waiting,
  });

function stored(seq: number, code: 'admitted' | 'waitsForChat' = 'admitted'): AnsweredRow {
  const row = sampleRow('message', { id: `m${seq}` });
  const answer = { verdict: 'stored', id: row.id, type: 'message', seq, code } as const;
  return { row, answer: answer as AnsweredRow['answer'] };
}

function refused(id: string): AnsweredRow {
  const row = sampleRow('message', { id });
  return { row, answer: { verdict: 'refused', id, type: 'message', code: 'badInput' } };
}

beforeEach(() => {
  state = { appliedSeq: 0, isStreaming: true, waiting: 0 };
  shown = [];
});

describe('what the server answered', () => {
  test('is shown at once when nothing else waits', async () => {
    await view().add([stored(1), stored(2)]);
    expect(shown).toEqual([['m1', 'm2']]);
  });

  test('is left to the open stream while a long queue drains; the rest is written with the last batch', async () => {
    const answers = view();
    state.waiting = 400;
    await answers.add([stored(1), stored(2)]);
    expect(shown).toEqual([]);
    state = { ...state, waiting: 0, appliedSeq: 2 };
    await answers.add([stored(3)]);
    expect(shown).toEqual([['m3']]);
  });

  test('is written although a long queue waits when no stream is open', async () => {
    state = { ...state, waiting: 400, isStreaming: false };
    await view().add([stored(1)]);
    expect(shown).toEqual([['m1']]);
  });

  test('is written while it waits for its chat, because no pull brings it yet', async () => {
    state.appliedSeq = 10;
    await view().add([stored(1, 'waitsForChat'), stored(2)]);
    expect(shown).toEqual([['m1']]);
  });

  test('is told at once when it is a refusal, however long the queue', async () => {
    state.waiting = 400;
    await view().add([refused('bad')]);
    expect(shown).toEqual([['bad']]);
  });

  test('need not be shown as waiting when the outbox was read before; a shorter copy at the server must', async () => {
    const answers = view();
    const segment = sampleRow('timeSegment', { id: 's1', elapsedMs: 5_000, closed: false });
    const { closeReason: _closeReason, ...row } = segment;
    await answers.whileReading(async (isAnswered) => {
      await answers.add([stored(1), refused('bad')]);
      await answers.add([
        {
          row,
          answer: {
            ...{ verdict: 'stored', id: 's1', type: 'timeSegment', seq: 2, code: 'admitted' },
            ...{ elapsedMs: 4_000, closed: false },
          } as AnsweredRow['answer'],
        },
      ]);
      expect(isAnswered(stored(1).row)).toBe(true);
      expect(isAnswered(refused('bad').row)).toBe(false);
      expect(isAnswered(row)).toBe(false);
    });
  });
});
