import { describe, expect, it } from '@jest/globals';
import { serialize } from 'bson';
import * as fc from 'fast-check';
import { arbitraryDocument, arbitraryValue } from '../../../../test/support/arbitrary-bson.js';
import { documentValue, payload } from '../bson/bson-reader.js';
import { StoreError } from '../store.errors.js';
import { compileAnyFilter, compileFilter, type Filter } from './filter.js';
import { compileUpdate, type Update } from './update.js';
import { compileOperatorUpdate } from './update/operator-update.js';

/*
 * What was compiled for one statement serves the next that differs in its values only. Here each statement comes twice with
 * other values, of any types, and must do what it does when it is compiled from nothing.
 */

const path = fc.constantFrom('a', 'b', 'a.b', 'a.0', 'ab', 'c.a', '0', '', 'é', '__proto__', '_id');
const nested = fc.oneof(
  { weight: 6, arbitrary: arbitraryValue },
  fc.constantFrom<unknown>(
    { $gt: 1 },
    { $in: [1] },
    { $ref: 'a', $id: 1 },
    { $exists: true },
    /a/,
    undefined,
    {},
    [],
    [null],
    { a: { $gt: 1 } },
  ),
  // Deep enough to be refused in some places only.
  fc.constantFrom(177, 178, 179, 180).map((depth) => deep(depth)),
);

function deep(depth: number): unknown {
  let value: unknown = 1;
  for (let level = 0; level < depth; level += 1) value = { a: value };
  return value;
}

function bytesOf(entries: Iterable<readonly [string, unknown]>): Uint8Array {
  return serialize(new Map(entries), { ignoreUndefined: false });
}

/** What it did, or the error it was refused with. */
function outcome<T>(work: () => T): unknown {
  try {
    return work();
  } catch (error) {
    if (!(error instanceof StoreError)) throw error;
    return { code: error.code, message: error.message };
  }
}

describe('a filter of a known shape', () => {
  const operator = fc.constantFrom(undefined, '$eq', '$gt', '$gte', '$lt', '$lte', '$ne');
  const comparison = fc.record({ path, operators: fc.array(operator, { minLength: 1, maxLength: 2 }) });
  const shape = fc.uniqueArray(comparison, { maxLength: 3, selector: (each) => each.path });

  const described = (filter: Filter, doc: Uint8Array): unknown => ({
    matches: filter.matches(doc),
    index: filter.matchedIndex(doc),
    indexInA: filter.matchedIndex(doc, 'a'),
    conditions: filter.conditions.map(({ path: name, op, values }) => ({
      name,
      op,
      values: values.map(({ type, ...value }) => [type, Buffer.from(payload({ type, ...value }))]),
    })),
  });

  it('matches what it matches when compiled from nothing', () => {
    const filters = shape.chain((comparisons) => {
      const values = fc.tuple(
        ...comparisons.map(({ operators }) => fc.tuple(...operators.map(() => nested))),
      );
      const filter = values.map((operands) =>
        comparisons.map(({ path: name, operators }, at): readonly [string, unknown] => {
          const [first] = operators;
          if (first === undefined) return [name, operands[at]![0]];
          return [name, new Map(operators.map((each, place) => [each ?? '$eq', operands[at]![place]]))];
        }),
      );
      return fc.array(filter, { minLength: 2, maxLength: 3 });
    });
    fc.assert(
      fc.property(filters, fc.array(arbitraryDocument, { minLength: 1, maxLength: 4 }), (same, docs) => {
        for (const entries of same) {
          const bytes = bytesOf(entries);
          for (const doc of [...docs, bytesOf(entries)]) {
            const known = outcome(() => described(compileFilter(bytes), doc));
            expect(known).toEqual(outcome(() => described(compileAnyFilter(bytes), doc)));
          }
        }
      }),
      { numRuns: Number(process.env['PROPERTY_RUNS'] ?? 400) },
    );
  });
});

describe('an update of a known shape', () => {
  const operator = fc.constantFrom('$set', '$unset', '$inc', '$min', '$max', '$setOnInsert', '$mul', '$push');
  const updatePath = fc.constantFrom('a', 'b', 'c', 'a.b', 'a.0', 'a.$', 'c.$[]', 'é', 'd.e.f', '_id');
  const shape = fc.array(fc.tuple(operator, updatePath), { minLength: 1, maxLength: 4 });

  const described = (update: Update, doc: Uint8Array): unknown => ({
    paths: update.touchedPaths,
    array: update.positionalArrayPath,
    results: [false, true].flatMap((upsert) =>
      [undefined, 0].map((matchedIndex) =>
        outcome(() =>
          Buffer.from(
            update.apply(doc, {
              now: new Date(0),
              upsert,
              ...(matchedIndex !== undefined && { matchedIndex }),
            }),
          ).toString('hex'),
        ),
      ),
    ),
  });

  it('does what it does when compiled from nothing', () => {
    const numbers = fc.integer({ min: -3, max: 3 });
    const updates = shape.chain((changes) => {
      const operands = fc.tuple(...changes.map(() => fc.oneof(nested, numbers)));
      const update = operands.map((values) => {
        const operators = new Map<string, Map<string, unknown>>();
        for (const [at, [name, field]] of changes.entries()) {
          operators.set(name, (operators.get(name) ?? new Map<string, unknown>()).set(field, values[at]));
        }
        return operators;
      });
      return fc.array(update, { minLength: 2, maxLength: 3 });
    });
    fc.assert(
      fc.property(updates, fc.array(arbitraryDocument, { minLength: 1, maxLength: 4 }), (same, docs) => {
        const bound = same.map((entries) => outcome(() => compileUpdate(bytesOf(entries))));
        for (const [at, entries] of same.entries()) {
          for (const doc of docs) {
            // The first is used after the second was compiled: they must not share their values.
            const known = outcome(() => describeOrThrow(bound[at], doc));
            const fresh = outcome(() =>
              described(compileOperatorUpdate(documentValue(bytesOf(entries)), []), doc),
            );
            expect(known).toEqual(fresh);
          }
        }
      }),
      { numRuns: Number(process.env['PROPERTY_RUNS'] ?? 400) },
    );

    function describeOrThrow(update: unknown, doc: Uint8Array): unknown {
      return typeof update === 'object' && update !== null && 'apply' in update
        ? described(update as Update, doc)
        : update;
    }
  });

  it('is refused for a value too deep as if it were the first', () => {
    const set = (value: unknown): Update => compileUpdate(serialize({ $set: { 'a.b': value } }));
    expect(set(deep(178)).touchedPaths).toEqual(['a.b']);
    expect(() => set(deep(179))).toThrow('nesting depth');
  });
});
