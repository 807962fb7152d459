import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type {
  Collection,
  Db,
  Document,
  IndexSpecification,
  CreateIndexesOptions,
  MongoClient,
} from 'mongodb';
import { codeOf, connect, startServer, type ServerUnderTest } from './support.js';

interface Row extends Document {
  _id: number;
}

describe('indexes', () => {
  let server: ServerUnderTest;
  let client: MongoClient;
  let db: Db;
  let rows: Collection<Row>;

  beforeAll(async () => {
    server = await startServer();
    ({ client, db } = await connect(server));
    rows = db.collection<Row>('rows');
  });
  beforeEach(async () => {
    await rows.drop();
  });
  afterAll(async () => {
    await db.dropDatabase();
    await client.close();
    await server.close();
  });

  const stages = async (filter: Document, sort?: Record<string, 1 | -1>): Promise<string> => {
    const plan = await rows.find(filter, sort ? { sort } : {}).explain('queryPlanner');
    return JSON.stringify((plan as { queryPlanner: { winningPlan: Document } }).queryPlanner.winningPlan);
  };

  it('are made, listed and dropped', async () => {
    expect(await rows.createIndex({ a: 1, b: -1 })).toBe('a_1_b_-1');
    await rows.createIndex({ a: 1, b: -1 });
    await rows.createIndex({ at: 1 }, { expireAfterSeconds: 5, name: 'expiry' });
    await rows.createIndex({ s: 1 }, { unique: true, sparse: true });
    await rows.createIndex({ p: 1 }, { partialFilterExpression: { a: { $gt: 1 } } });
    const list = await rows.indexes();
    expect(list.map(({ name }) => name)).toEqual(['_id_', 'a_1_b_-1', 'expiry', 's_1', 'p_1']);
    expect(list[0]).toEqual({ v: 2, key: { _id: 1 }, name: '_id_' });
    expect(list[2]).toEqual({ v: 2, key: { at: 1 }, name: 'expiry', expireAfterSeconds: 5 });
    expect(list[3]).toMatchObject({ unique: true, sparse: true });
    expect(list[4]).toMatchObject({ partialFilterExpression: { a: { $gt: 1 } } });
    await rows.dropIndex('expiry');
    await rows.dropIndex('p_1');
    expect(await rows.indexes()).toHaveLength(3);
    await rows.dropIndexes();
    expect(await rows.indexes()).toHaveLength(1);
  });

  it('give the order of a list of values on the leading field without sorting', async () => {
    await rows.createIndex({ a: 1, b: 1 });
    await rows.insertMany([3, 1, 2].flatMap((a) => [2, 1].map((b) => ({ _id: 10 * a + b, a, b }))));
    const filter = { a: { $in: [3, 1] } };
    expect(await stages(filter, { a: 1, b: 1 })).not.toContain('SORT');
    const sorted = await rows.find(filter).sort({ a: -1, b: -1 }).limit(3).toArray();
    expect(sorted.map(({ a, b }) => [a, b])).toEqual([
      [3, 2],
      [3, 1],
      [1, 2],
    ]);
    const ids = (await rows.find({}).toArray()).map(({ _id }) => _id);
    const backwards = await rows
      .find({ _id: { $in: ids } })
      .sort({ _id: -1 })
      .toArray();
    expect(backwards.map(({ _id }) => _id)).toEqual(ids.toSorted((a, b) => b - a));
  });

  it.each<[string, IndexSpecification, CreateIndexesOptions, number]>([
    ['another key under the name', { b: 1 }, { name: 'a_1' }, 86],
    ['the key under another name', { a: 1 }, { name: 'other' }, 85],
    ['other options', { a: 1 }, { unique: true }, 86],
    ['a direction of 0', { z: 0 as 1 }, {}, 67],
    ['an unknown kind', { z: 'foo' as '2d' }, {}, 67],
    ['TTL on two fields', { y: 1, z: 1 }, { expireAfterSeconds: 1 }, 67],
    ['sparse and partial', { z: 1 }, { sparse: true, partialFilterExpression: { a: 1 } }, 67],
    ['a partial filter with $ne', { z: 1 }, { partialFilterExpression: { a: { $ne: 1 } } }, 67],
  ])('refuse %s', async (_what, key, options, code) => {
    await rows.createIndex({ a: 1 });
    expect(await codeOf(rows.createIndex(key, options))).toBe(code);
  });

  it('are made once when they are asked for twice in one command', async () => {
    const same = { key: { a: 1 } as const, name: 'once' };
    await rows.createIndexes([same, same]);
    expect((await rows.indexes()).map(({ name }) => name)).toEqual(['_id_', 'once']);
  });

  it('refuse to drop _id and what is not there', async () => {
    await rows.insertOne({ _id: 1 });
    expect(await codeOf(rows.dropIndex('_id_'))).toBe(72);
    expect(await codeOf(rows.dropIndex('none'))).toBe(27);
  });

  it('keep unique values unique, in insert, update and build', async () => {
    await rows.createIndex({ a: 1, b: 1 }, { unique: true });
    await rows.insertMany([
      { _id: 1, a: 1, b: 1 },
      { _id: 2, a: 1, b: 2 },
    ]);
    const failure = await rows.insertOne({ _id: 3, a: 1, b: 2 }).then(
      () => undefined,
      (error: unknown) => error as Document,
    );
    expect(failure).toMatchObject({ code: 11_000, keyPattern: { a: 1, b: 1 }, keyValue: { a: 1, b: 2 } });
    expect(await codeOf(rows.updateOne({ _id: 1 }, { $set: { b: 2 } }))).toBe(11_000);
    expect(await codeOf(rows.insertOne({ _id: 1 }))).toBe(11_000);
    await rows.insertMany([
      { _id: 4, c: 1 },
      { _id: 5, a: 9, c: 1 },
    ]);
    expect(await codeOf(rows.createIndex({ c: 1 }, { unique: true }))).toBe(11_000);
    expect((await rows.indexes()).map(({ name }) => name)).not.toContain('c_1');
  });

  it('let a unique sparse or partial index leave documents out', async () => {
    await rows.createIndex({ s: 1 }, { unique: true, sparse: true });
    await rows.createIndex({ p: 1 }, { unique: true, partialFilterExpression: { live: true } });
    await rows.insertMany([
      { _id: 1 },
      { _id: 2 },
      { _id: 3, p: 1 },
      { _id: 4, p: 1 },
      { _id: 5, p: 1, live: true, s: 1 },
    ]);
    expect(await codeOf(rows.insertOne({ _id: 6, p: 1, live: true }))).toBe(11_000);
    expect(await codeOf(rows.updateOne({ _id: 4 }, { $set: { live: true } }))).toBe(11_000);
    expect(await codeOf(rows.insertOne({ _id: 7, s: 1 }))).toBe(11_000);
    expect(await rows.countDocuments()).toBe(5);
    expect(await rows.countDocuments({ s: null })).toBe(4);
  });

  it('keep unique the elements of arrays, but not within one document', async () => {
    await rows.createIndex({ tags: 1 }, { unique: true });
    await rows.insertOne({ _id: 1, tags: ['a', 'a', 'b'] });
    expect(await codeOf(rows.insertOne({ _id: 2, tags: ['c', 'b'] }))).toBe(11_000);
    expect(await codeOf(rows.insertOne({ _id: 3, tags: 'a' }))).toBe(11_000);
  });

  it('refuse two arrays in one key', async () => {
    await rows.createIndex({ a: 1, b: 1 });
    expect(await codeOf(rows.insertOne({ _id: 1, a: [1], b: [2] }))).toBe(171);
  });

  it('hold keys longer than LMDB takes', async () => {
    await rows.createIndex({ s: 1 }, { unique: true });
    const long = 'x'.repeat(5_000);
    await rows.insertMany([
      { _id: 1, s: `${long}a` },
      { _id: 2, s: `${long}b` },
      { _id: 3, s: 'x' },
    ]);
    expect(await codeOf(rows.insertOne({ _id: 4, s: `${long}a` }))).toBe(11_000);
    expect(await rows.findOne({ s: `${long}b` }, { projection: { _id: 1 } })).toEqual({ _id: 2 });
    expect(await rows.countDocuments({ s: { $gt: 'x' } })).toBe(2);
    expect((await rows.find().sort({ s: -1 }).toArray()).map(({ _id }) => _id)).toEqual([2, 1, 3]);
  });

  it.each([
    // What a store of the embedded kind keeps whole, and what it must hash.
    ['of 950 to 1,015 bytes', Array.from({ length: 66 }, (_, n) => 950 + n)],
    ['of up to 5,000 bytes', [950, 960, 1_015, 1_022, 1_023, 1_024, 1_025, 1_500, 2_000, 5_000]],
  ])('keep unique, find and count values exactly: %s', async (_what, lengths) => {
    await rows.createIndex({ s: 1 }, { unique: true });
    await rows.createIndex({ c: 1, s: -1 });
    const texts = lengths.flatMap((length) => ['y', 'z'].map((last) => 'x'.repeat(length - 1) + last));
    await rows.insertMany(texts.map((s, n) => ({ _id: n, c: 1, s })));
    await db.collection<{ _id: string }>('long_ids').drop();
    await db.collection<{ _id: string }>('long_ids').insertMany(texts.map((_id) => ({ _id })));
    for (const [n, s] of texts.entries()) {
      expect(await codeOf(rows.insertOne({ _id: 9_999, s }))).toBe(11_000);
      expect(await rows.find({ s }, { projection: { s: 0 } }).toArray()).toEqual([{ _id: n, c: 1 }]);
      expect(await rows.countDocuments({ s })).toBe(1);
      expect(await rows.countDocuments({ c: 1, s: { $lte: s } })).toBe(
        texts.filter((other) => other <= s).length,
      );
      expect(await db.collection<{ _id: string }>('long_ids').countDocuments({ _id: s })).toBe(1);
    }
  });

  it('find and count NaN as comparisons do, which it is neither above nor below', async () => {
    await rows.insertMany([
      { _id: 1, n: Number.NaN },
      { _id: 2, n: -Infinity },
      { _id: 3, n: 0 },
      { _id: 4, n: Infinity },
      { _id: 5, n: 'x' },
    ]);
    const counts = async (): Promise<number[]> =>
      Promise.all(
        [
          { $gte: 0, $lt: Number.NaN },
          { $lt: 1 },
          { $lte: 0 },
          { $gte: 0 },
          { $gt: -Infinity },
          { $lte: Number.NaN },
          { $eq: Number.NaN },
        ].map((n) => rows.countDocuments({ n })),
      );
    const expected = [0, 2, 2, 2, 2, 1, 1];
    expect(await counts()).toEqual(expected);
    await rows.createIndex({ n: 1 });
    expect(await counts()).toEqual(expected);
    await rows.dropIndex('n_1');
    await rows.createIndex({ n: -1 });
    expect(await counts()).toEqual(expected);
    await rows.dropIndex('n_-1');
    await rows.createIndex({ n: 1 }, { partialFilterExpression: { n: { $lt: 5 } } });
    expect(await counts()).toEqual(expected);
  });

  it('answer equality, one range and the sort', async () => {
    await rows.insertMany(Array.from({ length: 200 }, (_, n) => ({ _id: n, a: n % 2, b: n, c: n % 5 })));
    await rows.createIndex({ a: 1, b: 1, c: 1 });
    expect(await stages({ a: 1, b: { $gt: 50 } }, { b: 1 })).toContain('IXSCAN');
    expect(await stages({ a: 1, b: { $gt: 50 } }, { b: -1 })).not.toContain('SORT');
    expect(await stages({ c: 1 })).toContain('COLLSCAN');
    const found = await rows
      .find({ a: 1, b: { $gt: 50, $lte: 61 } })
      .sort({ b: -1 })
      .toArray();
    expect(found.map(({ b }) => b as number)).toEqual([61, 59, 57, 55, 53, 51]);
  });

  it('are taken by hint', async () => {
    await rows.insertMany([1, 2, 3].map((n) => ({ _id: n, a: n, b: -n })));
    await rows.createIndex({ b: 1 });
    expect(
      await rows
        .find({ a: { $gt: 0 } })
        .hint({ b: 1 })
        .map(({ _id }) => _id)
        .toArray(),
    ).toEqual([3, 2, 1]);
    expect(
      await rows
        .find()
        .hint({ $natural: -1 })
        .map(({ _id }) => _id)
        .toArray(),
    ).toEqual([3, 2, 1]);
    expect(await codeOf(rows.find().hint('none').toArray())).toBe(2);
  });

  it('are hidden, and expire documents, from when collMod says so', async () => {
    await rows.insertMany([1, 2, 3].map((n) => ({ _id: n, a: n })));
    await rows.createIndex({ a: 1 });
    const modify = (change: Document): Promise<Document> => db.command({ collMod: 'rows', index: change });
    expect(await modify({ name: 'a_1', hidden: true })).toMatchObject({
      hidden_old: false,
      hidden_new: true,
    });
    expect(await stages({ a: 1 })).toContain('COLLSCAN');
    expect(await modify({ keyPattern: { a: 1 }, hidden: false })).toMatchObject({ hidden_new: false });
    expect(await stages({ a: 1 })).toContain('IXSCAN');
    expect(await modify({ keyPattern: { a: 1 }, expireAfterSeconds: 60 })).toMatchObject({
      expireAfterSeconds_new: 60,
    });
    expect(await modify({ name: 'a_1', expireAfterSeconds: 90 })).toMatchObject({
      expireAfterSeconds_old: 60,
      expireAfterSeconds_new: 90,
    });
    expect((await rows.indexes())[1]).toMatchObject({ name: 'a_1', expireAfterSeconds: 90 });
    await rows.insertOne({ _id: 4, a: 4 });
    expect(await rows.find({ a: { $gt: 2 } }).toArray()).toHaveLength(2);
    expect(await codeOf(modify({ name: 'none', hidden: true }))).toBe(27);
    expect(await codeOf(modify({ name: 'a_1' }))).toBe(72);
    expect(await codeOf(modify({ hidden: true }))).toBe(72);
    expect(await codeOf(db.command({ collMod: 'none' }))).toBe(26);
  });
});
