import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { joinConflictHandler } from '../../renderer/database/conflict-handler.ts';
import { isSameDocument, joinDocuments } from '../../renderer/database/document-join.ts';
import {
  LOCAL_ORDER,
  toDocument,
  type RowDocument,
  type TimeSegmentDocument,
} from '../../renderer/database/documents.ts';
import { openDatabase, type LocalDatabase } from '../../renderer/database/local-database.ts';
import { writeJoined } from '../../renderer/database/write-joined.ts';
import { createDisk, loadFreshRxdb } from '../support/fresh-rxdb.ts';
import { memoryGenerations } from '../support/memory-generations.ts';
import { sampleRow } from '../support/sample-rows.ts';

/** Copies of one segment as a device writes them: each as long or longer, closed at the end, some already at the server. */
const segmentCopy = fc
  .record({
    elapsedMs: fc.integer({ min: 0, max: 5 }),
    closed: fc.boolean(),
    closeReason: fc.constantFrom('paused', 'quit', 'idle' as const),
    seq: fc.integer({ min: 0, max: 3 }),
  })
  .map(({ elapsedMs, closed, closeReason, seq }): RowDocument => {
    const { closeReason: _reason, ...open } = sampleRow('timeSegment', { elapsedMs, closed });
    return toDocument({ ...open, ...(closed ? { closeReason } : {}) } as never, seq);
  });
const chatCopy = fc
  .record({ endedAtMs: fc.integer({ min: 0, max: 3 }), seq: fc.constantFrom(0, 4) })
  .map(
    ({ endedAtMs, seq }): RowDocument =>
      ({ ...toDocument(sampleRow('chat'), seq), endedAtMs }) as RowDocument,
  );
const totalsCopy = fc
  .integer({ min: 1, max: 4 })
  .map((seq): RowDocument => toDocument(sampleRow('recordTotals', { trackedMs: seq * 10 }), seq));
const copies = fc.oneof(
  fc.array(segmentCopy, { minLength: 1, maxLength: 6 }),
  fc.array(chatCopy, { minLength: 1, maxLength: 6 }),
  fc.array(totalsCopy, { minLength: 1, maxLength: 6 }),
);

describe('the join of copies', () => {
  test('any order and any number of times give the same document', () => {
    fc.assert(
      fc.property(copies, fc.integer(), (list, seed) => {
        const inOrder = list.reduce(joinDocuments);
        const shuffled = shuffle([...list, ...list], seed).reduce(joinDocuments);
        expect(comparable(shuffled)).toEqual(comparable(inOrder));
      }),
      { numRuns: 2000 },
    );
  });

  test('a segment keeps the longest copy, is closed when one is, and the sequence of the newest', () => {
    const open = toDocument(
      sampleRow('timeSegment', { elapsedMs: 90_000, closed: false, closeReason: undefined }),
      0,
    ) as TimeSegmentDocument;
    const closed = toDocument(sampleRow('timeSegment', { elapsedMs: 60_000 }), 8) as TimeSegmentDocument;
    expect(joinDocuments(open, closed)).toMatchObject({
      elapsedMs: 90_000,
      closed: true,
      closeReason: 'paused',
      seq: 8,
    });
  });

  test('another start under the same id is never merged: the server’s copy stands', () => {
    const mine = toDocument(sampleRow('timeSegment', { elapsedMs: 90_000, startedAtMonoMs: 5 }), 0);
    const server = toDocument(sampleRow('timeSegment', { elapsedMs: 60_000 }), 8);
    expect(joinDocuments(mine, server)).toEqual(server);
    expect(joinDocuments(server, mine)).toEqual(server);
  });

  test('a refusal is forgotten as soon as the server has the row', () => {
    const refused = { ...toDocument(sampleRow('message'), 0), refusedCode: 'notAllowed' } as RowDocument;
    expect(joinDocuments(refused, toDocument(sampleRow('message'), 3))).not.toHaveProperty('refusedCode');
  });

  test('a message stands behind all that the server ordered until it has a sequence', () => {
    const local = toDocument(sampleRow('message', { atMs: 1 }), 0);
    expect(local).toMatchObject({ order: LOCAL_ORDER + 1 });
    expect(joinDocuments(local, toDocument(sampleRow('message', { atMs: 1 }), 12))).toMatchObject({
      order: 12,
    });
  });
});

describe('writes into RxDB', () => {
  let database: LocalDatabase;
  beforeAll(async () => {
    const rxdb = loadFreshRxdb();
    rxdb.addDevMode();
    const options = { mayRebuild: false, generations: memoryGenerations(), multiInstance: false };
    ({ database } = await openDatabase('join', {
      ...options,
      storage: rxdb.storageOn(createDisk()),
      create: rxdb.create,
    }));
  });
  afterAll(() => database.close());

  test('concurrent writes of copies of one segment end as their join', async () => {
    let run = 0;
    await fc.assert(
      fc.asyncProperty(fc.array(segmentCopy, { minLength: 2, maxLength: 8 }), async (list) => {
        const id = `segment-${run++}`;
        const named = list.map((copy) => ({ ...copy, id }) as RowDocument);
        await Promise.all(named.map((copy) => writeJoined(database, [copy])));
        const stored = await database.timeSegment.findOne(id).exec();
        expect(comparable(stored!.toJSON() as RowDocument)).toEqual(comparable(named.reduce(joinDocuments)));
      }),
      { numRuns: 40 },
    );
  });

  test('an older copy changes nothing and writes no revision', async () => {
    const row = sampleRow('timeSegment', { id: 'still', elapsedMs: 500 });
    await writeJoined(database, [toDocument(row, 9)]);
    const before = (await database.timeSegment.findOne('still').exec())!.revision;
    await writeJoined(database, [
      toDocument({ ...row, elapsedMs: 400, closed: false, closeReason: undefined }, 4),
    ]);
    expect((await database.timeSegment.findOne('still').exec())!.revision).toBe(before);
  });

  test('the conflict handler of every collection is the join', async () => {
    for (const collection of Object.values(database.collections))
      expect(collection.conflictHandler).toBe(joinConflictHandler);
    const mine = toDocument(sampleRow('timeSegment', { elapsedMs: 9 }), 0);
    const theirs = toDocument(sampleRow('timeSegment', { elapsedMs: 8 }), 2);
    const states = {
      newDocumentState: { ...mine, _deleted: false },
      realMasterState: { ...theirs, _deleted: false },
    };
    expect(await joinConflictHandler.resolve(states, 'test')).toMatchObject({ elapsedMs: 9, seq: 2 });
  });
});

/** `reasonElapsedMs` only helps later joins; absent and undefined are one. */
function comparable(document: RowDocument): unknown {
  return JSON.parse(JSON.stringify(document));
}

function shuffle<T>(list: T[], seed: number): T[] {
  let state = seed >>> 0 || 1;
  for (let i = list.length - 1; i > 0; i--) {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    const j = state % (i + 1);
    [list[i], list[j]] = [list[j]!, list[i]!];
  }
  return list;
}

test('two documents are the same when their fields are, whatever their order', () => {
  expect(isSameDocument({ a: 1, b: [1, { c: 2 }] }, { b: [1, { c: 2 }], a: 1 })).toBe(true);
  expect(isSameDocument({ a: [] }, { a: {} })).toBe(false);
  expect(isSameDocument({ a: 1 }, { a: 1, b: undefined })).toBe(true);
});
