import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { type Collection, type Db, type Document, type MongoClient } from 'mongodb';
import { codeOf, connect, startServer, type ServerUnderTest } from './support.js';

interface Row extends Document {
  _id: number;
}

describe('aggregations over several collections', () => {
  let server: ServerUnderTest;
  let client: MongoClient;
  let db: Db;
  let orders: Collection<Row>;
  let items: Collection<Row>;

  beforeAll(async () => {
    server = await startServer();
    ({ client, db } = await connect(server));
    orders = db.collection<Row>('orders');
    items = db.collection<Row>('items');
  });
  beforeEach(async () => {
    await db.dropDatabase();
    await orders.insertMany([
      { _id: 1, item: 'a', n: 2 },
      { _id: 2, item: ['a', 'b'], n: 1 },
      { _id: 3, item: null },
      { _id: 4 },
      { _id: 5, item: [] },
      { _id: 6, lines: [{ item: 'b' }, {}, { item: ['c'] }] },
      { _id: 7, item: /a/ },
    ]);
    await items.insertMany([
      { _id: 10, sku: 'a', stock: 5 },
      { _id: 11, sku: ['b', 'c'], stock: 0 },
      { _id: 12, sku: null },
      { _id: 13 },
      { _id: 14, sku: /a/ },
    ]);
  });
  afterAll(async () => {
    await db.dropDatabase();
    await client.close();
    await server.close();
  });

  const joined = async (localField: string): Promise<Record<number, number[]>> => {
    const stage = { $lookup: { from: 'items', localField, foreignField: 'sku', as: 'found' } };
    const rows = await orders.aggregate([stage, { $sort: { _id: 1 } }]).toArray();
    return Object.fromEntries(
      rows.map(({ _id, found }) => [_id, (found as Row[]).map((item) => item._id).toSorted((a, b) => a - b)]),
    );
  };

  it('$lookup joins by equality: elements of arrays, null for what is missing or empty', async () => {
    const expected = { 1: [10], 2: [10, 11], 3: [12, 13], 4: [12, 13], 5: [12, 13], 6: [12, 13], 7: [14] };
    expect(await joined('item')).toEqual(expected);
    await items.createIndex({ sku: 1 });
    expect(await joined('item')).toEqual(expected);
    expect((await joined('lines.item'))[6]).toEqual([11]);
  });

  it('$lookup runs a pipeline that sees the document by let', async () => {
    const pipeline = [
      { $match: { $expr: { $gt: ['$stock', '$$least'] } } },
      { $project: { _id: 0, stock: 1, least: '$$least' } },
    ];
    const stages = [
      { $match: { _id: { $lte: 2 } } },
      { $lookup: { from: 'items', let: { least: '$n' }, pipeline, as: 'a.b' } },
    ];
    expect(await orders.aggregate(stages).toArray()).toEqual([
      { _id: 1, item: 'a', n: 2, a: { b: [{ stock: 5, least: 2 }] } },
      { _id: 2, item: ['a', 'b'], n: 1, a: { b: [{ stock: 5, least: 1 }] } },
    ]);
  });

  it('$lookup takes fields and a pipeline together, and nests', async () => {
    const inner = { from: 'orders', localField: 'sku', foreignField: 'item', as: 'orders' };
    const lookup = {
      from: 'items',
      localField: 'item',
      foreignField: 'sku',
      pipeline: [{ $lookup: inner }, { $project: { orders: '$orders._id' } }],
      as: 'items',
    };
    const rows = await orders
      .aggregate([{ $match: { _id: 1 } }, { $lookup: lookup }, { $unwind: '$items' }])
      .toArray();
    expect(rows).toEqual([{ _id: 1, item: 'a', n: 2, items: { _id: 10, orders: [1, 2] } }]);
  });

  it('$lookup finds nothing in a collection that is not there', async () => {
    const lookup = { from: 'none', localField: 'item', foreignField: 'x', as: 'found' };
    expect(await orders.aggregate([{ $match: { _id: 1 } }, { $lookup: lookup }]).toArray()).toEqual([
      { _id: 1, item: 'a', n: 2, found: [] },
    ]);
  });

  it('$unionWith appends another collection, through its pipeline', async () => {
    const stages = [
      { $match: { _id: 1 } },
      { $unionWith: { coll: 'items', pipeline: [{ $match: { stock: { $gte: 0 } } }] } },
      { $unionWith: 'none' },
      { $group: { _id: null, ids: { $push: '$_id' } } },
    ];
    expect(await orders.aggregate(stages).toArray()).toEqual([{ _id: null, ids: [1, 10, 11] }]);
  });

  it('$out replaces a collection whole, and keeps its indexes', async () => {
    const copy = db.collection<Row>('copy');
    await copy.insertOne({ _id: 99 });
    await copy.createIndex({ n: 1 }, { unique: true });
    expect(await orders.aggregate([{ $match: { n: { $gt: 0 } } }, { $out: 'copy' }]).toArray()).toEqual([]);
    expect((await copy.find().sort({ _id: 1 }).toArray()).map(({ _id }) => _id)).toEqual([1, 2]);
    expect((await copy.indexes()).map(({ name }) => name)).toEqual(['_id_', 'n_1']);
    expect(await codeOf(copy.insertOne({ _id: 3, n: 1 }))).toBe(11_000);
    // A conflict changes nothing.
    const conflict = [{ $match: { _id: { $lte: 2 } } }, { $set: { n: 0 } }, { $out: 'copy' }];
    expect(await codeOf(orders.aggregate(conflict).toArray())).toBe(11_000);
    expect(await copy.countDocuments()).toBe(2);
    const other = { db: `${db.databaseName}_other`, coll: 'made' };
    await orders.aggregate([{ $out: other }]).toArray();
    expect(await client.db(other.db).collection('made').countDocuments()).toBe(7);
    await client.db(other.db).dropDatabase();
    const names = (await db.listCollections({}, { nameOnly: true }).toArray()).map(({ name }) => name);
    expect(names.toSorted()).toEqual(['copy', 'items', 'orders']);
  });

  it.each<[string, Document, Document[]]>([
    [
      'merges by default',
      {},
      [
        { _id: 1, old: true, item: 'a', n: 2 },
        { _id: 2, item: ['a', 'b'], n: 1 },
      ],
    ],
    [
      'replaces',
      { whenMatched: 'replace' },
      [
        { _id: 1, item: 'a', n: 2 },
        { _id: 2, item: ['a', 'b'], n: 1 },
      ],
    ],
    [
      'keeps what is there',
      { whenMatched: 'keepExisting' },
      [
        { _id: 1, old: true, item: 'z' },
        { _id: 2, item: ['a', 'b'], n: 1 },
      ],
    ],
    ['discards what is new', { whenNotMatched: 'discard' }, [{ _id: 1, old: true, item: 'a', n: 2 }]],
  ])('$merge %s', async (_what, options, expected) => {
    const target = db.collection<Row>('target');
    await target.insertOne({ _id: 1, old: true, item: 'z' });
    const stages = [{ $match: { n: { $gt: 0 } } }, { $merge: { into: 'target', ...options } }];
    expect(await orders.aggregate(stages).toArray()).toEqual([]);
    expect(await target.find().sort({ _id: 1 }).toArray()).toEqual(expected);
  });

  it('$merge into the collection it reads ends', async () => {
    await orders
      .aggregate([{ $match: { n: 2 } }, { $project: { _id: 0, n: 1 } }, { $merge: 'orders' }])
      .toArray();
    expect(await orders.countDocuments({ n: 2 })).toBe(2);
  });

  it('sorts into buckets, samples, unsets and replaces', async () => {
    const bucket = { groupBy: '$stock', boundaries: [0, 1, 10], default: 'none', output: { n: { $sum: 1 } } };
    expect(await items.aggregate([{ $bucket: bucket }]).toArray()).toEqual([
      { _id: 0, n: 1 },
      { _id: 1, n: 1 },
      { _id: 'none', n: 3 },
    ]);
    expect(await items.aggregate([{ $sample: { size: 3 } }]).toArray()).toHaveLength(3);
    const stages = [{ $match: { _id: 10 } }, { $unset: ['sku'] }, { $replaceWith: { all: '$$ROOT' } }];
    expect(await items.aggregate(stages).toArray()).toEqual([{ all: { _id: 10, stock: 5 } }]);
  });

  it.each<[string, Document[], number]>([
    ['$lookup without as', [{ $lookup: { from: 'x', localField: 'a', foreignField: 'b' } }], 9],
    ['$lookup of one field', [{ $lookup: { from: 'x', localField: 'a', as: 'c' } }], 9],
    ['$lookup with an unknown argument', [{ $lookup: { from: 'x', nonsense: 1, as: 'c' } }], 9],
    ['$lookup from a number', [{ $lookup: { from: 1, localField: 'a', foreignField: 'b', as: 'c' } }], 9],
    [
      'an unknown stage within $lookup',
      [{ $lookup: { from: 'x', pipeline: [{ $nonsense: 1 }], as: 'c' } }],
      40_324,
    ],
    ['$out within $lookup', [{ $lookup: { from: 'x', pipeline: [{ $out: 'y' }], as: 'c' } }], 51_047],
    ['$unionWith with an unknown argument', [{ $unionWith: { coll: 'x', nonsense: 1 } }], 40_415],
    ['$out that is not the last', [{ $out: 'x' }, { $limit: 1 }], 40_601],
    ['$merge that is not the last', [{ $merge: 'x' }, { $limit: 1 }], 40_601],
    ['$merge that finds no match', [{ $merge: { into: 'none', whenNotMatched: 'fail' } }], 13_113],
    ['$merge that must find none', [{ $merge: { into: 'orders', whenMatched: 'fail' } }], 11_000],
    ['$merge of an unknown kind', [{ $merge: { into: 'x', whenMatched: 'nonsense' } }], 2],
    ['$facet within $facet', [{ $facet: { a: [{ $facet: { b: [] } }] } }], 40_600],
    ['$out within $facet', [{ $facet: { a: [{ $out: 'x' }] } }], 40_600],
    ['$skip of less than nothing', [{ $skip: -1 }], 5_107_200],
    ['$sort of nothing', [{ $sort: {} }], 15_976],
    ['$unwind of no path', [{ $unwind: 'x' }], 28_818],
    ['$project of nothing', [{ $project: {} }], 51_272],
    ['$sample of nothing', [{ $sample: { size: -1 } }], 28_747],
    ['$bucket of one boundary', [{ $bucket: { groupBy: '$a', boundaries: [1] } }], 40_192],
    ['$count of no field', [{ $count: '' }], 40_157],
    ['$replaceRoot by a number', [{ $replaceRoot: { newRoot: 1 } }], 40_228],
  ])('refuse %s', async (_what, stages, code) => {
    expect(await codeOf(orders.aggregate(stages).toArray())).toBe(code);
  });

  it('rename a collection, over another when asked to', async () => {
    await orders.createIndex({ n: 1 });
    await orders.rename('moved');
    const moved = db.collection<Row>('moved');
    expect(await moved.countDocuments({ n: 2 }, { hint: { n: 1 } })).toBe(1);
    expect(await orders.countDocuments()).toBe(0);
    await moved.insertOne({ _id: 100 });
    expect(await codeOf(moved.rename('items'))).toBe(48);
    expect(await codeOf(orders.rename('x'))).toBe(26);
    const toItself = { renameCollection: moved.namespace, to: moved.namespace };
    expect(await codeOf(client.db('admin').command(toItself))).toBe(20);
    await moved.rename('items', { dropTarget: true });
    expect(await items.countDocuments()).toBe(8);
    expect((await items.findOne({ _id: 100 }))?._id).toBe(100);
  });

  it('tell the sizes of a collection and of a database', async () => {
    expect(await db.command({ collStats: 'items' })).toMatchObject({
      ns: `${db.databaseName}.items`,
      count: 5,
      nindexes: 1,
      ok: 1,
    });
    const stats = await db.stats();
    expect(stats).toMatchObject({ db: db.databaseName, collections: 2, objects: 12, indexes: 2 });
    expect(stats['dataSize']).toBeGreaterThan(100);
  });
});
