/* oxlint-disable unicorn/no-thenable -- `then` is an operand of $cond and $switch */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import {
  Decimal128,
  Double,
  Int32,
  Long,
  ObjectId,
  Timestamp,
  type Db,
  type Document,
  type MongoClient,
} from 'mongodb';
import { SUPPORTED_EXPRESSIONS } from '../../src/database/embedded/query/expression/compile-expression.js';
import { codeOf, connect, startServer, type ServerUnderTest } from './support.js';

const AT = new Date('2024-02-29T13:14:15.678Z');
const ID = new ObjectId('65e0a1b2c3d4e5f60718293a');

const DOCUMENT = {
  _id: 1,
  n: 7,
  negative: -7.5,
  list: [3, 1, 2],
  words: ['b', 'a'],
  text: '  Hello World  ',
  accents: 'héé',
  at: AT,
  o: { x: 1, y: { z: 2 } },
  rows: [
    { k: 'a', v: 2 },
    { k: 'b', v: 1 },
  ],
  nothing: null,
};

/** Operator, operand, what it gives for {@link DOCUMENT} as MongoDB's manual documents it. */
const CASES: [string, unknown, unknown][] = [
  ['$abs', '$negative', 7.5],
  ['$add', ['$n', 1, 0.5], 8.5],
  ['$add', ['$at', 1_000], new Date(AT.getTime() + 1_000)],
  ['$add', ['$n', '$nothing'], null],
  ['$allElementsTrue', [[true, 1, 'x']], true],
  ['$and', ['$n', '$nothing'], false],
  ['$anyElementTrue', [[false, 0]], false],
  ['$arrayElemAt', ['$list', -1], 2],
  ['$arrayToObject', '$rows', { a: 2, b: 1 }],
  ['$avg', '$list', 2],
  ['$binarySize', '$accents', 5],
  ['$binarySize', '$nothing', null],
  ['$bsonSize', '$o', 27],
  ['$ceil', '$negative', -7],
  ['$cmp', ['$n', 8], -1],
  ['$concat', ['a', '$text'], 'a  Hello World  '],
  ['$concat', ['a', '$nothing'], null],
  ['$concatArrays', ['$list', ['x']], [3, 1, 2, 'x']],
  ['$cond', { if: { $gt: ['$n', 5] }, then: 'more', else: 'less' }, 'more'],
  ['$cond', [false, 1, 2], 2],
  ['$const', '$n', '$n'],
  ['$convert', { input: '12', to: 'int' }, 12],
  ['$convert', { input: 'x', to: 'int', onError: 'bad' }, 'bad'],
  ['$convert', { input: null, to: 'int', onNull: 'none' }, 'none'],
  ['$dateAdd', { startDate: '$at', unit: 'year', amount: 1 }, new Date('2025-02-28T13:14:15.678Z')],
  ['$dateDiff', { startDate: new Date(0), endDate: '$at', unit: 'year' }, new Long(54)],
  ['$dateFromParts', { year: 2024, month: 2, day: 29, hour: 13 }, new Date('2024-02-29T13:00:00Z')],
  ['$dateFromParts', { year: 2024, month: 14, day: 0 }, new Date('2025-01-31T00:00:00Z')],
  ['$dateFromParts', { year: 2024, timezone: '+02:00' }, new Date('2023-12-31T22:00:00Z')],
  [
    '$dateFromParts',
    { isoWeekYear: 2024, isoWeek: 9, isoDayOfWeek: 4, minute: 5 },
    new Date('2024-02-29T00:05:00Z'),
  ],
  ['$dateFromParts', { year: '$nothing' }, null],
  ['$dateFromString', { dateString: '2024-02-29T13:14:15.678Z' }, AT],
  [
    '$dateFromString',
    { dateString: '2024-02-29', timezone: 'America/New_York' },
    new Date('2024-02-29T05:00:00Z'),
  ],
  [
    '$dateFromString',
    { dateString: '29/Feb/2024 13.14', format: '%d/%b/%Y %H.%M' },
    new Date('2024-02-29T13:14:00Z'),
  ],
  ['$dateFromString', { dateString: '2024-060 +0100', format: '%Y-%j %z' }, new Date('2024-02-28T23:00:00Z')],
  ['$dateFromString', { dateString: '2024-W09-4', format: '%G-W%V-%u' }, new Date('2024-02-29T00:00:00Z')],
  ['$dateFromString', { dateString: 'never', onError: 'none' }, 'none'],
  ['$dateFromString', { dateString: '2024-02-30', onError: 'none' }, 'none'],
  ['$dateFromString', { dateString: '$nothing', onNull: 'none' }, 'none'],
  ['$dateSubtract', { startDate: '$at', unit: 'month', amount: 1 }, new Date('2024-01-29T13:14:15.678Z')],
  [
    '$dateToParts',
    { date: '$at' },
    { year: 2024, month: 2, day: 29, hour: 13, minute: 14, second: 15, millisecond: 678 },
  ],
  ['$dateToString', { date: '$at', format: '%Y-%m-%dT%H:%M:%S.%LZ' }, '2024-02-29T13:14:15.678Z'],
  ['$dateTrunc', { date: '$at', unit: 'hour' }, new Date('2024-02-29T13:00:00.000Z')],
  ['$dayOfMonth', '$at', 29],
  ['$dayOfWeek', '$at', 5],
  ['$dayOfYear', '$at', 60],
  ['$divide', ['$n', 2], 3.5],
  ['$eq', ['$n', new Long(7)], true],
  ['$exp', 0, 1],
  ['$filter', { input: '$list', as: 'each', cond: { $gte: ['$$each', 2] } }, [3, 2]],
  ['$filter', { input: '$list', cond: { $gte: ['$$this', 1] }, limit: 2 }, [3, 1]],
  ['$first', '$list', 3],
  ['$firstN', { input: '$list', n: 2 }, [3, 1]],
  ['$floor', '$negative', -8],
  ['$getField', { field: 'x', input: '$o' }, 1],
  ['$gt', ['$n', 'text'], false],
  ['$gte', ['$n', 7], true],
  ['$hour', '$at', 13],
  ['$ifNull', ['$nothing', '$missing', 'instead'], 'instead'],
  ['$in', [2, '$list'], true],
  ['$indexOfArray', ['$list', 2], 2],
  ['$indexOfCP', ['$accents', 'é'], 1],
  ['$isArray', ['$list'], true],
  ['$isNumber', '$text', false],
  ['$isoDayOfWeek', '$at', 4],
  ['$isoWeek', { date: '$at' }, 9],
  ['$isoWeekYear', new Date('2023-01-01T00:00:00Z'), new Long(2022)],
  ['$lastN', { input: '$list', n: 2 }, [1, 2]],
  ['$maxN', { input: [1, null, 5, 3], n: 2 }, [5, 3]],
  ['$minN', { input: [1, null, 5, 3], n: 9 }, [1, 3, 5]],
  ['$last', '$list', 2],
  ['$let', { vars: { double: { $multiply: ['$n', 2] } }, in: { $add: ['$$double', 1] } }, 15],
  ['$literal', { $add: [1, 2] }, { $add: [1, 2] }],
  ['$ln', 1, 0],
  ['$log', [8, 2], 3],
  ['$log10', 1_000, 3],
  ['$lt', ['$n', 7], false],
  ['$lte', ['$nothing', 0], true],
  ['$ltrim', { input: '$text' }, 'Hello World  '],
  ['$map', { input: '$list', as: 'each', in: { $multiply: ['$$each', 10] } }, [30, 10, 20]],
  ['$max', ['$n', '$negative'], 7],
  ['$mergeObjects', ['$o', { x: 5 }, null], { x: 5, y: { z: 2 } }],
  ['$millisecond', '$at', 678],
  ['$min', '$list', 1],
  ['$minute', '$at', 14],
  ['$mod', [-7, 3], -1],
  ['$month', '$at', 2],
  ['$multiply', ['$n', Decimal128.fromString('1.5')], Decimal128.fromString('10.5')],
  ['$ne', ['$n', 7], false],
  ['$not', ['$nothing'], true],
  [
    '$objectToArray',
    '$o',
    [
      { k: 'x', v: 1 },
      { k: 'y', v: { z: 2 } },
    ],
  ],
  ['$or', ['$nothing', 0, 'x'], true],
  ['$pow', [2, 10], 1_024],
  ['$rand', {}, expect.any(Number)],
  ['$range', [0, 10, 3], [0, 3, 6, 9]],
  ['$reduce', { input: '$list', initialValue: 0, in: { $add: ['$$value', '$$this'] } }, 6],
  ['$regexMatch', { input: '$text', regex: 'hello', options: 'i' }, true],
  ['$regexFind', { input: 'éab abc', regex: 'a(b)(c)?' }, { match: 'ab', idx: 1, captures: ['b', null] }],
  ['$regexFind', { input: '$text', regex: /world/i }, { match: 'World', idx: 8, captures: [] }],
  ['$regexFind', { input: '$text', regex: 'nothing' }, null],
  ['$regexFind', { input: '$nothing', regex: 'a' }, null],
  [
    '$regexFindAll',
    { input: 'a1 b22', regex: '[a-z](\\d+)' },
    [
      { match: 'a1', idx: 0, captures: ['1'] },
      { match: 'b22', idx: 3, captures: ['22'] },
    ],
  ],
  ['$regexFindAll', { input: 'ab', regex: 'x*' }, [0, 1, 2].map((idx) => ({ match: '', idx, captures: [] }))],
  ['$regexFindAll', { input: null, regex: 'x' }, []],
  ['$replaceAll', { input: '$text', find: 'o', replacement: '0' }, '  Hell0 W0rld  '],
  ['$replaceOne', { input: '$text', find: 'o', replacement: '0' }, '  Hell0 World  '],
  ['$reverseArray', '$list', [2, 1, 3]],
  ['$round', [2.5, 0], 2],
  ['$rtrim', { input: '$text' }, '  Hello World'],
  ['$second', '$at', 15],
  ['$setDifference', [[1, 2, 2, 3], [2]], [1, 3]],
  [
    '$setEquals',
    [
      [1, 2],
      [2, 1, 1],
    ],
    true,
  ],
  ['$setField', { field: 'x', input: '$o', value: 9 }, { x: 9, y: { z: 2 } }],
  ['$setIntersection', ['$list', [1, 9]], [1]],
  ['$setIsSubset', [[1], '$list'], true],
  ['$setUnion', [[1], [2, 1]], [1, 2]],
  ['$size', '$list', 3],
  ['$slice', ['$list', 1, 2], [1, 2]],
  [
    '$sortArray',
    { input: '$rows', sortBy: { v: 1 } },
    [
      { k: 'b', v: 1 },
      { k: 'a', v: 2 },
    ],
  ],
  ['$split', ['a-b-c', '-'], ['a', 'b', 'c']],
  ['$sqrt', 16, 4],
  ['$strLenBytes', '$accents', 5],
  ['$strLenCP', '$accents', 3],
  ['$strcasecmp', ['ABC', 'abd'], -1],
  ['$substr', ['$accents', 0, 3], 'hé'],
  ['$substrBytes', ['$accents', 1, 2], 'é'],
  ['$substrCP', ['$accents', 1, 2], 'éé'],
  ['$subtract', ['$at', new Date(0)], Long.fromNumber(AT.getTime())],
  ['$sum', ['$n', '$text', 1], 8],
  ['$switch', { branches: [{ case: { $eq: ['$n', 7] }, then: 'seven' }], default: 'other' }, 'seven'],
  ['$toBool', '$nothing', null],
  ['$toBool', 'false', true],
  ['$toDate', ID, ID.getTimestamp()],
  ['$toDecimal', '1.50', Decimal128.fromString('1.50')],
  ['$toDouble', '1.5', 1.5],
  ['$toInt', 7.9, 7],
  ['$toLong', '9007199254740993', Long.fromString('9007199254740993')],
  ['$toLower', 'ÀBC', 'Àbc'],
  ['$toObjectId', ID.toHexString(), ID],
  ['$toString', 1.5, '1.5'],
  ['$toUpper', 'abc', 'ABC'],
  ['$trim', { input: 'xxaxx', chars: 'x' }, 'a'],
  ['$trunc', '$negative', -7],
  ['$tsIncrement', new Timestamp({ t: 7, i: 9 }), new Long(9)],
  ['$tsSecond', new Timestamp({ t: 7, i: 9 }), new Long(7)],
  ['$type', '$missing', 'missing'],
  ['$type', new Long(1), 'long'],
  ['$unsetField', { field: 'x', input: '$o' }, { y: { z: 2 } }],
  ['$week', '$at', 8],
  ['$year', '$at', 2024],
  [
    '$zip',
    { inputs: ['$list', '$words'] },
    [
      [3, 'b'],
      [1, 'a'],
    ],
  ],
  [
    '$zip',
    { inputs: [['a'], [1, 2]], useLongestLength: true, defaults: ['x', 0] },
    [
      ['a', 1],
      ['x', 2],
    ],
  ],
  ['$zip', { inputs: ['$list', '$nothing'] }, null],
];

/** Expression, the code it is refused with. */
const REFUSALS: [string, unknown, number][] = [
  ['two operators in one document', { $add: [1], $subtract: [1] }, 15_983],
  ['an unknown operator', { $nonsense: 1 }, 168],
  ['a wrong number of operands', { $subtract: [1] }, 16_020],
  ['an unknown variable', '$$nonsense', 17_276],
  ['$add of text', { $add: ['$text', 1] }, 14],
  ['$divide by zero', { $divide: [1, 0] }, 2],
  ['$size of a number', { $size: '$n' }, 17_124],
  ['$concat of a number', { $concat: ['$n'] }, 16_702],
  ['$toInt of text', { $toInt: 'x' }, 241],
  ['$arrayElemAt of a number', { $arrayElemAt: ['$n', 0] }, 28_689],
  ['$in of a number', { $in: [1, '$n'] }, 40_081],
  ['$rand of something', { $rand: { a: 1 } }, 3_040_501],
  ['$firstN of no array', { $firstN: { input: '$n', n: 1 } }, 5_788_200],
  ['$firstN of none', { $firstN: { input: '$list', n: 0 } }, 5_787_908],
  ['$maxN of a half', { $maxN: { input: '$list', n: 1.5 } }, 5_787_903],
  ['$minN of text', { $minN: { input: '$list', n: 'x' } }, 5_787_902],
  ['$regexFind in a number', { $regexFind: { input: '$n', regex: 'a' } }, 51_104],
  ['$regexFindAll of a number', { $regexFindAll: { input: '$text', regex: 1 } }, 51_105],
  ['$regexFind with flags twice', { $regexFind: { input: '$text', regex: /a/i, options: 'i' } }, 51_107],
  ['$zip of a number', { $zip: { inputs: ['$n'] } }, 34_468],
  ['$zip of nothing', { $zip: { inputs: [] } }, 34_465],
  ['$zip with defaults alone', { $zip: { inputs: ['$list'], defaults: [1] } }, 34_466],
  ['$dateFromParts without a year', { $dateFromParts: { month: 1 } }, 40_516],
  ['$dateFromParts of both kinds', { $dateFromParts: { year: 2024, isoWeek: 1 } }, 40_525],
  ['$dateFromParts of the year 0', { $dateFromParts: { year: 0 } }, 40_523],
  ['$dateFromString of no date', { $dateFromString: { dateString: 'never' } }, 241],
  ['$dateFromString of another format', { $dateFromString: { dateString: '1.2.', format: '%Y' } }, 241],
  [
    '$dateFromString with two zones',
    { $dateFromString: { dateString: '2024-01-01T00:00:00Z', timezone: 'UTC' } },
    241,
  ],
  ['$dateFromString by an unknown format', { $dateFromString: { dateString: 'x', format: '%Q' } }, 18_536],
  ['$bsonSize of a number', { $bsonSize: '$n' }, 31_393],
  ['$binarySize of a number', { $binarySize: '$n' }, 51_276],
  ['$tsSecond of a date', { $tsSecond: '$at' }, 5_687_301],
];

describe('expressions', () => {
  let server: ServerUnderTest;
  let client: MongoClient;
  let db: Db;

  beforeAll(async () => {
    server = await startServer();
    ({ client, db } = await connect(server));
    await db.collection<Document & { _id: number }>('rows').insertOne(DOCUMENT);
  });
  afterAll(async () => {
    await db.dropDatabase();
    await client.close();
    await server.close();
  });

  async function evaluate(expression: unknown): Promise<unknown> {
    const options = { promoteLongs: false } as const;
    const [row] = await db
      .collection('rows')
      .aggregate([{ $replaceWith: { value: expression } }], options)
      .toArray();
    return row?.['value'];
  }

  it.each(CASES)('%s of %j', async (operator, operand, expected) => {
    const value = await evaluate({ [operator]: operand });
    // Sets have no order.
    const comparable = operator.startsWith('$set') && Array.isArray(value) ? value.toSorted() : value;
    expect(comparable).toEqual(expected);
  });

  it('are all tried here', () => {
    const tried = new Set(CASES.map(([operator]) => operator));
    expect(SUPPORTED_EXPRESSIONS.filter((operator) => !tried.has(operator))).toEqual([]);
  });

  it.each(REFUSALS)('refuse %s', async (_what, expression, code) => {
    expect(await codeOf(evaluate(expression))).toBe(code);
  });

  it('keep the types of numbers', async () => {
    const raw = async (expression: unknown): Promise<unknown> => {
      const stages = [{ $replaceWith: { value: expression } }];
      const [row] = await db.collection('rows').aggregate(stages, { promoteValues: false }).toArray();
      return row?.['value'];
    };
    expect(await raw({ $add: [new Int32(1), new Int32(2)] })).toEqual(new Int32(3));
    expect(await raw({ $add: [new Int32(2_147_483_647), new Int32(1)] })).toEqual(Long.fromNumber(2 ** 31));
    expect(await raw({ $multiply: [new Int32(2), new Double(2)] })).toEqual(new Double(4));
    expect(await raw({ $divide: [new Int32(4), new Int32(2)] })).toEqual(new Double(2));
    expect(await raw({ $sum: [Long.fromNumber(1), new Int32(1)] })).toEqual(Long.fromNumber(2));
  });
});
