import { documentValue, elementsOf, valuesOf } from '../../bson/bson-reader.js';
import { BsonType, type BsonValue } from '../../bson/bson-value.js';
import { documentOf } from '../../bson/document-builder.js';
import { storeErrors } from '../../store.errors.js';
import { compileNode } from '../filter-compiler.js';
import { parseFilter, WITHOUT_EXPRESSIONS } from '../filter-parser.js';

export type ArrayFilters = ReadonlyMap<string, (element: BsonValue) => boolean>;

/** Compiles array filters by the identifier that all their paths start with. */
export function compileArrayFilters(
  filters: readonly Uint8Array[],
  usedIdentifiers: ReadonlySet<string>,
  firstPath: (identifier: string) => string,
): ArrayFilters {
  const compiled = new Map<string, (element: BsonValue) => boolean>();
  for (const bytes of filters) {
    const filter = documentValue(bytes);
    const matches = compileNode(parseFilter(filter, WITHOUT_EXPRESSIONS));
    const identifier = identifierOf(filter);
    if (compiled.has(identifier)) {
      throw storeErrors.FailedToParse(
        `Found multiple array filters with the same top-level field name ${identifier}`,
      );
    }
    if (!usedIdentifiers.has(identifier)) {
      throw storeErrors.FailedToParse(
        `The array filter for identifier '${identifier}' was not used in the update`,
      );
    }
    compiled.set(identifier, (element) => matches(documentOf([[identifier, element]]), undefined));
  }
  for (const identifier of usedIdentifiers) {
    if (!compiled.has(identifier)) {
      throw storeErrors.BadValue(
        `No array filter found for identifier '${identifier}' in path '${firstPath(identifier)}'`,
      );
    }
  }
  return compiled;
}

function identifierOf(filter: BsonValue): string {
  const identifiers = new Set(collectIdentifiers(filter));
  const [identifier, another] = identifiers;
  if (identifier === undefined) {
    throw storeErrors.FailedToParse(
      'Cannot use an expression without a top-level field name in arrayFilters',
    );
  }
  if (another !== undefined) {
    throw storeErrors.FailedToParse(
      `Error parsing array filter :: caused by :: Expected a single top-level field name, found '${identifier}' and '${another}'`,
    );
  }
  if (!/^[a-z][a-zA-Z0-9]*$/.test(identifier)) {
    throw storeErrors.BadValue(
      'Error parsing array filter :: caused by :: The top-level field name must be an alphanumeric string ' +
        `beginning with a lowercase letter, found '${identifier}'`,
    );
  }
  return identifier;
}

function collectIdentifiers(filter: BsonValue): string[] {
  return elementsOf(filter).flatMap(({ name, value }) => {
    if (!name.startsWith('$')) return [name.split('.')[0]!];
    if (value.type !== BsonType.array) return [];
    return valuesOf(value).flatMap((clause) => collectIdentifiers(clause));
  });
}
