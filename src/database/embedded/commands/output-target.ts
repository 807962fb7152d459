import { elementsOf, readString } from '../bson/bson-reader.js';
import { BsonType, type BsonValue } from '../bson/bson-value.js';
import { locationError, storeErrors } from '../store.errors.js';

/** The collection that `$out` or `$merge` writes to. */
export interface OutputTarget {
  readonly database: string;
  readonly name: string;
}

/** `{db, coll}`. @throws StoreError 40414, 40415, TypeMismatch (14). */
export function parseTarget(
  spec: BsonValue,
  database: string,
  stage: string,
  needsDatabase: boolean,
): OutputTarget {
  if (spec.type !== BsonType.object) {
    throw storeErrors.TypeMismatch(`${stage} must name a collection by a string or {db, coll}`);
  }
  const given = new Map(elementsOf(spec).map(({ name, value }) => [name, value]));
  const text = (name: string): string | undefined => {
    const value = given.get(name);
    return value?.type === BsonType.string ? readString(value) : undefined;
  };
  const unknown = [...given.keys()].find((name) => name !== 'db' && name !== 'coll');
  if (unknown !== undefined) {
    throw locationError(40_415, `BSON field '${stage}.${unknown}' is an unknown field.`);
  }
  const name = text('coll');
  const chosen = text('db') ?? (needsDatabase ? undefined : database);
  if (name === undefined || chosen === undefined) {
    throw locationError(
      40_414,
      `BSON field '${stage}.${name === undefined ? 'coll' : 'db'}' is missing but a required field`,
    );
  }
  return { database: chosen, name };
}
