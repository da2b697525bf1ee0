/** Derives RxDB's schema and the validator's JSON schema of a collection from the zod shapes: no shape is written twice. */
import { z } from 'zod';
import type { RxJsonSchema } from 'rxdb';
import { COLLECTIONS, type CollectionName, type Documents } from './documents.ts';

type JsonObject = Record<string, unknown>;

/** Bump when a shape changes: a database of another name is opened and filled from the server. */
export const SCHEMA_VERSION = 1;

/**
 * The RxDB schema of a collection. Where several row types share it, its properties are the union and its required
 * fields those all have; the exact rule of each row type is checked by the generated validator.
 */
export function rxJsonSchemaOf<N extends CollectionName>(name: N): RxJsonSchema<Documents[N]> {
  const variants = jsonSchemasOf(name);
  const properties: Record<string, JsonObject> = {};
  for (const variant of variants) {
    for (const [field, schema] of Object.entries(variant.properties)) {
      properties[field] = mergeProperty(field, properties[field], schema);
    }
  }
  const required = variants[0]!.required.filter((field) => variants.every((v) => v.required.includes(field)));
  const { indexes } = COLLECTIONS[name];
  for (const field of new Set(indexes.flat() as string[])) {
    const property = properties[field]!;
    if (property.type === 'integer') property.multipleOf = 1;
    if (Array.isArray(property.enum))
      property.maxLength = Math.max(...property.enum.map((value) => String(value).length));
  }
  return {
    title: name,
    // Our version stands in the database's name: what RxDB opens is always the first of its kind and migrates nothing.
    version: 0,
    primaryKey: 'id',
    type: 'object',
    properties,
    required,
    indexes: indexes.map((index) => (index.length === 1 ? index[0]! : [...index])),
  } as unknown as RxJsonSchema<Documents[N]>;
}

interface ObjectSchema {
  properties: Record<string, JsonObject>;
  required: string[];
}

/** The exact JSON schema of each document a collection may hold. */
export function jsonSchemasOf(name: CollectionName): ObjectSchema[] {
  return COLLECTIONS[name].variants.map((variant) => {
    const { properties, required } = z.toJSONSchema(variant, { io: 'output' }) as unknown as ObjectSchema;
    return { properties: mapValues(properties, withoutConst), required: required ?? [] };
  });
}

/** RxDB knows enum but not const. */
function withoutConst(schema: JsonObject): JsonObject {
  if (!('const' in schema)) return schema;
  const { const: value, ...rest } = schema;
  return { ...rest, enum: [value] };
}

function mergeProperty(field: string, a: JsonObject | undefined, b: JsonObject): JsonObject {
  if (a === undefined) return { ...b };
  if (JSON.stringify(a) === JSON.stringify(b)) return a;
  if (Array.isArray(a.enum) && Array.isArray(b.enum))
    return { ...a, enum: [...new Set([...a.enum, ...b.enum])] };
  throw new Error(`Assertion failed: ${field} has two shapes in one collection`);
}

function mapValues<V, W>(record: Record<string, V>, change: (value: V) => W): Record<string, W> {
  return Object.fromEntries(Object.entries(record).map(([key, value]) => [key, change(value)]));
}
