import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Long, type Collection, type Db, type Document, type MongoClient } from 'mongodb';
import { codeOf, connect, startServer, type ServerUnderTest } from './support.js';

interface Row extends Document {
  _id: number;
}

describe('grouping and following references', () => {
  let server: ServerUnderTest;
  let client: MongoClient;
  let db: Db;
  let scores: Collection<Row>;
  let people: Collection<Row>;

  beforeAll(async () => {
    server = await startServer();
    ({ client, db } = await connect(server));
    scores = db.collection<Row>('scores');
    people = db.collection<Row>('people');
    await scores.insertMany([
      { _id: 1, game: 'g', player: 'a', score: 31 },
      { _id: 2, game: 'g', player: 'b', score: 33 },
      { _id: 3, game: 'g', player: 'c', score: 99 },
      { _id: 4, game: 'g', player: 'd' },
      { _id: 5, game: 'h', player: 'e', score: null },
    ]);
    await people.insertMany([
      { _id: 1, name: 'ann' },
      { _id: 2, name: 'bob', knows: 'ann' },
      { _id: 3, name: 'cyd', knows: ['bob', 'eve'] },
      { _id: 4, name: 'dan', knows: 'cyd' },
      { _id: 5, name: 'eve', knows: 'dan' },
      { _id: 6 },
    ]);
  });
  afterAll(async () => {
    await db.dropDatabase();
    await client.close();
    await server.close();
  });

  const grouped = async (field: Document): Promise<unknown[]> => {
    const stages = [{ $sort: { _id: 1 } }, { $group: { _id: '$game', of: field } }, { $sort: { _id: 1 } }];
    return (await scores.aggregate(stages).toArray()).map(({ of }) => of as unknown);
  };

  it.each<[string, Document, unknown[]]>([
    ['$firstN', { input: '$score', n: 2 }, [[31, 33], [null]]],
    ['$lastN', { input: '$score', n: 2 }, [[99, null], [null]]],
    ['$minN', { input: '$score', n: 2 }, [[31, 33], []]],
    ['$maxN', { input: '$score', n: 9 }, [[99, 33, 31], []]],
    ['$top', { sortBy: { score: -1 }, output: '$player' }, ['c', 'e']],
    [
      '$bottom',
      { sortBy: { score: -1 }, output: ['$player', '$score'] },
      [
        ['d', null],
        ['e', null],
      ],
    ],
    ['$topN', { sortBy: { score: -1, _id: 1 }, output: '$player', n: 2 }, [['c', 'b'], ['e']]],
    ['$bottomN', { sortBy: { score: -1 }, output: '$player', n: 3 }, [['b', 'a', 'd'], ['e']]],
  ])('%s of %j', async (name, operand, expected) => {
    expect(await grouped({ [name]: operand })).toEqual(expected);
  });

  it('take an n that depends on the group', async () => {
    const n = { $cond: [{ $eq: ['$game', 'g'] }, 1, 2] };
    const stages = [
      { $sort: { _id: 1 } },
      { $group: { _id: { game: '$game' }, of: { $firstN: { input: '$player', n } } } },
      { $sort: { _id: 1 } },
    ];
    expect((await scores.aggregate(stages).toArray()).map(({ of }) => of as unknown)).toEqual([['a'], ['e']]);
  });

  it.each<[Document, number]>([
    [{ $firstN: 1 }, 5_787_801],
    [{ $minN: 1 }, 5_787_900],
    [{ $firstN: { n: 1, input: 1, more: 1 } }, 5_787_901],
    [{ $firstN: { input: 1 } }, 5_787_906],
    [{ $firstN: { n: 1 } }, 5_787_907],
    [{ $maxN: { n: -1, input: '$score' } }, 5_787_908],
    [{ $topN: 1 }, 5_788_001],
    [{ $top: { n: 1, sortBy: { a: 1 }, output: 1 } }, 5_788_002],
    [{ $topN: { sortBy: { a: 1 }, output: 1 } }, 5_788_003],
    [{ $bottom: { sortBy: { a: 1 } } }, 5_788_004],
    [{ $bottom: { output: 1 } }, 5_788_005],
  ])('refuse %j', async (field, code) => {
    expect(await codeOf(grouped(field))).toBe(code);
  });

  it('$bucketAuto spreads documents evenly and keeps equal ones together', async () => {
    const buckets = db.collection<Row>('buckets');
    await buckets.insertMany([1, 2, 2, 2, 3, 4, 5].map((n, at) => ({ _id: at, n })));
    expect(await buckets.aggregate([{ $bucketAuto: { groupBy: '$n', buckets: 3 } }]).toArray()).toEqual([
      { _id: { min: 1, max: 3 }, count: 4 },
      { _id: { min: 3, max: 5 }, count: 2 },
      { _id: { min: 5, max: 5 }, count: 1 },
    ]);
    const output = { all: { $push: '$n' }, most: { $maxN: { input: '$n', n: 1 } } };
    expect(
      await buckets.aggregate([{ $bucketAuto: { groupBy: '$n', buckets: 1, output } }]).toArray(),
    ).toEqual([{ _id: { min: 1, max: 5 }, all: [1, 2, 2, 2, 3, 4, 5], most: [5] }]);
    expect(
      await buckets
        .aggregate([{ $match: { n: 9 } }, { $bucketAuto: { groupBy: '$n', buckets: 2 } }])
        .toArray(),
    ).toEqual([]);
  });

  it.each<[Document, number]>([
    [{ groupBy: '$n' }, 40_246],
    [{ groupBy: 'n', buckets: 1 }, 40_239],
    [{ groupBy: '$n', buckets: 'x' }, 40_241],
    [{ groupBy: '$n', buckets: 1.5 }, 40_242],
    [{ groupBy: '$n', buckets: 0 }, 40_243],
    [{ groupBy: '$n', buckets: 1, output: 1 }, 40_244],
    [{ groupBy: '$n', buckets: 1, more: 1 }, 40_245],
  ])('$bucketAuto refuses %j', async (spec, code) => {
    expect(await codeOf(scores.aggregate([{ $bucketAuto: spec }]).toArray())).toBe(code);
  });

  const reached = async (spec: Document, _id = 4): Promise<Document[]> => {
    const lookup = {
      from: 'people',
      startWith: '$knows',
      connectFromField: 'knows',
      connectToField: 'name',
      as: 'all',
      ...spec,
    };
    const options = { promoteLongs: false, ignoreUndefined: true } as const;
    const [row] = await people.aggregate([{ $match: { _id } }, { $graphLookup: lookup }], options).toArray();
    return (row!['all'] as Row[]).toSorted((a, b) => Number(a._id) - Number(b._id));
  };

  it('$graphLookup follows references, round circles and through arrays', async () => {
    const names = async (spec: Document, id?: number): Promise<unknown> =>
      (await reached(spec, id)).map(({ name }) => name as string);
    expect(await names({})).toEqual(['ann', 'bob', 'cyd', 'dan', 'eve']);
    expect(await names({ maxDepth: 0 })).toEqual(['cyd']);
    expect(await names({ maxDepth: 1 })).toEqual(['bob', 'cyd', 'eve']);
    expect(await names({ restrictSearchWithMatch: { name: { $ne: 'cyd' } } })).toEqual([]);
    expect(await names({}, 1)).toEqual([]);
    expect(await names({ startWith: ['ann', 'bob'] })).toEqual(['ann', 'bob']);
    expect(await names({ from: 'none' })).toEqual([]);
    await people.createIndex({ name: 1 });
    expect(await names({})).toEqual(['ann', 'bob', 'cyd', 'dan', 'eve']);
  });

  it('$graphLookup tells at which depth it found what', async () => {
    const found = await reached({ depthField: 'at.depth' });
    expect(found.map(({ name, at }) => [name, at.depth])).toEqual([
      ['ann', new Long(2)],
      ['bob', new Long(1)],
      ['cyd', new Long(0)],
      ['dan', new Long(2)],
      ['eve', new Long(1)],
    ]);
  });

  it.each<[Document, number]>([
    [{ more: 1 }, 40_104],
    [{ startWith: undefined }, 40_105],
    [{ as: 1 }, 40_103],
    [{ maxDepth: 'x' }, 40_100],
    [{ maxDepth: -1 }, 40_101],
    [{ maxDepth: 0.5 }, 40_102],
    [{ restrictSearchWithMatch: 1 }, 40_185],
  ])('$graphLookup refuses %j', async (spec, code) => {
    expect(await codeOf(reached(spec))).toBe(code);
  });
});
