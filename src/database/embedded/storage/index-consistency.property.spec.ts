import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Decimal128, Long, serialize, type Document } from 'bson';
import fc from 'fast-check';
import { documentValue } from '../bson/bson-reader.js';
import { applyUpdate, insertUpsert } from '../commands/write-statement.js';
import { parseIndexSpec } from '../index/index-spec.js';
import { findMatches } from '../plan/query.js';
import { compileFilter } from '../query/filter.js';
import { compileUpdate } from '../query/update.js';
import { StoreError } from '../store.errors.js';
import { Catalog } from './catalog.js';
import type { Collection } from './collection.js';
import { checkCollection } from './consistency.js';
import { Environment } from './environment.js';

const PATHS = ['a', 'b', 'o.x', 'o.y', 'list', 'list.k', 'parts.k', 'parts.v', 'parts'] as const;
const WRITTEN = [...PATHS, 'o', 'parts.0.k', 'list.1', 'parts.$[].v', 'list.$[e]', 'parts.$.k'] as const;

const scalar = fc.oneof(
  fc.integer({ min: 0, max: 4 }),
  fc.constantFrom(null, 'text', 'text\0', Number.NaN, -0, true, 'x'.repeat(990), 'x'.repeat(3_000)),
  fc.constantFrom(Long.fromNumber(2), Decimal128.fromString('2'), new Date(0)),
);
const part = fc.record({ k: scalar, v: scalar }, { requiredKeys: [] });
const value = fc.oneof(
  { weight: 4, arbitrary: scalar },
  fc.array(scalar, { maxLength: 3 }),
  fc.array(part, { maxLength: 3 }),
  part,
);
const fields = fc.record(
  {
    a: value,
    b: scalar,
    o: fc.record({ x: scalar, y: value }, { requiredKeys: [] }),
    list: fc.array(fc.oneof(scalar, part), { maxLength: 3 }),
    parts: fc.array(part, { maxLength: 3 }),
  },
  { requiredKeys: [] },
);
const index = fc.record({
  paths: fc.uniqueArray(fc.constantFrom(...PATHS), { minLength: 1, maxLength: 3 }),
  direction: fc.constantFrom(1, -1),
  unique: fc.boolean(),
  options: fc.constantFrom<Document>(
    {},
    {},
    { sparse: true },
    { partialFilterExpression: { b: { $gt: 1 } } },
    { partialFilterExpression: { 'o.x': { $exists: true } } },
    { partialFilterExpression: { a: 'text', 'o.x': { $type: 'number' } } },
    { partialFilterExpression: { $and: [{ a: { $gte: 0 } }, { a: { $lt: 3 } }] } },
  ),
});
const operators = fc.oneof(
  fc
    .tuple(
      fc.constantFrom(
        '$set',
        '$unset',
        '$inc',
        '$mul',
        '$min',
        '$max',
        '$push',
        '$addToSet',
        '$pull',
        '$pop',
      ),
      fc.constantFrom(...WRITTEN),
      value,
    )
    .map(([operator, path, operand]) => ({ [operator]: { [path]: operator === '$pop' ? 1 : operand } })),
  fc
    .tuple(fc.constantFrom(...PATHS), fc.constantFrom(...PATHS))
    .map(([from, to]) => ({ $rename: { [from]: to } })),
  fc
    .tuple(fc.constantFrom(...PATHS), value)
    .map(([path, operand]) => ({ $setOnInsert: { [path]: operand } })),
  fields,
  fc.constantFrom<Document[]>(
    [{ $set: { a: '$b', 'o.x': '$a' } }],
    [{ $unset: ['o', 'list'] }],
    [{ $replaceWith: { _id: '$_id', list: '$parts', b: '$o.x' } }],
  ),
);
const filter = fc.oneof(
  fc.constant<Document>({}),
  fc.tuple(fc.constantFrom(...PATHS), scalar).map(([path, operand]) => ({ [path]: operand })),
  fc.integer({ min: 0, max: 9 }).map((id) => ({ _id: id })),
);
const write = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({ kind: fc.constant('update' as const), filter, operators, multi: fc.boolean() }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('upsert' as const), filter, operators }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('delete' as const), filter }) },
);
type Write = typeof write extends fc.Arbitrary<infer T> ? T : never;

const OPTIONS = { now: new Date(), bypassValidation: false };

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

  /** One statement, as commands run it: whole or not at all. */
  async function run(work: () => void): Promise<void> {
    try {
      await environment.writes.enqueue(() => environment.writes.atomically(work));
    } catch (error) {
      if (!(error instanceof StoreError)) throw error;
    }
  }

  function apply(collection: Collection, statement: Write): void {
    const compiled = compileFilter(serialize(statement.filter));
    const limit = statement.kind === 'update' && statement.multi ? 0 : 1;
    const found = findMatches(environment, collection, { filter: compiled, limit });
    if (statement.kind === 'delete') {
      for (const { recordId, document } of found) collection.remove(recordId, document);
      return;
    }
    const update = compileUpdate(serialize({ ...statement.operators }), {
      isPipeline: Array.isArray(statement.operators),
      ...(JSON.stringify(statement.operators).includes('[e]') && {
        arrayFilters: [serialize({ e: { $gt: 1 } })],
      }),
    });
    for (const match of found) applyUpdate(collection, match, update, compiled, OPTIONS);
    if (found.length === 0 && statement.kind === 'upsert') {
      insertUpsert(collection, compiled, update, OPTIONS);
    }
  }

  it('are those of the documents after any writes, and after what was taken back', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(index, { minLength: 1, maxLength: 4 }),
        fc.array(fields, { minLength: 1, maxLength: 10 }),
        fc.array(write, { minLength: 1, maxLength: 10 }),
        async (indexes, documents, writes) => {
          next += 1;
          const collection = await environment.writes.enqueue(() => {
            const made = catalog.findOrCreate('test', `rows${next}`);
            for (const [at, { paths, direction, unique, options }] of indexes.entries()) {
              const key = Object.fromEntries(paths.map((path) => [path, direction]));
              const spec = { name: `index${at}`, key, unique, ...options };
              catalog.addIndex(made, parseIndexSpec(documentValue(serialize(spec))), true);
            }
            return made;
          });
          for (const [at, document] of documents.entries()) {
            await run(() => collection.insert(serialize({ _id: at, ...document })));
          }
          for (const statement of writes) {
            await run(() => apply(collection, statement));
            expect(checkCollection(environment, collection)).toEqual([]);
          }
        },
      ),
      { numRuns: Number(process.env['PROPERTY_RUNS'] ?? 150) },
    );
  });
});
