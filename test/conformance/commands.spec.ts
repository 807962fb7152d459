import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { Long, type Collection, type Db, type Document, type MongoClient } from 'mongodb';
import { codeOf, connect, startServer, type ServerUnderTest } from './support.js';

interface Row extends Document {
  _id: number;
}

describe('commands', () => {
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
    await rows.deleteMany({});
    await rows.insertMany(Array.from({ length: 250 }, (_, n) => ({ _id: n, n: n % 10, k: `k${n % 3}` })));
  });
  afterAll(async () => {
    await db.dropDatabase();
    await client.close();
    await server.close();
  });

  it('say hello as a server with sessions', async () => {
    expect(await db.admin().command({ hello: 1 })).toMatchObject({
      isWritablePrimary: true,
      logicalSessionTimeoutMinutes: 30,
      maxBsonObjectSize: 16_777_216,
      maxMessageSizeBytes: 48_000_000,
      maxWriteBatchSize: 100_000,
      ok: 1,
    });
    expect(await db.command({ ping: 1 })).toMatchObject({ ok: 1 });
    expect((await db.admin().buildInfo())['version']).toMatch(/^\d+\.\d+\.\d+/);
  });

  it.each<[string, Document, number]>([
    ['an unknown command', { nonsense: 1 }, 59],
    ['an unknown field', { find: 'rows', nonsense: 1 }, 40_415],
    ['a field of a wrong type', { find: 'rows', filter: 'x' }, 14],
    ['a missing field', { insert: 'rows' }, 40_414],
    ['a negative skip', { find: 'rows', skip: -1 }, 51_024],
    ['a cursor that is not there', { getMore: Long.fromNumber(12_345), collection: 'rows' }, 43],
    ['listDatabases elsewhere', { listDatabases: 1 }, 13],
    ['an API version that is none', { ping: 1, apiVersion: '2' }, 322],
    ['a strict API without a version', { ping: 1, apiStrict: true }, 4_886_600],
    ['what the strict API has not', { distinct: 'rows', key: 'a', apiVersion: '1', apiStrict: true }, 323],
    ['an unknown read concern', { find: 'rows', readConcern: { level: 'nonsense' } }, 2],
    ['a write concern below nothing', { insert: 'rows', documents: [{}], writeConcern: { w: -1 } }, 9],
    ['no collection', { find: '' }, 73],
    ['a collection with a dollar sign', { create: 'a$b' }, 73],
    ['an aggregation without a cursor', { aggregate: 'rows', pipeline: [] }, 9],
  ])('refuse %s', async (_what, command, code) => {
    expect(await codeOf(db.command(command))).toBe(code);
  });

  it.each(['a b', 'a/b', 'x'.repeat(64)])('refuse the database %s', async (name) => {
    // The driver refuses such names itself, but for a command that it is given as it is.
    expect(await codeOf(client.db(name).command({ insert: 'rows', documents: [{}] }))).toBe(73);
  });

  it('keep $ out of the fields of an _id, and nowhere else', async () => {
    const any = db.collection<Document & { _id: unknown }>('fields');
    expect(await codeOf(any.insertOne({ _id: { $a: 1 } }))).toBe(52);
    expect(await codeOf(any.insertOne({ _id: { a: { $b: 1 } } }))).toBe(52);
    const document = { _id: { 'a.b': 1 }, $c: 1, 'd.e': { $f: 1, '': 2 } };
    await any.insertOne(document);
    expect(await any.findOne()).toEqual(document);
  });

  it('refuse a transaction, as a standalone server does', async () => {
    const transaction = { txnNumber: Long.fromNumber(1), startTransaction: true, autocommit: false };
    // A replica set would begin it.
    const code = server.isEmbedded ? await codeOf(db.command({ find: 'rows', ...transaction })) : 20;
    expect(code).toBe(20);
  });

  it.each<[string, Document[], number]>([
    ['an unknown stage', [{ $nonsense: {} }], 40_324],
    ['a stage of two fields', [{ $match: {}, $limit: 1 }], 40_323],
    ['a limit of 0', [{ $limit: 0 }], 15_958],
    ['a group without an _id', [{ $group: { n: { $sum: 1 } } }], 15_955],
    ['an unknown accumulator', [{ $group: { _id: null, n: { $nonsense: 1 } } }], 15_952],
  ])('refuse an aggregation with %s', async (_what, pipeline, code) => {
    expect(await codeOf(rows.aggregate(pipeline).toArray())).toBe(code);
  });

  it.each<[string, Document[], Document[]]>([
    [
      'groups and sorts',
      [{ $group: { _id: '$k', n: { $sum: 1 }, most: { $max: '$_id' } } }, { $sort: { _id: 1 } }],
      [
        { _id: 'k0', n: 84, most: 249 },
        { _id: 'k1', n: 83, most: 247 },
        { _id: 'k2', n: 83, most: 248 },
      ],
    ],
    ['counts', [{ $match: { n: 3 } }, { $count: 'total' }], [{ total: 25 }]],
    ['counts nothing', [{ $match: { n: 33 } }, { $count: 'total' }], []],
    [
      'sorts, skips, limits',
      [{ $sort: { _id: -1 } }, { $skip: 2 }, { $limit: 2 }, { $project: { n: 1 } }],
      [
        { _id: 247, n: 7 },
        { _id: 246, n: 6 },
      ],
    ],
    [
      'computes',
      [
        { $match: { _id: 7 } },
        { $addFields: { twice: { $multiply: ['$n', 2] } } },
        { $project: { twice: 1 } },
      ],
      [{ _id: 7, twice: 14 }],
    ],
    [
      'unwinds',
      [
        { $match: { _id: 1 } },
        { $set: { list: [1, 2] } },
        { $unwind: '$list' },
        { $project: { _id: 0, list: 1 } },
      ],
      [{ list: 1 }, { list: 2 }],
    ],
    [
      'sorts by count',
      [{ $match: { _id: { $lt: 4 } } }, { $sortByCount: '$k' }, { $limit: 1 }],
      [{ _id: 'k0', count: 2 }],
    ],
    [
      'replaces the root',
      [{ $match: { _id: 2 } }, { $replaceRoot: { newRoot: { only: '$n' } } }],
      [{ only: 2 }],
    ],
    [
      'facets',
      [
        {
          $facet: {
            a: [{ $match: { n: 1 } }, { $count: 'c' }],
            b: [{ $limit: 1 }, { $project: { _id: 1 } }],
          },
        },
      ],
      [{ a: [{ c: 25 }], b: [{ _id: 0 }] }],
    ],
  ])('aggregate: %s', async (_what, pipeline, expected) => {
    expect(await rows.aggregate(pipeline).toArray()).toEqual(expected);
  });

  it('count and tell distinct values', async () => {
    expect(await rows.estimatedDocumentCount()).toBe(250);
    expect(await rows.countDocuments({ n: { $lt: 3 } })).toBe(75);
    expect(await rows.countDocuments({ n: 1 }, { skip: 20, limit: 10 })).toBe(5);
    expect((await rows.distinct('k')).toSorted()).toEqual(['k0', 'k1', 'k2']);
    expect((await rows.distinct('n', { n: { $gt: 7 } })).toSorted()).toEqual([8, 9]);
  });

  it('answer cursors in batches', async () => {
    const first = await db.command({ find: 'rows', sort: { _id: 1 }, batchSize: 100 });
    const cursor = first['cursor'] as { id: Long; firstBatch: Row[]; ns: string };
    expect(cursor.firstBatch).toHaveLength(100);
    expect(cursor.ns).toBe(`${db.databaseName}.rows`);
    const next = await db.command({ getMore: Long.fromValue(cursor.id), collection: 'rows', batchSize: 100 });
    expect((next['cursor'] as { nextBatch: Row[] }).nextBatch.map(({ _id }) => _id)[0]).toBe(100);
    const last = await db.command({ getMore: Long.fromValue(cursor.id), collection: 'rows', batchSize: 100 });
    expect((last['cursor'] as { nextBatch: Row[] }).nextBatch).toHaveLength(50);
    expect(Number((last['cursor'] as { id: Long }).id)).toBe(0);
  });

  it('answer an empty first batch, and no more after a kill', async () => {
    const { cursor } = (await db.command({ find: 'rows', batchSize: 0 })) as {
      cursor: { id: Long; firstBatch: Row[] };
    };
    expect(cursor.firstBatch).toEqual([]);
    const id = Long.fromValue(cursor.id);
    const { cursorsKilled } = await db.command({ killCursors: 'rows', cursors: [id] });
    expect((cursorsKilled as unknown[]).map(String)).toEqual([String(id)]);
    expect(await codeOf(db.command({ getMore: id, collection: 'rows' }))).toBe(43);
  });

  it('answer a limit, and a single batch, without a cursor', async () => {
    for (const options of [{ limit: 5 }, { batchSize: 5, singleBatch: true }]) {
      const { cursor } = (await db.command({ find: 'rows', ...options })) as {
        cursor: { id: Long; firstBatch: Row[] };
      };
      expect(cursor.firstBatch).toHaveLength(5);
      expect(Number(cursor.id)).toBe(0);
    }
  });

  it('see a collection change under an open cursor', async () => {
    const cursor = rows.find().sort({ _id: 1 }).batchSize(10);
    expect((await cursor.next())!._id).toBe(0);
    await rows.deleteMany({ _id: { $gte: 100 } });
    expect((await cursor.toArray()).length).toBeLessThanOrEqual(249);
  });

  it('answer many large documents in batches below the limit of a message', async () => {
    const large = db.collection<Row>('large');
    const text = 'x'.repeat(3_000_000);
    await large.insertMany(Array.from({ length: 8 }, (_, n) => ({ _id: n, text })));
    expect((await large.find().toArray()).map(({ _id }) => _id)).toEqual([0, 1, 2, 3, 4, 5, 6, 7]);
    await large.drop();
  });

  it('refuse a document above 16 MiB', async () => {
    expect(await codeOf(rows.updateOne({ _id: 1 }, [{ $set: { a: { $concat: [] } } }]))).toBeUndefined();
    await rows.insertOne({ _id: 1_000, text: 'x'.repeat(15_000_000) });
    expect(await codeOf(rows.updateOne({ _id: 1_000 }, { $set: { more: 'x'.repeat(3_000_000) } }))).toBe(
      10_334,
    );
  });

  it('stop at maxTimeMS', async () => {
    const slow = rows.find({ $expr: { $gt: [{ $size: { $range: [0, 200_000] } }, 0] } });
    expect(await codeOf(slow.maxTimeMS(1).toArray())).toBe(50);
  });

  it('list and drop collections and databases', async () => {
    await db.createCollection('made');
    await db.createCollection('made');
    expect((await db.listCollections({}, { nameOnly: true }).toArray()).map(({ name }) => name)).toEqual(
      expect.arrayContaining(['made', 'rows']),
    );
    expect(await db.listCollections({ name: 'made' }).toArray()).toMatchObject([
      { name: 'made', type: 'collection' },
    ]);
    expect(await db.collection('made').drop()).toBe(true);
    expect(await db.listCollections({ name: 'made' }).toArray()).toEqual([]);
    const names = (await db.admin().listDatabases()).databases.map(({ name }) => name);
    expect(names).toContain(db.databaseName);
    expect(
      await rows
        .find({}, { let: { limit: 3 } })
        .filter({ $expr: { $lt: ['$_id', '$$limit'] } })
        .toArray(),
    ).toHaveLength(3);
  });

  it('validate a collection, and tell its size', async () => {
    await rows.createIndex({ n: 1 });
    expect(await db.command({ validate: 'rows' })).toMatchObject({
      ns: rows.namespace,
      valid: true,
      nrecords: 250,
      nIndexes: 2,
      indexDetails: { _id_: { valid: true }, n_1: { valid: true } },
      errors: [],
    });
    expect(await codeOf(db.command({ validate: 'none' }))).toBe(26);
    expect(await db.command({ dataSize: rows.namespace })).toMatchObject({ numObjects: 250 });
    await rows.dropIndex('n_1');
  });

  it('answer the order of insertion to a sort by $natural', async () => {
    const ids = (await rows.find().sort({ $natural: -1 }).limit(2).toArray()).map(({ _id }) => _id);
    expect(ids).toEqual([249, 248]);
    const wrong = [{ $natural: 2 }, { $natural: 1, n: 1 }];
    for (const sort of wrong) expect(await codeOf(db.command({ find: 'rows', sort }))).toBe(2);
    expect(await codeOf(db.command({ find: 'rows', sort: { $natural: 1 }, hint: '_id_' }))).toBe(2);
  });

  it('tell what an administrator asks', async () => {
    expect(await db.command({ profile: -1 })).toMatchObject({ was: 0 });
    expect(Object.keys((await db.command({ listCommands: 1 }))['commands'] as Document)).toContain('find');
    expect(await db.command({ usersInfo: 1 })).toMatchObject({ users: [] });
    expect(await db.admin().command({ fsync: 1 })).toMatchObject({ ok: 1 });
  });
});
