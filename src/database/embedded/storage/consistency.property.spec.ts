import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Decimal128, Long, serialize, type Document } from 'bson';
import fc from 'fast-check';
import { documentValue } from '../bson/bson-reader.js';
import { applyUpdate } from '../commands/write-statement.js';
import { parseIndexSpec } from '../index/index-spec.js';
import { findMatches } from '../plan/query.js';
import { compileFilter } from '../query/filter.js';
import { compileUpdate } from '../query/update.js';
import { StoreError } from '../store.errors.js';
import { Catalog } from './catalog.js';
import type { Collection } from './collection.js';
import { checkCollection } from './consistency.js';
import { Environment } from './environment.js';

const scalar = fc.oneof(
  fc.integer({ min: -1, max: 2 }),
  fc.constantFrom(1.5, -0, Number.NaN, null, true, false, undefined),
  fc.constantFrom('', 'a', 'b', 'b\0', 'x'.repeat(1_100)),
  fc.constantFrom(Long.fromNumber(2), Decimal128.fromString('2'), new Date(0)),
  fc.constant({ x: 1 }),
);
const value = fc.oneof(
  { weight: 6, arbitrary: scalar },
  { weight: 1, arbitrary: fc.array(scalar, { maxLength: 3 }) },
);
const part = fc.record({ x: value, y: value }, { requiredKeys: [] });
const document = fc.record(
  { a: value, b: value, c: value, o: fc.oneof(part, fc.array(part, { maxLength: 2 }), scalar) },
  { requiredKeys: [] },
);

const path = fc.constantFrom('a', 'b', 'c', 'o', 'o.x', 'o.y', 'a.0', 'o.0.x', 'd');
const change = fc.oneof(
  fc.tuple(fc.constant('$set'), path, value),
  fc.tuple(fc.constant('$unset'), path, fc.constant('')),
  fc.tuple(fc.constantFrom('$inc', '$max', '$min'), path, fc.integer({ min: -2, max: 2 })),
  fc.tuple(fc.constantFrom('$push', '$addToSet'), path, scalar),
  fc.tuple(fc.constant('$pop'), path, fc.constant(1)),
);
const update = fc.oneof(
  {
    weight: 5,
    arbitrary: fc
      .uniqueArray(change, { minLength: 1, maxLength: 3, selector: ([, field]) => field })
      .map((changes) => {
        const operators: Record<string, Document> = {};
        for (const [operator, field, operand] of changes) {
          operators[operator] = { ...operators[operator], [field]: operand };
        }
        return operators;
      }),
  },
  { weight: 1, arbitrary: document },
);

const direction = fc.constantFrom(1 as const, -1 as const);
const index = fc.record({
  key: fc.uniqueArray(fc.tuple(fc.constantFrom('a', 'b', 'c', 'o', 'o.x', 'o.y'), direction), {
    minLength: 1,
    maxLength: 3,
    selector: ([field]) => field,
  }),
  unique: fc.boolean(),
  options: fc.constantFrom<Document>(
    {},
    { sparse: true },
    { partialFilterExpression: { a: { $gt: 0 } } },
    { partialFilterExpression: { b: { $exists: true } } },
    { partialFilterExpression: { c: 'a', 'o.x': { $type: 'number' } } },
    { partialFilterExpression: { $and: [{ a: { $gte: 0 } }, { a: { $lt: 2 } }] } },
  ),
});

/** A write that may be refused: a duplicate key, parallel arrays, an update that does not fit. It changes nothing then. */
function attempt(write: () => void): void {
  try {
    write();
  } catch (error) {
    if (!(error instanceof StoreError)) throw error;
  }
}

describe('index entries', () => {
  let directory: string;
  let environment: Environment;
  let catalog: Catalog;
  let next = 0;

  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), 'consistency-'));
    environment = new Environment(directory);
    catalog = await Catalog.open(environment);
  });

  afterAll(async () => {
    await environment.close();
    await rm(directory, { recursive: true, force: true });
  });

  function applyTo(collection: Collection, at: number, operators: Document): void {
    const filter = compileFilter(serialize({ _id: at }));
    const [match] = findMatches(environment, collection, { filter, limit: 1 });
    const compiled = compileUpdate(serialize(operators, { ignoreUndefined: false }));
    if (match) applyUpdate(collection, match, compiled, filter, new Date(0));
  }

  it('are those of the documents after random inserts, updates and removals', async () => {
    const step = fc.oneof(
      { weight: 6, arbitrary: fc.record({ at: fc.nat(11), update }) },
      { weight: 1, arbitrary: fc.record({ at: fc.nat(11), update: fc.constant(undefined) }) },
    );
    await fc.assert(
      fc.asyncProperty(
        fc.array(document, { minLength: 1, maxLength: 12 }),
        fc.array(index, { minLength: 1, maxLength: 4 }),
        fc.array(step, { minLength: 1, maxLength: 20 }),
        async (documents, indexes, steps) => {
          next += 1;
          const collection = await environment.writes.enqueue(() => {
            const created = catalog.create('test', `run${next}`, serialize({}));
            for (const [at, { key, unique, options }] of indexes.entries()) {
              const spec = { name: `index${at}`, key: Object.fromEntries(key), unique, ...options };
              catalog.addIndex(created, parseIndexSpec(documentValue(serialize(spec))), true);
            }
            for (const [at, fields] of documents.entries()) {
              attempt(() => created.insert(serialize({ _id: at, ...fields }, { ignoreUndefined: false })));
            }
            return created;
          });
          await environment.writes.enqueue(() => {
            for (const { at, update: operators } of steps) {
              attempt(() => {
                if (operators) return applyTo(collection, at, operators);
                const [match] = findMatches(environment, collection, {
                  filter: compileFilter(serialize({ _id: at })),
                });
                if (match) collection.remove(match.recordId, match.document);
              });
            }
          });
          expect(checkCollection(environment, collection)).toEqual([]);
        },
      ),
      { numRuns: Number(process.env['PROPERTY_RUNS'] ?? 200) },
    );
  });
});
