import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Decimal128, Long, MaxKey, MinKey, serialize, type Document } from 'bson';
import fc from 'fast-check';
import { documentValue } from '../bson/bson-reader.js';
import { parseIndexSpec } from '../index/index-spec.js';
import { compileFilter } from '../query/filter.js';
import { compileSort } from '../query/sort.js';
import { Catalog } from '../storage/catalog.js';
import { checkCollection } from '../storage/consistency.js';
import type { Collection } from '../storage/collection.js';
import { Environment } from '../storage/environment.js';
import { StoreError } from '../store.errors.js';
import { countKeys } from './covered-count.js';
import { planQuery } from './planner.js';
import type { Match } from './matches.js';
import { findMatches, type Query } from './query.js';

function longStrings(length: number): string[] {
  return ['y', 'z'].map((last) => 'x'.repeat(length - 1) + last);
}

const FIELDS = ['a', 'b', 'c', 'o.x', 'o.y', '_id'] as const;

const scalar = fc.oneof(
  fc.integer({ min: -2, max: 3 }),
  fc.constantFrom(1.5, -0, Number.NaN, Number.POSITIVE_INFINITY),
  fc.constantFrom('', 'a', 'ab', 'b'),
  fc.constantFrom(null, true, false, new MinKey(), new MaxKey()),
  fc.constantFrom(Long.fromNumber(2), Decimal128.fromString('1.5'), Decimal128.fromString('2')),
  fc.constantFrom(new Date(0), new Date(5)),
  fc.constant({ x: 1 }),
  // Around what keys are cut at (960 bytes), hashed above (1,024), and beyond what LMDB takes at all.
  fc.constantFrom(...[950, 957, 958, 959, 1_021, 1_022, 1_023, 2_500].flatMap(longStrings)),
);
const direction = fc.constantFrom(1 as const, -1 as const);
const sort = fc.uniqueArray(fc.tuple(fc.constantFrom(...FIELDS), direction), {
  minLength: 1,
  maxLength: 3,
  selector: ([path]) => path,
});
const index = fc.record({
  key: sort,
  sparse: fc.boolean(),
  unique: fc.boolean(),
  partial: fc.option(
    fc.constantFrom<Document>(
      { a: { $gt: 0 } },
      { a: { $lt: 2 } },
      { a: { $lte: Number.NaN } },
      { a: { $gte: 'a' } },
      { b: { $exists: true } },
      { c: 'a' },
      { c: { $in: [1, Number.NaN, 'b'] } },
      { a: { $type: 'string' } },
    ),
  ),
});

/**
 * Documents, indexes and queries of few distinct values, so that they meet; in half of the runs without arrays, which
 * would make nearly every index multikey and leave its other paths untried.
 */
const scenario = fc
  .tuple(fc.array(scalar, { minLength: 2, maxLength: 6 }), fc.boolean())
  .chain(([pool, withArrays]) => {
    const one = fc.constantFrom(...pool);
    const value = withArrays
      ? fc.oneof({ weight: 5, arbitrary: one }, { weight: 1, arbitrary: fc.array(one, { maxLength: 3 }) })
      : one;
    const part = fc.record({ x: value, y: value }, { requiredKeys: [] });
    const parts = withArrays ? fc.oneof(part, fc.array(part, { maxLength: 3 }), one) : part;
    const fields = { a: value, b: value, c: value, o: parts };
    const clause = fc.dictionary(fc.constantFrom(...FIELDS), predicateOf(one, value), { maxKeys: 3 });
    const filter = fc.oneof(
      { weight: 4, arbitrary: clause },
      fc.record({ $or: fc.array(clause, { minLength: 1, maxLength: 3 }) }),
      fc.record({ $and: fc.array(clause, { minLength: 1, maxLength: 3 }) }),
    );
    return fc.record({
      documents: fc.array(fc.record(fields, { requiredKeys: [] }), { minLength: 1, maxLength: 25 }),
      indexes: fc.array(index, { minLength: 1, maxLength: 3 }),
      queries: fc.array(fc.tuple(filter, fc.option(sort)), { minLength: 1, maxLength: 8 }),
    });
  });

function predicateOf(one: fc.Arbitrary<unknown>, value: fc.Arbitrary<unknown>): fc.Arbitrary<unknown> {
  return fc.oneof(
    { weight: 3, arbitrary: value },
    fc.record({ $eq: value }),
    fc.record({ $in: fc.array(one, { maxLength: 4 }) }),
    fc.record({ $gt: one }),
    fc.record({ $lt: one }),
    fc.record({ $lte: one }),
    fc.record({ $gte: one, $lt: one }),
    fc.record({ $exists: fc.boolean() }),
    fc.record({ $ne: one }),
  );
}

describe('answers from indexes', () => {
  let directory: string;
  let environment: Environment;
  let catalog: Catalog;
  let next = 0;

  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), 'planner-'));
    environment = new Environment(directory);
    catalog = await Catalog.open(environment);
  });

  afterAll(async () => {
    await environment.close();
    await rm(directory, { recursive: true, force: true });
  });

  async function fill(
    documents: readonly Document[],
    indexes: readonly {
      key: [string, 1 | -1][];
      sparse: boolean;
      unique: boolean;
      partial: Document | null;
    }[],
  ): Promise<Collection> {
    next += 1;
    const name = `run${next}`;
    return environment.writes.enqueue(() => {
      const collection = catalog.findOrCreate('test', name);
      for (const [at, { key, sparse, unique, partial }] of indexes.entries()) {
        const spec = {
          name: `index${at}`,
          key: Object.fromEntries(key),
          unique,
          ...(partial ? { partialFilterExpression: partial } : { sparse }),
        };
        catalog.addIndex(collection, parseIndexSpec(documentValue(serialize(spec))), true);
      }
      for (const [at, fields] of documents.entries()) insertIfPossible(collection, { _id: at, ...fields });
      return collection;
    });
  }

  it('are those of a scan of all documents, in the same order', async () => {
    await fc.assert(
      fc.asyncProperty(scenario, async ({ documents, indexes, queries }) => {
        const collection = await fill(documents, indexes);
        for (const [condition, order] of queries) {
          const compiled = compileFilter(serialize(condition));
          const compiledSort = order ? compileSort(serialize(Object.fromEntries(order))) : undefined;
          const planned = matchesOrNone(environment, collection, { filter: compiled, sort: compiledSort });
          if (!planned) continue;
          const scanned = findMatches(environment, collection, { filter: compiled, hint: { natural: 1 } });
          const ids = (matches: { recordId: number }[]): number[] => matches.map(({ recordId }) => recordId);
          expect(ids(planned).toSorted((a, b) => a - b)).toEqual(ids(scanned));
          const plan = planQuery(collection, compiled, undefined, undefined);
          const counted = countKeys(environment, compiled, plan);
          expect([undefined, scanned.length]).toContain(counted);
          const enough = countKeys(environment, compiled, plan, 3);
          expect(enough === undefined ? undefined : Math.min(enough, 3)).toBe(
            counted === undefined ? undefined : Math.min(counted, 3),
          );
          if (!compiledSort) continue;
          for (let at = 1; at < planned.length; at += 1) {
            expect(
              compiledSort.compare(planned[at - 1]!.document, planned[at]!.document),
            ).toBeLessThanOrEqual(0);
          }
        }
        expect(checkCollection(environment, collection)).toEqual([]);
      }),
      { numRuns: Number(process.env['PROPERTY_RUNS'] ?? 150) },
    );
  });
});

/** None when the sort is refused because of parallel arrays: no part of this property. */
function matchesOrNone(environment: Environment, collection: Collection, query: Query): Match[] | undefined {
  try {
    return findMatches(environment, collection, query);
  } catch (error) {
    if (error instanceof StoreError && error.message.includes('parallel arrays')) return undefined;
    throw error;
  }
}

const REFUSED = new Set(['CannotIndexParallelArrays', 'DuplicateKey']);

/** Documents that an index refuses (arrays below two of its fields, or a unique key that is taken) are left out. */
function insertIfPossible(collection: Collection, fields: Document): void {
  try {
    collection.insert(serialize(fields));
  } catch (error) {
    if (!(error instanceof StoreError) || !REFUSED.has(error.codeName)) throw error;
  }
}
