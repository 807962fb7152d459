import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import {
  Decimal128,
  Double,
  Int32,
  Long,
  ObjectId,
  type Collection,
  type Document,
  type MongoClient,
  type Db,
} from 'mongodb';
import { codeOf, connect, startServer, type ServerUnderTest } from './support.js';

interface Row extends Document {
  _id: number;
}

const ROWS: Row[] = [
  {
    _id: 1,
    n: 1,
    s: 'apple',
    tags: ['red', 'round'],
    o: { a: 1, b: 2 },
    items: [
      { k: 'x', v: 1 },
      { k: 'y', v: 5 },
    ],
  },
  { _id: 2, n: 2.5, s: 'Banana', tags: ['yellow'], o: { a: 2 }, items: [{ k: 'x', v: 7 }] },
  { _id: 3, n: new Long(3), s: 'cherry', tags: [], o: { a: 1 }, items: [] },
  { _id: 4, n: Decimal128.fromString('4'), s: null, tags: ['red'], b: true },
  { _id: 5, n: '5', d: new Date(5), b: false, id: new ObjectId('65a000000000000000000001') },
  { _id: 6, big: Long.fromString('9007199254740993'), grid: [[1, 2], [3]], nums: [4, 8, 15] },
];

/** Filter, ids it finds. */
const FINDS: [string, Document, number[]][] = [
  ['equality across number types', { n: 3 }, [3]],
  ['equality with a decimal', { n: 4.0 }, [4]],
  ['an element of an array', { tags: 'red' }, [1, 4]],
  ['a whole array', { tags: ['red', 'round'] }, [1]],
  ['a whole document, fields in order', { o: { a: 1, b: 2 } }, [1]],
  ['a path', { 'o.a': 1 }, [1, 3]],
  ['a path through an array', { 'items.v': 7 }, [2]],
  ['a path by index', { 'items.0.v': 1 }, [1]],
  ['null: absent or null', { s: null }, [4, 5, 6]],
  ['$eq', { s: { $eq: 'apple' } }, [1]],
  ['$ne', { s: { $ne: 'apple' } }, [2, 3, 4, 5, 6]],
  ['$gt within the type only', { n: { $gt: 2 } }, [2, 3, 4]],
  ['$gte and $lt', { n: { $gte: 2.5, $lt: 4 } }, [2, 3]],
  ['$lte on strings', { n: { $lte: '5' } }, [5]],
  ['$gte null', { s: { $gte: null } }, [4, 5, 6]],
  ['a Long above 2^53', { big: Long.fromString('9007199254740993') }, [6]],
  ['not its neighbour', { big: Long.fromString('9007199254740992') }, []],
  ['$in', { s: { $in: ['apple', 'cherry', null] } }, [1, 3, 4, 5, 6]],
  ['$in with a pattern', { s: { $in: [/^b/i] } }, [2]],
  ['$nin', { s: { $nin: ['apple', null] } }, [2, 3]],
  ['$and', { $and: [{ tags: 'red' }, { b: true }] }, [4]],
  ['$or', { $or: [{ n: 1 }, { b: false }] }, [1, 5]],
  ['$nor', { $nor: [{ tags: 'red' }, { b: false }] }, [2, 3, 6]],
  ['$not', { n: { $not: { $gt: 2 } } }, [1, 5, 6]],
  ['$exists true', { b: { $exists: true } }, [4, 5]],
  ['$exists false', { o: { $exists: false } }, [4, 5, 6]],
  ['$type by name', { n: { $type: 'long' } }, [3]],
  ['$type number', { n: { $type: 'number' } }, [1, 2, 3, 4]],
  ['$type objectId', { id: { $type: 'objectId' } }, [5]],
  ['$type array of codes', { n: { $type: [2, 19] } }, [4, 5]],
  ['$all', { tags: { $all: ['red', 'round'] } }, [1]],
  ['$size', { tags: { $size: 0 } }, [3]],
  ['$elemMatch on documents', { items: { $elemMatch: { k: 'x', v: { $gt: 5 } } } }, [2]],
  ['$elemMatch on values', { nums: { $elemMatch: { $gt: 5, $lt: 10 } } }, [6]],
  ['two conditions on one array, by different elements', { nums: { $gt: 10, $lt: 5 } }, [6]],
  ['an element that is an array', { grid: [1, 2] }, [6]],
  ['$regex', { s: { $regex: '^b', $options: 'i' } }, [2]],
  ['a pattern', { s: /rr/ }, [3]],
  ['$mod', { n: { $mod: [2, 1] } }, [1, 3]],
  ['$expr', { $expr: { $eq: ['$o.a', 1] } }, [1, 3]],
  ['$expr over two fields', { $expr: { $gt: ['$o.b', '$o.a'] } }, [1]],
  ['$comment', { n: 1, $comment: 'why' }, [1]],
  ['$bitsAllSet', { n: { $bitsAllSet: [0] } }, [1, 3]],
];

/** Filter, the code it is refused with. */
const REFUSALS: [string, Document, number][] = [
  ['an unknown top-level operator', { $foo: 1 }, 2],
  ['an unknown operator', { n: { $foo: 1 } }, 2],
  ['$in without an array', { n: { $in: 1 } }, 2],
  ['$or without an array', { $or: {} }, 2],
  ['$or of nothing', { $or: [] }, 2],
  ['$size of text', { tags: { $size: 'x' } }, 2],
  ['$mod of one number', { n: { $mod: [2] } }, 2],
  ['$regex that is none', { s: { $regex: '(' } }, 51_091],
  ['an unknown expression', { $expr: { $foo: 1 } }, 168],
];

describe('query operators', () => {
  let server: ServerUnderTest;
  let client: MongoClient;
  let db: Db;
  let rows: Collection<Row>;

  beforeAll(async () => {
    server = await startServer();
    ({ client, db } = await connect(server));
    rows = db.collection<Row>('rows');
    await rows.insertMany(ROWS);
  });
  afterAll(async () => {
    await db.dropDatabase();
    await client.close();
    await server.close();
  });

  const find = async (filter: Document): Promise<number[]> =>
    (await rows.find(filter).sort({ _id: 1 }).toArray()).map((row) => row._id);

  it.each(FINDS)('find by %s', async (_what, filter, ids) => {
    expect(await find(filter)).toEqual(ids);
    expect(await rows.countDocuments(filter)).toBe(ids.length);
  });

  it('find the same through indexes', async () => {
    for (const key of ['n', 's', 'tags', 'o.a', 'items.v', 'items.k', 'b', 'nums', 'big']) {
      await rows.createIndex({ [key]: 1 });
    }
    for (const [, filter, ids] of FINDS) expect(await find(filter)).toEqual(ids);
  });

  it.each(REFUSALS)('refuse %s', async (_what, filter, code) => {
    expect(await codeOf(rows.find(filter).toArray())).toBe(code);
  });

  it('give types back as they were stored', async () => {
    const stored = {
      _id: 100,
      i: new Int32(5),
      d: new Double(5),
      l: new Long(5),
      m: Decimal128.fromString('5.00'),
    };
    await rows.insertOne(stored);
    const [back] = await rows.find({ _id: 100 }, { promoteValues: false }).toArray();
    expect(back).toMatchObject({ i: { value: 5 }, d: { value: 5 } });
    expect(back!['d']).toBeInstanceOf(Double);
    expect(back!['l']).toBeInstanceOf(Long);
    expect(String(back!['m'])).toBe('5.00');
    await rows.deleteOne({ _id: 100 });
  });

  describe('sort', () => {
    it.each<[string, Document, number[]]>([
      ['numbers before text, absent first', { n: 1, _id: 1 }, [6, 1, 2, 3, 4, 5]],
      ['descending', { n: -1, _id: -1 }, [5, 4, 3, 2, 1, 6]],
      ['arrays by their least element', { 'items.v': 1, _id: 1 }, [3, 4, 5, 6, 1, 2]],
      ['booleans false first', { b: -1, _id: 1 }, [4, 5, 1, 2, 3, 6]],
    ])('%s', async (_what, sort, ids) => {
      const order = { sort: sort as Record<string, 1 | -1> };
      const sorted = await rows.find({}, order).toArray();
      expect(sorted.map((row) => row._id)).toEqual(ids);
      const page = await rows.find({}, { ...order, skip: 2, limit: 3 }).toArray();
      expect(page.map((row) => row._id)).toEqual(ids.slice(2, 5));
    });
  });

  describe('projection', () => {
    it.each<[string, Document, Document]>([
      ['includes', { n: 1 }, { _id: 1, n: 1 }],
      ['includes a path', { 'o.b': 1, _id: 0 }, { o: { b: 2 } }],
      ['excludes', { items: 0, tags: 0, o: 0, s: 0 }, { _id: 1, n: 1 }],
      ['slices', { tags: { $slice: 1 }, items: 0, o: 0, n: 0, s: 0 }, { _id: 1, tags: ['red'] }],
      [
        'picks the matching element',
        { items: { $elemMatch: { v: 5 } } },
        { _id: 1, items: [{ k: 'y', v: 5 }] },
      ],
      ['computes', { _id: 0, twice: { $multiply: ['$n', 2] } }, { twice: 2 }],
    ])('%s', async (_what, projection, expected) => {
      expect(await rows.findOne({ _id: 1 }, { projection })).toEqual(expected);
    });

    it('gives the element that matched', async () => {
      expect(await rows.findOne({ 'items.v': 5 }, { projection: { 'items.$': 1 } })).toEqual({
        _id: 1,
        items: [{ k: 'y', v: 5 }],
      });
    });

    it('is refused when it mixes inclusion and exclusion', async () => {
      expect(await codeOf(rows.findOne({}, { projection: { n: 1, s: 0 } }))).toBe(31_254);
    });
  });
});
