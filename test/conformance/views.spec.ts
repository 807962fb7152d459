import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type Db, type Document, type MongoClient } from 'mongodb';
import { codeOf, connect, startServer, type ServerUnderTest } from './support.js';

const PIPELINE = [{ $match: { n: { $gt: 1 } } }, { $set: { twice: { $multiply: ['$n', 2] } } }];

describe('views', () => {
  let server: ServerUnderTest;
  let client: MongoClient;
  let db: Db;

  beforeAll(async () => {
    server = await startServer();
    ({ client, db } = await connect(server));
    await db.collection<Document>('rows').insertMany([
      { _id: 1 as never, n: 1 },
      { _id: 2 as never, n: 2 },
      { _id: 3 as never, n: 3 },
      { _id: 4 as never, n: 3 },
    ]);
    await db.createCollection('large', { viewOn: 'rows', pipeline: PIPELINE });
    await db.createCollection('largest', { viewOn: 'large', pipeline: [{ $match: { n: 3 } }] });
  });
  afterAll(async () => {
    await db.dropDatabase();
    await client.close();
    await server.close();
  });

  it('are found, sorted, cut and projected as collections are', async () => {
    const view = db.collection('large');
    expect(await view.find({ n: 3 }).sort({ _id: -1 }).toArray()).toEqual([
      { _id: 4, n: 3, twice: 6 },
      { _id: 3, n: 3, twice: 6 },
    ]);
    expect(
      await view.find({}, { sort: { _id: 1 }, skip: 1, limit: 1, projection: { twice: 1 } }).toArray(),
    ).toEqual([{ _id: 3, twice: 6 }]);
    const { cursor } = await db.command({ find: 'large', batchSize: 1 });
    expect(cursor).toMatchObject({ ns: `${db.databaseName}.large`, firstBatch: [{ _id: 2 }] });
    const next = await db.command({ getMore: cursor.id, collection: 'large' });
    expect(next['cursor'].nextBatch).toHaveLength(2);
  });

  it('are counted, have distinct values, and are aggregated, joined and united', async () => {
    const view = db.collection('large');
    expect(await view.estimatedDocumentCount()).toBe(3);
    expect(await view.countDocuments({ n: 3 })).toBe(2);
    expect(await db.command({ count: 'large', query: { n: 3 }, skip: 1 })).toMatchObject({ n: 1 });
    expect(await view.distinct('twice', { n: { $gt: 1 } })).toEqual([4, 6]);
    expect(
      await view.aggregate([{ $group: { _id: '$n', of: { $sum: 1 } } }, { $sort: { _id: 1 } }]).toArray(),
    ).toEqual([
      { _id: 2, of: 1 },
      { _id: 3, of: 2 },
    ]);
    const join = { $lookup: { from: 'large', localField: 'n', foreignField: 'n', as: 'same' } };
    const joined = await db
      .collection('rows')
      .aggregate([{ $sort: { _id: 1 } }, join])
      .toArray();
    expect(joined.map(({ same }) => (same as Document[]).length)).toEqual([0, 1, 2, 2]);
    const union = await db
      .collection('rows')
      .aggregate([{ $unionWith: 'large' }, { $count: 'n' }])
      .toArray();
    expect(union).toEqual([{ n: 7 }]);
  });

  it('stand on other views, and show what changes below them', async () => {
    const rows = db.collection<Document>('rows');
    expect(await db.collection('largest').countDocuments()).toBe(2);
    await rows.insertOne({ _id: 5 as never, n: 3 });
    expect(await db.collection('largest').countDocuments()).toBe(3);
    await rows.deleteOne({ _id: 5 as never });
  });

  it('are listed as views and read-only', async () => {
    const [listed] = await db.listCollections({ name: 'large' }).toArray();
    expect(listed).toEqual({
      name: 'large',
      type: 'view',
      options: { viewOn: 'rows', pipeline: PIPELINE },
      info: { readOnly: true },
    });
    expect(await db.listCollections({ type: 'view' }, { nameOnly: true }).toArray()).toHaveLength(2);
  });

  it.each<[string, Document]>([
    ['insert', { insert: 'large', documents: [{}] }],
    ['update', { update: 'large', updates: [{ q: {}, u: { $set: { a: 1 } } }] }],
    ['delete', { delete: 'large', deletes: [{ q: {}, limit: 1 }] }],
    ['findAndModify', { findAndModify: 'large', remove: true }],
    ['createIndexes', { createIndexes: 'large', indexes: [{ key: { a: 1 }, name: 'a_1' }] }],
    ['listIndexes', { listIndexes: 'large' }],
  ])('refuse %s', async (_name, command) => {
    const written = async (): Promise<unknown> => {
      const answer = await db.command(command);
      const [failure] = (answer['writeErrors'] ?? []) as { code: number }[];
      if (failure) throw failure;
      return answer;
    };
    expect(await codeOf(written())).toBe(166);
  });

  it('refuse what has no meaning for them', async () => {
    expect(await codeOf(db.command({ find: 'large', showRecordId: true }))).toBe(168);
    expect(await codeOf(db.command({ find: 'large', projection: { a: { $elemMatch: {} } } }))).toBe(168);
    expect(await codeOf(db.createCollection('bad', { viewOn: 'rows', pipeline: [{ $out: 'x' }] }))).toBe(167);
    expect(await codeOf(db.createCollection('bad', { viewOn: 'rows', pipeline: [{ $nope: 1 }] }))).toBe(
      40_324,
    );
    expect(await codeOf(db.createCollection('bad', { viewOn: 'rows', capped: true, size: 9 }))).toBe(72);
    expect(await codeOf(db.command({ create: 'bad', pipeline: [] }))).toBe(72);
    expect(await codeOf(db.command({ collMod: 'large', viewOn: 'largest', pipeline: [] }))).toBe(5);
  });

  it('are made once, changed by collMod, and dropped', async () => {
    expect(
      await codeOf(db.createCollection('large', { viewOn: 'rows', pipeline: PIPELINE })),
    ).toBeUndefined();
    expect(await codeOf(db.createCollection('large', { viewOn: 'rows', pipeline: [] }))).toBe(48);
    expect(await codeOf(db.command({ create: 'large' }))).toBe(48);
    expect(await codeOf(db.createCollection('rows', { viewOn: 'large' }))).toBe(48);
    await db.createCollection('changing', { viewOn: 'rows', pipeline: [] });
    await db.command({ collMod: 'changing', viewOn: 'rows', pipeline: [{ $limit: 1 }] });
    expect(await db.collection('changing').countDocuments()).toBe(1);
    await db.dropCollection('changing');
    expect(await db.listCollections({ name: 'changing' }).toArray()).toEqual([]);
    expect(await db.collection('changing').countDocuments()).toBe(0);
  });
});
