/**
 * RxDB's Dexie storage with every document checked before it is written. The checks are code that ajv generated at
 * build time (STACK.md, "RxDB 17"): the strict CSP forbids the eval that ajv needs at run time.
 */
import { wrappedValidateStorageFactory } from 'rxdb';
import type { RxStorage, RxValidationError } from 'rxdb';
import { COLLECTIONS, type CollectionName } from './documents.ts';
import { VALIDATORS } from './validators.generated.ts';

interface GeneratedValidator {
  (document: unknown): boolean;
  errors?: { instancePath: string; keyword: string }[] | null;
}

/** Why a document may not be written into a collection; empty when it may. */
export function validateDocument(
  collection: CollectionName,
  document: Record<string, unknown>,
): RxValidationError[] {
  const isShared = COLLECTIONS[collection].variants.length > 1;
  const validators = VALIDATORS as unknown as Record<string, GeneratedValidator>;
  const name = isShared ? String(document.type) : collection;
  const validate = Object.hasOwn(validators, name) ? validators[name] : undefined;
  if (validate === undefined)
    return [{ field: 'type', message: `is no row type of ${collection}` } as RxValidationError];
  if (validate(document)) return [];
  return (validate.errors ?? []).map(
    (error) => ({ field: error.instancePath, message: `breaks ${error.keyword}` }) as RxValidationError,
  );
}

/** Wraps a storage; RxDB's own internal store has none of our titles and is left alone. */
export function withValidation<I, O>(storage: RxStorage<I, O>): RxStorage<I, O> {
  const wrap = wrappedValidateStorageFactory((schema) => {
    const title = schema.title;
    if (title === undefined || !Object.hasOwn(COLLECTIONS, title)) return () => [];
    return (document) => validateDocument(title as CollectionName, document);
  }, 'chatclock');
  return wrap({ storage: openedFirst(storage) });
}

/** Dexie opens its stores in the background; waiting for that here lets a damaged one fail where it is awaited. */
function openedFirst<I, O>(storage: RxStorage<I, O>): RxStorage<I, O> {
  return {
    ...storage,
    async createStorageInstance(params) {
      const instance = await storage.createStorageInstance(params);
      await instance.internals;
      return instance;
    },
  };
}
