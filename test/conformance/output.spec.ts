import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { Timestamp, type Binary, type Collection, type Db, type Document, type MongoClient } from 'mongodb';
import { codeOf, connect, startServer, type ServerUnderTest } from './support.js';

interface Row extends Document {
  _id: number;
}

describe('aggregations that bring documents or write them', () => {
  let server: ServerUnderTest;
  let client: MongoClient;
  let db: Db;
  let target: Collection<Row>;

  beforeAll(async () => {
    server = await startServer();
    ({ client, db } = await connect(server));
    target = db.collection<Row>('target');
  });
  beforeEach(async () => {
    await target.deleteMany({});
    await target.insertMany([
      { _id: 1, day: 'mon', shop: 'a', n: 1, old: true },
      { _id: 2, day: 'tue', shop: 'a', n: 2 },
    ]);
    await target.createIndex({ shop: 1, day: 1 }, { unique: true });
  });
  afterAll(async () => {
    await db.dropDatabase();
    await client.close();
    await server.close();
  });

  const merge = (documents: Document[], spec: Document): Promise<unknown> =>
    db.aggregate([{ $documents: documents }, { $merge: { into: 'target', ...spec } }]).toArray();
  const all = (): Promise<Row[]> =>
    target
      .find({}, { projection: { _id: 0 } })
      .sort({ _id: 1 })
      .toArray();

  it('$documents gives what it says, to any stage', async () => {
    expect(
      await db.aggregate([{ $documents: [{ a: 1 }, { a: 2 }] }, { $match: { a: 2 } }]).toArray(),
    ).toEqual([{ a: 2 }]);
    const computed = { $documents: { $map: { input: '$$list', in: { x: '$$this' } } } };
    expect(await db.aggregate([computed], { let: { list: [1, 2] } }).toArray()).toEqual([{ x: 1 }, { x: 2 }]);
    const join = { $lookup: { from: 'target', localField: 'd', foreignField: 'day', as: 'found' } };
    expect(await db.aggregate([{ $documents: [{ d: 'tue' }] }, join]).toArray()).toMatchObject([
      { d: 'tue', found: [{ _id: 2 }] },
    ]);
  });

  it('$listLocalSessions tells the session that asks', async () => {
    const session = client.startSession();
    const listed = await client
      .db('admin')
      .aggregate([{ $listLocalSessions: {} }], { session })
      .toArray();
    const hex = (id: Binary): string => Buffer.from(id.buffer).toString('hex');
    const own = listed.find(({ _id }) => hex(_id.id as Binary) === hex(session.id!.id as Binary));
    expect(own).toMatchObject({ lastUse: expect.any(Date) });
    await session.endSession();
  });

  it.each<[string, Document, number]>([
    ['nothing', { aggregate: 1, pipeline: [], cursor: {} }, 73],
    ['a stage that needs a collection', { aggregate: 1, pipeline: [{ $match: {} }], cursor: {} }, 73],
    ['$documents on a collection', { aggregate: 'target', pipeline: [{ $documents: [] }], cursor: {} }, 73],
    ['$documents of no array', { aggregate: 1, pipeline: [{ $documents: 1 }], cursor: {} }, 5_858_203],
    ['another number', { aggregate: 2, pipeline: [], cursor: {} }, 9],
  ])('refuse %s', async (_what, command, code) => {
    expect(await codeOf(db.command(command))).toBe(code);
  });

  it('$merge finds by the fields of a unique index', async () => {
    const on = ['day', 'shop'];
    await merge(
      [
        { day: 'mon', shop: 'a', n: 5 },
        { day: 'wed', shop: 'a', n: 6 },
      ],
      { on },
    );
    expect(await all()).toEqual([
      { day: 'mon', shop: 'a', n: 5, old: true },
      { day: 'tue', shop: 'a', n: 2 },
      { day: 'wed', shop: 'a', n: 6 },
    ]);
    await merge([{ day: 'mon', shop: 'a', n: 7 }], { on, whenMatched: 'replace' });
    expect(await target.findOne({ day: 'mon' })).toEqual({ _id: 1, day: 'mon', shop: 'a', n: 7 });
  });

  it('$merge changes what it finds by a pipeline, which sees $$new and its let', async () => {
    const add = [{ $set: { n: { $add: ['$n', '$$new.n', '$$extra'] } } }];
    await merge(
      [
        { _id: 1, n: 10, by: 100 },
        { _id: 7, n: 9, day: 'sun' },
      ],
      { let: { extra: '$by' }, whenMatched: add },
    );
    expect(await all()).toEqual([
      { day: 'mon', shop: 'a', n: 111, old: true },
      { day: 'tue', shop: 'a', n: 2 },
      { n: 9, day: 'sun' },
    ]);
    await merge([{ _id: 2 }], {
      whenMatched: [{ $replaceWith: { only: '$$new._id' } }],
      whenNotMatched: 'fail',
    });
    expect(await target.findOne({ _id: 2 })).toEqual({ _id: 2, only: 2 });
  });

  it.each<[string, Document[], Document, number]>([
    ['fields without a unique index', [{ n: 1 }], { on: 'n' }, 51_183],
    ['a result without a field', [{ day: 'mon' }], { on: ['day', 'shop'] }, 51_132],
    ['a result with an array', [{ day: ['mon'], shop: 'a' }], { on: ['day', 'shop'] }, 51_185],
    ['another _id for what is found', [{ _id: 9, day: 'mon', shop: 'a' }], { on: ['day', 'shop'] }, 66],
    ['no fields', [], { on: [] }, 51_187],
    ['a number for fields', [], { on: 1 }, 51_186],
    ['a number among fields', [], { on: [1] }, 51_134],
    ['a field twice', [], { on: ['a', 'a'] }, 31_465],
    ['modes that do not go together', [], { whenMatched: 'fail', whenNotMatched: 'discard' }, 51_181],
    ['a let without a pipeline', [], { let: { a: 1 } }, 51_199],
    ['another meaning of $$new', [], { let: { new: 1 }, whenMatched: [] }, 51_273],
    ['a stage that updates have not', [], { whenMatched: [{ $match: {} }] }, 72],
    ['a duplicate', [{ _id: 2, x: 1 }], { whenMatched: 'fail' }, 11_000],
  ])('$merge refuses %s', async (_what, documents, spec, code) => {
    expect(await codeOf(merge(documents, spec))).toBe(code);
  });

  it('tell their plan where the aggregate command is asked for it', async () => {
    const plan = await db.command({ aggregate: 'target', pipeline: [{ $match: { _id: 1 } }], explain: true });
    expect(plan).toMatchObject({ queryPlanner: { winningPlan: {} } });
  });

  it('inserts set empty timestamps of top-level fields to the present', async () => {
    const empty = new Timestamp(0n);
    await target.insertOne({ _id: 3, at: empty, day: 'x', below: { at: empty } });
    const { at, below } = (await target.findOne({ _id: 3 })) as unknown as Record<string, Document>;
    expect((at as unknown as Timestamp).t).toBeGreaterThan(0);
    expect((below!['at'] as Timestamp).t).toBe(0);
  });
});
