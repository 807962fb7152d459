import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Binary, type Db, type Document, type MongoClient, type MongoServerError } from 'mongodb';
import { codeOf, connect, startServer, type ServerUnderTest } from './support.js';

interface Row extends Document {
  _id: number;
}

describe('collections with options', () => {
  let server: ServerUnderTest;
  let client: MongoClient;
  let db: Db;

  beforeAll(async () => {
    server = await startServer();
    ({ client, db } = await connect(server));
  });
  afterAll(async () => {
    await db.dropDatabase();
    await client.close();
    await server.close();
  });

  it('have a UUID that a new name leaves as it is', async () => {
    const uuidOf = async (name: string): Promise<string> => {
      const [listed] = (await db.listCollections({ name }).toArray()) as Document[];
      expect(listed!['info'].uuid).toBeInstanceOf(Binary);
      return (listed!['info'].uuid as Binary).toString('hex');
    };
    await db.createCollection('named');
    const before = await uuidOf('named');
    await db.renameCollection('named', 'renamed');
    expect(await uuidOf('renamed')).toBe(before);
    await db.createCollection('named');
    expect(await uuidOf('named')).not.toBe(before);
  });

  describe('a validator', () => {
    const failure = async (work: Promise<unknown>): Promise<Document> => {
      const error = await work.then(
        () => undefined,
        (reason: unknown) => reason as MongoServerError & { writeErrors?: Document[] },
      );
      return { code: error?.code, message: error?.message, info: error?.errorResponse?.['errInfo'] };
    };

    it('refuses documents that do not match it, and tells why', async () => {
      const rows = await db.createCollection<Row>('valid', {
        validator: { x: { $type: 'string' }, y: { $gt: 1 } },
      });
      await rows.insertOne({ _id: 1, x: 'a', y: 2 });
      const code = 121;
      expect(await failure(rows.insertOne({ _id: 2, x: 3, y: 2 }))).toMatchObject({
        code,
        message: 'Document failed validation',
        info: { failingDocumentId: 2, details: { operatorName: '$and' } },
      });
      expect(await failure(rows.updateOne({ _id: 1 }, { $set: { x: 1 } }))).toMatchObject({ code });
      expect(await failure(rows.replaceOne({ _id: 1 }, { x: 'a' }))).toMatchObject({ code });
      expect(await failure(rows.updateOne({ _id: 5 }, { $set: { x: 1 } }, { upsert: true }))).toMatchObject({
        code,
      });
      expect(await failure(rows.findOneAndUpdate({ _id: 1 }, { $set: { x: 1 } }))).toMatchObject({
        code,
        info: { failingDocumentId: 1 },
      });
      expect(await rows.find().toArray()).toEqual([{ _id: 1, x: 'a', y: 2 }]);
    });

    it('is passed by with bypassDocumentValidation', async () => {
      const rows = await db.createCollection<Row>('bypassed', { validator: { x: 1 } });
      const options = { bypassDocumentValidation: true };
      await rows.insertOne({ _id: 1, x: 2 }, options);
      await rows.updateOne({ _id: 1 }, { $set: { x: 3 } }, options);
      await rows.findOneAndUpdate({ _id: 1 }, { $set: { y: 3 } }, options);
      const source = db.collection<Row>('source');
      await source.insertOne({ _id: 2, x: 5 });
      expect(await codeOf(source.aggregate([{ $merge: 'bypassed' }]).toArray())).toBe(121);
      await source.aggregate([{ $merge: 'bypassed' }], options).toArray();
      expect(await rows.countDocuments({ x: { $ne: 1 } })).toBe(2);
    });

    it('is set, loosened and taken away by collMod', async () => {
      const rows = db.collection<Row>('changed');
      await rows.insertMany([
        { _id: 1, x: 1 },
        { _id: 2, x: 'a' },
      ]);
      await db.command({ collMod: 'changed', validator: { x: { $type: 'string' } } });
      expect(await codeOf(rows.updateOne({ _id: 1 }, { $set: { y: 1 } }))).toBe(121);
      await db.command({ collMod: 'changed', validationLevel: 'moderate' });
      expect(await codeOf(rows.updateOne({ _id: 1 }, { $set: { y: 1 } }))).toBeUndefined();
      expect(await codeOf(rows.updateOne({ _id: 2 }, { $set: { x: 1 } }))).toBe(121);
      await db.command({ collMod: 'changed', validationAction: 'warn' });
      expect(await codeOf(rows.updateOne({ _id: 2 }, { $set: { x: 1 } }))).toBeUndefined();
      expect(await db.listCollections({ name: 'changed' }).toArray()).toMatchObject([
        {
          options: {
            validator: { x: { $type: 'string' } },
            validationLevel: 'moderate',
            validationAction: 'warn',
          },
        },
      ]);
      await db.command({ collMod: 'changed', validator: {} });
      expect(await codeOf(rows.insertOne({ _id: 9 }))).toBeUndefined();
    });

    it('is checked itself', async () => {
      expect(await codeOf(db.createCollection('bad', { validator: { x: { $nope: 1 } } }))).toBe(2);
      expect(await codeOf(db.createCollection('bad', { validationLevel: 'some' }))).toBe(2);
    });
  });

  describe('a capped collection', () => {
    it('keeps the newest documents, as many as its limits allow, in order', async () => {
      const rows = await db.createCollection<Row>('capped', { capped: true, size: 100_000, max: 3 });
      await rows.createIndex({ n: 1 });
      await rows.insertMany([5, 4, 3, 2, 1].map((n) => ({ _id: n, n })));
      expect(await rows.find().toArray()).toEqual([3, 2, 1].map((n) => ({ _id: n, n })));
      expect(await rows.find().sort({ $natural: -1 }).toArray()).toEqual(
        [1, 2, 3].map((n) => ({ _id: n, n })),
      );
      expect(await rows.find({ n: 5 }).hint({ n: 1 }).toArray()).toEqual([]);
      expect(await rows.countDocuments()).toBe(3);
      expect(await rows.isCapped()).toBe(true);
      expect(await rows.options()).toMatchObject({ capped: true, size: 100_000, max: 3 });
      expect(await db.command({ collStats: 'capped' })).toMatchObject({
        capped: true,
        max: 3,
        maxSize: 100_000,
      });
      expect(await codeOf(rows.deleteOne({ _id: 2 }))).toBeUndefined();
      expect(await codeOf(rows.updateOne({ _id: 1 }, { $set: { longer: 'than before' } }))).toBeUndefined();
    });

    it('holds no more bytes than its size, also after a failed write', async () => {
      const rows = await db.createCollection<Row>('sized', { capped: true, size: 10_000 });
      const pad = 'x'.repeat(1_000);
      await rows.insertMany(Array.from({ length: 20 }, (_, _id) => ({ _id, pad })));
      const kept = await rows.find().toArray();
      expect(kept.map(({ _id }) => _id)).toEqual([11, 12, 13, 14, 15, 16, 17, 18, 19]);
      expect(await codeOf(rows.insertOne({ _id: 19, pad }))).toBe(11_000);
      await rows.insertOne({ _id: 20, pad });
      expect(await rows.countDocuments()).toBe(9);
      await db.command({ collMod: 'sized', cappedSize: 5_000, cappedMax: 2 });
      await rows.insertOne({ _id: 21, pad });
      expect((await rows.find().toArray()).map(({ _id }) => _id)).toEqual([20, 21]);
      expect(await codeOf(rows.insertOne({ _id: 22, pad: pad.repeat(5) }))).toBe(2);
    });

    it('needs a size, and no index that expires documents', async () => {
      expect(await codeOf(db.command({ create: 'bad', capped: true }))).toBe(72);
      expect(await codeOf(db.command({ create: 'bad', capped: true, size: 0 }))).toBe(51_024);
      expect(await codeOf(db.command({ create: 'bad', size: 10 }))).toBe(72);
      expect(await codeOf(db.command({ create: 'capped' }))).toBe(48);
      const expiring = db.collection('capped').createIndex({ at: 1 }, { expireAfterSeconds: 5 });
      expect(await codeOf(expiring)).toBe(67);
      expect(
        await codeOf(
          db
            .collection('sized')
            .aggregate([{ $out: 'capped' }])
            .toArray(),
        ),
      ).toBe(17_152);
    });

    it('is followed by tailable cursors', async () => {
      const rows = await db.createCollection<Row>('tailed', { capped: true, size: 10_000, max: 3 });
      const find = { find: 'tailed', tailable: true, batchSize: 2 };
      expect((await db.command(find))['cursor']).toMatchObject({ firstBatch: [] });
      await rows.insertMany([{ _id: 1 }, { _id: 2 }]);
      const { cursor } = await db.command(find);
      const more = async (): Promise<Document> =>
        (await db.command({ getMore: cursor.id, collection: 'tailed' }))['cursor'] as Document;
      expect(cursor.firstBatch).toEqual([{ _id: 1 }, { _id: 2 }]);
      expect(await more()).toMatchObject({ id: cursor.id, nextBatch: [] });
      await rows.insertOne({ _id: 3 });
      expect(await more()).toMatchObject({ id: cursor.id, nextBatch: [{ _id: 3 }] });
      await rows.insertMany([{ _id: 4 }, { _id: 5 }, { _id: 6 }]);
      expect(await codeOf(more())).toBe(136);
    });

    it('wakes cursors that await data', async () => {
      const rows = await db.createCollection<Row>('awaited', { capped: true, size: 10_000 });
      await rows.insertOne({ _id: 1 });
      const cursor = rows.find({}, { tailable: true, awaitData: true, maxAwaitTimeMS: 60_000 });
      expect(await cursor.next()).toEqual({ _id: 1 });
      const next = cursor.next();
      await rows.insertOne({ _id: 2 });
      expect(await next).toEqual({ _id: 2 });
      const waiting = cursor.next();
      await db.dropCollection('awaited');
      expect(await waiting.catch(() => null)).toBeNull();
      await cursor.close();
    });

    it('alone has tailable cursors', async () => {
      await db.collection<Row>('plain').insertMany([{ _id: 1 }, { _id: 2 }]);
      expect(await codeOf(db.command({ find: 'plain', tailable: true }))).toBe(2);
      expect(await codeOf(db.command({ find: 'plain', awaitData: true }))).toBe(9);
      expect(await codeOf(db.command({ find: 'tailed', tailable: true, sort: { _id: 1 } }))).toBe(2);
      const { cursor } = await db.command({ find: 'plain', batchSize: 1 });
      const more = { getMore: cursor.id, collection: 'plain' };
      expect(await codeOf(db.command({ ...more, maxTimeMS: 5 }))).toBe(2);
      expect((await db.command(more))['cursor']).toMatchObject({ nextBatch: [{ _id: 2 }] });
    });
  });

  it('are clustered by _id', async () => {
    const clusteredIndex = { key: { _id: 1 }, unique: true, name: 'by id' };
    const rows = await db.createCollection<Row>('clustered', { clusteredIndex });
    await rows.insertMany([{ _id: 2 }, { _id: 1 }, { _id: 3 }]);
    expect(await rows.find().toArray()).toEqual([{ _id: 1 }, { _id: 2 }, { _id: 3 }]);
    expect(
      await rows
        .find({ _id: { $gt: 1 } })
        .hint('by id')
        .toArray(),
    ).toEqual([{ _id: 2 }, { _id: 3 }]);
    expect(await rows.indexes()).toEqual([{ v: 2, ...clusteredIndex, clustered: true }]);
    const [listed] = await db.listCollections({ name: 'clustered' }).toArray();
    expect(listed).toMatchObject({ options: { clusteredIndex: { v: 2, ...clusteredIndex } } });
    expect(listed).not.toHaveProperty('idIndex');
    expect(await codeOf(rows.insertOne({ _id: 1 }))).toBe(11_000);
    expect(await codeOf(rows.dropIndex('by id'))).toBe(5_979_800);
    expect(
      await codeOf(db.createCollection('bad', { clusteredIndex: { key: { a: 1 }, unique: true } })),
    ).toBe(197);
  });

  it('have an index made unique step by step', async () => {
    const rows = db.collection<Row>('uniting');
    await rows.insertMany([
      { _id: 1, x: 1 },
      { _id: 2, x: 1 },
      { _id: 3, x: 3 },
    ]);
    await rows.createIndex({ x: 1 });
    const change = (index: Document): Promise<Document> =>
      db.command({ collMod: 'uniting', index: { keyPattern: { x: 1 }, ...index } });
    expect(await codeOf(change({ unique: true }))).toBe(72);
    expect(await change({ prepareUnique: true })).toMatchObject({
      prepareUnique_old: false,
      prepareUnique_new: true,
    });
    expect(await codeOf(rows.insertOne({ _id: 4, x: 1 }))).toBe(11_000);
    expect(await codeOf(rows.updateOne({ _id: 3 }, { $set: { x: 1 } }))).toBe(11_000);
    await expect(change({ unique: true })).rejects.toMatchObject({
      code: 359,
      errorResponse: { violations: [{ ids: [1, 2] }] },
    });
    await rows.deleteOne({ _id: 2 });
    expect(await change({ unique: true })).toMatchObject({ unique_new: true });
    expect(await rows.indexes()).toMatchObject([{ name: '_id_' }, { name: 'x_1', unique: true }]);
    expect(await codeOf(rows.insertOne({ _id: 4, x: 1 }))).toBe(11_000);
    expect(await rows.find({ x: 3 }).hint({ x: 1 }).toArray()).toEqual([{ _id: 3, x: 3 }]);
  });
});
