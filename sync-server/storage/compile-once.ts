/** A statement that every commit repeats: Kysely builds and compiles it once, each run only brings the values. */
import type { Compilable, CompiledQuery, Kysely, QueryResult } from 'kysely';
import type { CoreDatabase } from './tables.ts';

/** Stands for a value while the statement is built. */
class Slot<Name> {
  readonly name: Name;
  constructor(name: Name) {
    this.name = name;
  }
}

/**
 * `build` gets a stand-in for each named value, to be used as a value in any place and any number of times: what it
 * compiles to must not depend on the values themselves.
 */
export function compileOnce<Values extends object>(
  names: readonly (keyof Values)[],
  build: (values: Values) => Compilable,
): (db: Kysely<CoreDatabase>, values: Values) => Promise<QueryResult<unknown>> {
  const slots = Object.fromEntries(names.map((name) => [name, new Slot(name)])) as unknown as Values;
  const compiled = build(slots).compile();
  return (db, values) => {
    const parameters = compiled.parameters.map((one) =>
      one instanceof Slot ? values[(one as Slot<keyof Values>).name] : one,
    );
    return db.executeQuery({ ...compiled, parameters } as CompiledQuery);
  };
}
