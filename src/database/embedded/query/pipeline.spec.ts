import { describe, expect, it } from '@jest/globals';
import { deserialize, EJSON, Long, serialize } from 'bson';
import { toBson } from '../bson/bson-convert.js';
import { valuesOf } from '../bson/bson-reader.js';
import { StoreError } from '../store.errors.js';
import { NO_VARIABLES } from './expression/expression.js';
import { compilePipeline } from './pipeline.js';

type Document = Record<string, unknown>;

const settings = { now: new Date(0), variables: NO_VARIABLES };

const orders: Document[] = [
  { _id: 1, who: 'a', n: 5, tags: ['x', 'y'] },
  { _id: 2, who: 'b', n: 1, tags: [] },
  { _id: 3, who: 'a', n: 2, tags: 'z' },
  { _id: 4, who: null, n: 9 },
  { _id: 5, n: 0.5, tags: null },
];

function run(stages: Document[], docs: Document[] = orders): Document[] {
  const pipeline = compilePipeline(valuesOf(toBson(stages)));
  return pipeline
    .run(
      docs.map((doc) => serialize(doc)),
      settings,
    )
    .map((doc) => deserialize(doc));
}

function refusal(stages: unknown[]): number | undefined {
  try {
    compilePipeline(valuesOf(toBson(stages)));
  } catch (error) {
    if (error instanceof StoreError) return error.code;
    throw error;
  }
  return undefined;
}

describe('compilePipeline', () => {
  it.each<[Document[], Document[]]>([
    [
      [{ $match: { n: { $gte: 5 } } }, { $project: { n: 1 } }],
      [
        { _id: 1, n: 5 },
        { _id: 4, n: 9 },
      ],
    ],
    [
      [{ $sort: { n: -1 } }, { $skip: 1 }, { $limit: 2 }, { $project: { n: 1, _id: 0 } }],
      [{ n: 5 }, { n: 2 }],
    ],
    [[{ $count: 'total' }], [{ total: 5 }]],
    [[{ $match: { n: 100 } }, { $count: 'total' }], []],
    [
      [{ $group: { _id: '$who', sum: { $sum: '$n' }, c: { $count: {} } } }],
      [
        { _id: 'a', sum: 7, c: 2 },
        { _id: 'b', sum: 1, c: 1 },
        { _id: null, sum: 9.5, c: 2 },
      ],
    ],
    [
      [
        {
          $group: {
            _id: null,
            avg: { $avg: '$n' },
            min: { $min: '$n' },
            max: { $max: '$n' },
            first: { $first: '$who' },
            last: { $last: '$who' },
            all: { $push: '$who' },
            set: { $addToSet: '$who' },
          },
        },
      ],
      [
        {
          _id: null,
          avg: 3.5,
          min: 0.5,
          max: 9,
          first: 'a',
          last: null,
          all: ['a', 'b', 'a', null],
          set: ['a', 'b', null],
        },
      ],
    ],
    [[{ $group: { _id: { w: '$who', z: '$zz' } } }, { $limit: 1 }], [{ _id: { w: 'a' } }]],
    [
      [{ $unwind: '$tags' }, { $project: { tags: 1 } }],
      [
        { _id: 1, tags: 'x' },
        { _id: 1, tags: 'y' },
        { _id: 3, tags: 'z' },
      ],
    ],
    [
      [
        { $unwind: { path: '$tags', preserveNullAndEmptyArrays: true, includeArrayIndex: 'i' } },
        { $project: { tags: 1, i: 1 } },
      ],
      [
        { _id: 1, tags: 'x', i: 0 },
        { _id: 1, tags: 'y', i: 1 },
        { _id: 2, i: null },
        { _id: 3, tags: 'z', i: null },
        { _id: 4, i: null },
        { _id: 5, tags: null, i: null },
      ],
    ],
    [
      [{ $bucket: { groupBy: '$n', boundaries: [0, 2, 6], default: 'other' } }],
      [
        { _id: 0, count: 2 },
        { _id: 2, count: 2 },
        { _id: 'other', count: 1 },
      ],
    ],
    [
      [{ $group: { _id: null, pop: { $stdDevPop: '$n' }, samp: { $stdDevSamp: '$who' } } }],
      [{ _id: null, pop: Math.sqrt(10), samp: null }],
    ],
    [[{ $sortByCount: '$who' }, { $limit: 1 }], [{ _id: 'a', count: 2 }]],
    [[{ $limit: 1 }, { $replaceRoot: { newRoot: { n: '$n' } } }], [{ n: 5 }]],
    [
      [{ $limit: 1 }, { $addFields: { m: { $multiply: ['$n', 2] } } }, { $unset: ['tags', 'who'] }],
      [{ _id: 1, n: 5, m: 10 }],
    ],
    [
      [{ $facet: { few: [{ $limit: 1 }, { $project: { _id: 1 } }], total: [{ $count: 'n' }] } }],
      [{ few: [{ _id: 1 }], total: [{ n: 5 }] }],
    ],
  ])('%j', (stages, expected) => {
    expect(EJSON.stringify(run(stages))).toBe(EJSON.stringify(expected));
  });

  it('groups equal numbers of different types together and adds Longs exactly', () => {
    const docs = [
      { k: 1, v: Long.fromBigInt(2n ** 60n) },
      { k: Long.fromNumber(1), v: Long.fromBigInt(2n ** 60n + 1n) },
    ];
    expect(
      EJSON.stringify(run([{ $group: { _id: '$k', v: { $sum: '$v' } } }], docs), { relaxed: false }),
    ).toContain('"2305843009213693953"');
  });

  it('adds many small doubles without losing them', () => {
    const docs = Array.from({ length: 1_000 }, () => ({ v: 0.1 }));
    expect(run([{ $group: { _id: null, v: { $sum: '$v' } } }], docs)).toEqual([{ _id: null, v: 100 }]);
  });

  it('samples as many documents as asked for, each at most once', () => {
    const docs = Array.from({ length: 3_000 }, (_, index) => ({ _id: index }));
    const ids = run([{ $sample: { size: 7 } }], docs).map(({ _id }) => _id);
    expect(new Set(ids).size).toBe(7);
    expect(run([{ $sample: { size: 9_000 } }], docs)).toHaveLength(3_000);
  });

  it('needs no more documents after a limit', () => {
    const started = compilePipeline(valuesOf(toBson([{ $limit: 1 }]))).start(settings);
    expect(started.isDone).toBe(false);
    started.push(serialize({ a: 1 }));
    expect(started.isDone).toBe(true);
  });

  it.each<[unknown[], number]>([
    [[{ $foo: 1 }], 40_324],
    [[{ $lookup: {} }], 238],
    [[1], 14],
    [[{}], 40_323],
    [[{ $match: 1 }], 15_959],
    [[{ $sort: {} }], 15_976],
    [[{ $limit: 0 }], 15_958],
    [[{ $limit: -1 }], 5_107_201],
    [[{ $skip: 'x' }], 5_107_200],
    [[{ $count: '' }], 40_157],
    [[{ $count: 'a.b' }], 40_160],
    [[{ $group: 1 }], 15_947],
    [[{ $group: { a: { $sum: 1 } } }], 15_955],
    [[{ $group: { _id: 1, a: 1 } }], 40_234],
    [[{ $group: { _id: 1, a: { $foo: 1 } } }], 15_952],
    [[{ $group: { _id: 1, a: { $median: 1 } } }], 238],
    [[{ $bucket: { groupBy: '$a', boundaries: [2, 1] } }], 40_194],
    [[{ $bucket: { groupBy: '$a', boundaries: [1, 'a'] } }], 40_193],
    [[{ $bucket: { groupBy: 'a', boundaries: [1, 2] } }], 40_202],
    [[{ $sample: { size: 0 } }], 28_747],
    [[{ $group: { _id: 1, 'a.b': { $sum: 1 } } }], 40_235],
    [[{ $group: { _id: 1, a: { $sum: ['$a', '$b'] } } }], 40_237],
    [[{ $unwind: 'a' }], 28_818],
    [[{ $unwind: { path: '$a', foo: 1 } }], 28_811],
    [[{ $unwind: 1 }], 15_981],
    [[{ $project: {} }], 51_272],
    [[{ $sortByCount: 'a' }], 40_148],
    [[{ $facet: {} }], 40_169],
    [[{ $facet: { a: [{ $facet: { b: [] } }] } }], 40_600],
  ])('refuses %j with code %d', (stages, code) => {
    expect(refusal(stages)).toBe(code);
  });
});
