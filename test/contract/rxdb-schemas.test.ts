import { readFile } from 'node:fs/promises';
import { afterEach, describe, expect, test } from 'vitest';
import {
  COLLECTION_OF_ROW,
  COLLECTIONS,
  documentSchemas,
  toDocument,
  type CollectionName,
  type RowDocument,
} from '../../renderer/database/documents.ts';
import { openDatabase, type LocalDatabase } from '../../renderer/database/local-database.ts';
import { validateDocument } from '../../renderer/database/validated-storage.ts';
import { writeJoined } from '../../renderer/database/write-joined.ts';
import { PULLED_ROW_TYPES, type PulledRowType } from '../../shared/rows.ts';
import { createDisk, loadFreshRxdb, type FreshRxdb } from '../support/fresh-rxdb.ts';
import { memoryGenerations } from '../support/memory-generations.ts';
import { sampleRow } from '../support/sample-rows.ts';

const open: LocalDatabase[] = [];
afterEach(async () => {
  for (const database of open.splice(0)) await database.close();
});

async function openWithDevMode(): Promise<LocalDatabase> {
  const rxdb = loadFreshRxdb();
  rxdb.addDevMode();
  const { database } = await openDatabase('contract', {
    mayRebuild: false,
    generations: memoryGenerations(),
    storage: rxdb.storageOn(createDisk()),
    create: rxdb.create,
    multiInstance: false,
  });
  open.push(database);
  return database;
}

describe('the local database', () => {
  test('every schema passes the checks of dev-mode, and 13 collections at most are open', async () => {
    const database = await openWithDevMode();
    expect(Object.keys(database.collections).sort()).toEqual(Object.keys(COLLECTIONS).sort());
    expect(Object.keys(database.collections).length).toBeLessThanOrEqual(13);
  });

  test('every pulled row type has a collection that takes it and gives it back unchanged', async () => {
    const database = await openWithDevMode();
    for (const type of PULLED_ROW_TYPES) {
      const document = toDocument(sampleRow(type), 7);
      expect(await writeJoined(database, [document])).toEqual([]);
      const stored = await database.collections[COLLECTION_OF_ROW[type]].findOne(document.id).exec();
      expect(stored?.toJSON()).toEqual(document);
    }
  });

  test('a document that breaks its shape is rejected and the others are written', async () => {
    const database = await openWithDevMode();
    const good = toDocument(sampleRow('message'), 1);
    const bad = { ...good, id: 'bad', atMs: -1 } as RowDocument;
    const rejected = await writeJoined(database, [bad, good]);
    expect(rejected.map(({ id }) => id)).toEqual(['bad']);
    expect(await database.message.findOne(good.id).exec()).not.toBeNull();
    expect(await database.message.findOne('bad').exec()).toBeNull();
  });
});

describe('a local database of another version of the app', () => {
  /** Opens a database whose message collection has the schema of an older app. */
  function withOlderSchema(create: FreshRxdb['create']): FreshRxdb['create'] {
    return (async (options) => {
      const database = await create(options as never);
      const add = database.addCollections.bind(database);
      database.addCollections = ((collections: { message: { schema: object } }) => {
        const { message } = collections;
        const older = { ...message, schema: { ...message.schema, description: 'of an older app' } };
        return add({ ...collections, message: older } as never);
      }) as never;
      return database;
    }) as FreshRxdb['create'];
  }

  test('is set aside by the desk and rebuilt; a chat window only says that it cannot read it', async () => {
    const disk = createDisk();
    const generations = memoryGenerations();
    const openAs = (mayRebuild: boolean, isOlder: boolean) => {
      const rxdb = loadFreshRxdb();
      const create = isOlder ? withOlderSchema(rxdb.create) : rxdb.create;
      const discard = () => Promise.resolve();
      return openDatabase('versions', {
        mayRebuild,
        generations,
        storage: rxdb.storageOn(disk),
        create,
        multiInstance: false,
        discard,
      });
    };
    const older = await openAs(true, true);
    await older.database.close();
    await expect(openAs(false, false)).rejects.toMatchObject({ code: 'localDatabaseUnreadable' });
    const rebuilt = await openAs(true, false);
    open.push(rebuilt.database);
    expect(rebuilt.setAside).toMatchObject({ code: 'localDatabaseUnreadable', name: older.database.name });
    expect(rebuilt.database.name).not.toBe(older.database.name);
    const chatWindow = await openAs(false, false);
    open.push(chatWindow.database);
    expect(chatWindow.setAside).toBeNull();
  });
});

describe('the generated validators', () => {
  test('are current: run npx tsx scripts/generate-validators.mjs after a change of the rows', async () => {
    // @ts-expect-error a plain script without types
    const { generateValidators } = (await import('../../scripts/generate-validators.mjs')) as {
      generateValidators(): string;
    };
    const committed = await readFile(
      new URL('../../renderer/database/validators.generated.ts', import.meta.url),
      'utf8',
    );
    expect(committed === generateValidators()).toBe(true);
  });

  test('need no eval and import nothing', async () => {
    const committed = await readFile(
      new URL('../../renderer/database/validators.generated.ts', import.meta.url),
      'utf8',
    );
    expect(committed).not.toMatch(/new Function|eval\(|require\(|^import /m);
  });

  test.each([...PULLED_ROW_TYPES])(
    'agree with zod on every field of %s, whatever stands in it',
    (type: PulledRowType) => {
      const schema = documentSchemas[type].strict();
      const collection: CollectionName = COLLECTION_OF_ROW[type];
      const whole = toDocument(sampleRow(type), 3) as unknown as Record<string, unknown>;
      const isAgreed = (document: Record<string, unknown>) =>
        expect([document, validateDocument(collection, document).length === 0]).toEqual([
          document,
          schema.safeParse(document).success,
        ]);

      isAgreed(whole);
      isAgreed({ ...whole, unknownField: 1 });
      for (const field of Object.keys(documentSchemas[type].shape)) {
        const { [field]: _absent, ...without } = whole;
        isAgreed(without);
        for (const value of ODD_VALUES) isAgreed({ ...whole, [field]: value });
      }
    },
  );
});

const ODD_VALUES: unknown[] = [
  null,
  '',
  'x',
  'no row type',
  'x'.repeat(200),
  'x'.repeat(201),
  '😀'.repeat(100),
  '😀'.repeat(101),
  'x'.repeat(20_000),
  'x'.repeat(20_001),
  0,
  1,
  -1,
  0.5,
  -0.5,
  2 ** 53 - 1,
  2 ** 53,
  -(2 ** 53 - 1),
  -(2 ** 53),
  true,
  false,
  [],
  ['unanchored'],
  ['x'],
  {},
  [{}],
];
