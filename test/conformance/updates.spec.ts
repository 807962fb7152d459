import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { Double, Long, ObjectId, type Collection, type Db, type Document, type MongoClient } from 'mongodb';
import { codeOf, connect, startServer, type ServerUnderTest } from './support.js';

interface Row extends Document {
  _id: number;
}

/** What stands, the update, what stands then. */
const UPDATES: [string, Document, Document, Document][] = [
  ['$set', { a: 1 }, { $set: { a: 2, 'o.x': 3 } }, { a: 2, o: { x: 3 } }],
  ['$unset', { a: 1, b: 2 }, { $unset: { a: '' } }, { b: 2 }],
  ['$inc', { a: 1 }, { $inc: { a: 2, b: -1 } }, { a: 3, b: -1 }],
  ['$mul', { a: 3 }, { $mul: { a: 2, b: 5 } }, { a: 6, b: 0 }],
  ['$min and $max', { a: 3, b: 3 }, { $min: { a: 1 }, $max: { b: 1, c: 9 } }, { a: 1, b: 3, c: 9 }],
  ['$rename', { a: 1 }, { $rename: { a: 'b' } }, { b: 1 }],
  ['$push', { a: [1] }, { $push: { a: 2, b: 1 } }, { a: [1, 2], b: [1] }],
  [
    '$push with $each, $sort, $slice',
    { a: [3, 1] },
    { $push: { a: { $each: [2, 5], $sort: -1, $slice: 3 } } },
    { a: [5, 3, 2] },
  ],
  ['$push with $position', { a: [1, 2] }, { $push: { a: { $each: [9], $position: 1 } } }, { a: [1, 9, 2] }],
  ['$addToSet', { a: [1, 2] }, { $addToSet: { a: { $each: [2, 3, 3] } } }, { a: [1, 2, 3] }],
  ['$pull by condition', { a: [1, 5, 9] }, { $pull: { a: { $gt: 4 } } }, { a: [1] }],
  ['$pull of documents', { a: [{ x: 1, y: 2 }, { x: 2 }] }, { $pull: { a: { x: 1 } } }, { a: [{ x: 2 }] }],
  ['$pullAll', { a: [1, 2, 1, 3] }, { $pullAll: { a: [1, 3] } }, { a: [2] }],
  ['$pop', { a: [1, 2, 3], b: [1, 2] }, { $pop: { a: 1, b: -1 } }, { a: [1, 2], b: [2] }],
  ['$[]', { a: [{ x: 1 }, { x: 2 }] }, { $inc: { 'a.$[].x': 1 } }, { a: [{ x: 2 }, { x: 3 }] }],
  ['$bit', { a: 5 }, { $bit: { a: { and: 4 } } }, { a: 4 }],
  [
    'a pipeline',
    { a: 1, b: 2 },
    [{ $set: { sum: { $add: ['$a', '$b'] } } }, { $unset: 'b' }],
    { a: 1, sum: 3 },
  ],
];

const REFUSALS: [string, Document, Document, number][] = [
  ['an unknown modifier', {}, { $foo: { a: 1 } }, 9],
  ['$inc of text', { a: 'x' }, { $inc: { a: 1 } }, 14],
  ['$inc of null', { a: null }, { $inc: { a: 1 } }, 14],
  ['$push to no array', { a: 1 }, { $push: { a: 1 } }, 2],
  ['a path through a number', { a: 1 }, { $set: { 'a.b': 1 } }, 28],
  ['two modifiers on one path', {}, { $set: { a: 1 }, $inc: { a: 1 } }, 40],
  ['a path and what is below it', {}, { $set: { a: 1, 'a.b': 1 } }, 40],
  ['a change of _id', {}, { $set: { _id: 99 } }, 66],
  ['$pop of text', { a: [1] }, { $pop: { a: 'x' } }, 9],
];

describe('updates', () => {
  let server: ServerUnderTest;
  let client: MongoClient;
  let db: Db;
  let rows: Collection<Row>;

  beforeAll(async () => {
    server = await startServer();
    ({ client, db } = await connect(server));
    rows = db.collection<Row>('rows');
    await rows.createIndexes([{ key: { a: 1 } }, { key: { 'a.x': 1 } }]);
  });
  beforeEach(async () => {
    await rows.deleteMany({});
  });
  afterAll(async () => {
    await db.dropDatabase();
    await client.close();
    await server.close();
  });

  it.each(UPDATES)('%s', async (_what, before, update, after) => {
    await rows.insertOne({ _id: 1, ...before });
    expect(await rows.updateOne({ _id: 1 }, update)).toMatchObject({ matchedCount: 1, modifiedCount: 1 });
    expect(await rows.findOne()).toEqual({ _id: 1, ...after });
  });

  it.each(REFUSALS)('refuses %s, and changes nothing', async (_what, before, update, code) => {
    await rows.insertOne({ _id: 1, ...before });
    expect(await codeOf(rows.updateOne({ _id: 1 }, update))).toBe(code);
    expect(await rows.findOne()).toEqual({ _id: 1, ...before });
  });

  it('keep number types', async () => {
    await rows.insertOne({ _id: 1, d: new Double(5), l: new Long(5) });
    await rows.updateOne({ _id: 1 }, { $inc: { l: 1 }, $set: { other: true } });
    const row = await rows.findOne({ _id: 1 }, { promoteValues: false });
    expect(row!['d']).toBeInstanceOf(Double);
    expect(row!['l']).toEqual(new Long(6));
  });

  it('count a document that does not change as matched, not modified', async () => {
    await rows.insertOne({ _id: 1, a: 1 });
    expect(await rows.updateOne({ _id: 1 }, { $set: { a: 1 } })).toMatchObject({
      matchedCount: 1,
      modifiedCount: 0,
    });
  });

  it('set the element that matched, and those an array filter finds', async () => {
    await rows.insertOne({
      _id: 1,
      items: [
        { k: 1, v: 0 },
        { k: 2, v: 0 },
        { k: 3, v: 0 },
      ],
    });
    await rows.updateOne({ 'items.k': 2 }, { $set: { 'items.$.v': 5 } });
    await rows.updateOne(
      { _id: 1 },
      { $inc: { 'items.$[big].v': 1 } },
      { arrayFilters: [{ 'big.k': { $gte: 2 } }] },
    );
    expect((await rows.findOne())!['items']).toEqual([
      { k: 1, v: 0 },
      { k: 2, v: 6 },
      { k: 3, v: 1 },
    ]);
    expect(await codeOf(rows.updateOne({ _id: 1 }, { $set: { 'items.$.v': 5 } }))).toBe(2);
  });

  it('set the current date', async () => {
    await rows.insertOne({ _id: 1 });
    await rows.updateOne(
      { _id: 1 },
      { $currentDate: { at: { $type: 'date' }, stamp: { $type: 'timestamp' } } },
    );
    const row = await rows.findOne();
    expect(row!['at']).toBeInstanceOf(Date);
    expect(Math.abs((row!['at'] as Date).getTime() - Date.now())).toBeLessThan(60_000);
  });

  it('upsert from equalities, $setOnInsert and modifiers, with _id first', async () => {
    const result = await rows.updateOne(
      { _id: 7, 'o.x': 1, n: { $gt: 5 } },
      { $inc: { count: 1 }, $setOnInsert: { first: true } },
      { upsert: true },
    );
    expect(result).toMatchObject({ upsertedId: 7, upsertedCount: 1, matchedCount: 0 });
    const row = await rows.findOne();
    expect(row).toEqual({ _id: 7, o: { x: 1 }, count: 1, first: true });
    expect(Object.keys(row!)[0]).toBe('_id');
    await rows.updateOne(
      { _id: 7 },
      { $inc: { count: 1 }, $setOnInsert: { first: false } },
      { upsert: true },
    );
    expect(await rows.findOne()).toMatchObject({ count: 2, first: true });
  });

  it('replace, and keep the _id', async () => {
    await rows.insertOne({ _id: 1, a: 1, b: 2 });
    await rows.replaceOne({ a: 1 }, { c: 3 });
    expect(await rows.findOne()).toEqual({ _id: 1, c: 3 });
    expect(await codeOf(rows.replaceOne({ _id: 1 }, { _id: 2, c: 3 } as unknown as Row))).toBe(66);
  });

  it('change many, and delete one or many', async () => {
    await rows.insertMany([1, 2, 3, 4].map((n) => ({ _id: n, a: n % 2 })));
    expect((await rows.updateMany({ a: 1 }, { $set: { b: 1 } })).modifiedCount).toBe(2);
    expect((await rows.deleteOne({ a: 0 })).deletedCount).toBe(1);
    expect((await rows.deleteMany({ b: 1 })).deletedCount).toBe(2);
    expect(await rows.countDocuments()).toBe(1);
  });

  it('find and modify: before or after, sorted, upserted, removed', async () => {
    await rows.insertMany([1, 2, 3].map((n) => ({ _id: n, a: 10 - n })));
    expect(await rows.findOneAndUpdate({}, { $inc: { a: 1 } }, { sort: { a: 1 } })).toEqual({ _id: 3, a: 7 });
    expect(
      await rows.findOneAndUpdate(
        { _id: 3 },
        { $inc: { a: 1 } },
        { returnDocument: 'after', projection: { _id: 0 } },
      ),
    ).toEqual({ a: 9 });
    expect(await rows.findOneAndReplace({ _id: 1 }, { z: 1 }, { returnDocument: 'after' })).toEqual({
      _id: 1,
      z: 1,
    });
    expect(await rows.findOneAndDelete({ _id: 1 })).toEqual({ _id: 1, z: 1 });
    expect(
      await rows.findOneAndUpdate({ _id: 50 }, { $set: { a: 1 } }, { upsert: true, returnDocument: 'after' }),
    ).toEqual({ _id: 50, a: 1 });
    expect(await rows.findOneAndUpdate({ _id: 51 }, { $set: { a: 1 } })).toBeNull();
  });

  it('stop an ordered batch at its first error, and go on in an unordered one', async () => {
    const operations = [1, 1, 2].map((_id) => ({ insertOne: { document: { _id } } }));
    expect(await codeOf(rows.bulkWrite(operations))).toBe(11_000);
    expect(await rows.countDocuments()).toBe(1);
    await rows.deleteMany({});
    expect(await codeOf(rows.bulkWrite(operations, { ordered: false }))).toBe(11_000);
    expect(await rows.countDocuments()).toBe(2);
  });

  it('write to several collections at once', async () => {
    const id = new ObjectId();
    const result = await client.bulkWrite<Record<string, Document>>([
      { name: 'insertOne', namespace: `${db.databaseName}.rows`, document: { _id: id, a: 1 } },
      { name: 'insertOne', namespace: `${db.databaseName}.others`, document: { _id: id } },
      {
        name: 'updateOne',
        namespace: `${db.databaseName}.rows`,
        filter: { _id: id },
        update: { $set: { a: 2 } },
      },
      { name: 'deleteOne', namespace: `${db.databaseName}.others`, filter: { _id: id } },
    ]);
    expect(result).toMatchObject({ insertedCount: 2, modifiedCount: 1, deletedCount: 1 });
  });
});
