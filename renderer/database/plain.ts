/** RxDB documents as plain objects of their row type: what selectors and windows work with. */
interface JsonDocument {
  toJSON(): unknown;
}

export function plain<T>(document: JsonDocument | null): T | null {
  return document === null ? null : (document.toJSON() as T);
}

export function plainList<T>(documents: readonly JsonDocument[]): T[] {
  return documents.map((document) => document.toJSON() as T);
}

export function plainMap<T>(documents: ReadonlyMap<string, JsonDocument>): Map<string, T> {
  return new Map([...documents].map(([id, document]) => [id, document.toJSON() as T]));
}
