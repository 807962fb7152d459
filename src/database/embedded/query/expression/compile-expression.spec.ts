/* oxlint-disable unicorn/no-thenable -- `then` is an operand of $cond and $switch */
import { describe, expect, it } from '@jest/globals';
import { Decimal128, Double, EJSON, Int32, Long, ObjectId, serialize } from 'bson';
import { fromBson, toBson } from '../../bson/bson-convert.js';
import { documentValue } from '../../bson/bson-reader.js';
import { StoreError } from '../../store.errors.js';
import { compileExpression } from './compile-expression.js';
import { NO_VARIABLES } from './expression.js';

type Document = Record<string, unknown>;

const now = new Date('2026-03-01T10:20:30.400Z');

const document: Document = {
  n: new Int32(7),
  l: Long.fromBigInt(2n ** 53n + 1n),
  d: new Double(2.5),
  dec: Decimal128.fromString('0.1'),
  s: 'Hello',
  nil: null,
  arr: [1, 2, 3],
  docs: [{ a: 1 }, { a: 2 }, { b: 3 }, 5],
  obj: { x: 1, y: { z: 2 } },
  date: new Date('2024-02-29T12:34:56.789Z'),
  id: new ObjectId('65e0a1b2c3d4e5f601234567'),
};

function evaluate(expression: unknown): unknown {
  const root = documentValue(serialize(document));
  const value = compileExpression(toBson(expression))({ root, now, variables: NO_VARIABLES });
  return value === undefined ? 'missing' : fromBson(value);
}

/** Canonical Extended JSON, which tells types apart. */
const inspect = (value: unknown): string =>
  EJSON.stringify({ value: fromBson(toBson(value)) }, { relaxed: false });

function refusal(expression: unknown): number | undefined {
  try {
    evaluate(expression);
  } catch (error) {
    if (error instanceof StoreError) return error.code;
    throw error;
  }
  return undefined;
}

const long = (value: bigint): Long => Long.fromBigInt(value);
const decimal = (text: string): Decimal128 => Decimal128.fromString(text);

describe('paths and variables', () => {
  it.each<[unknown, unknown]>([
    ['$n', 7],
    ['$obj.y.z', 2],
    ['$docs.a', [1, 2]],
    ['$nothing', 'missing'],
    ['$arr.0', []],
    ['$$ROOT.s', 'Hello'],
    ['$$CURRENT.n', 7],
    ['$$NOW', now],
    ['$$REMOVE', 'missing'],
    [{ $literal: '$n' }, '$n'],
    [{ a: '$n', b: '$nothing' }, { a: 7 }],
    [
      ['$n', '$nothing'],
      [7, null],
    ],
    [{ $let: { vars: { a: '$n', b: 2 }, in: { $add: ['$$a', '$$b'] } } }, 9],
    [{ $map: { input: '$arr', as: 'e', in: { $multiply: ['$$e', 2] } } }, [2, 4, 6]],
    [{ $filter: { input: '$arr', cond: { $gt: ['$$this', 1] } } }, [2, 3]],
    [{ $filter: { input: '$arr', cond: true, limit: 1 } }, [1]],
    [{ $reduce: { input: '$arr', initialValue: 0, in: { $add: ['$$value', '$$this'] } } }, 6],
  ])('%j is %j', (expression, expected) => {
    expect(inspect(evaluate(expression))).toBe(inspect(expected));
  });
});

describe('arithmetic', () => {
  it.each<[unknown, unknown]>([
    [{ $add: [1, 2] }, 3],
    [{ $add: ['$n', '$d'] }, new Double(9.5)],
    [{ $add: ['$l', 1] }, long(2n ** 53n + 2n)],
    [{ $add: [new Int32(2 ** 31 - 1), 1] }, long(2n ** 31n)],
    [{ $add: [long(2n ** 63n - 1n), 1] }, new Double(2 ** 63)],
    [{ $add: ['$dec', 1] }, decimal('1.1')],
    [{ $add: ['$n', '$nil'] }, null],
    [{ $add: ['$date', 1000] }, new Date('2024-02-29T12:34:57.789Z')],
    [{ $subtract: ['$date', '$date'] }, long(0n)],
    [{ $subtract: ['$date', 789] }, new Date('2024-02-29T12:34:56.000Z')],
    [{ $subtract: [5, '$d'] }, new Double(2.5)],
    [{ $multiply: ['$dec', 3] }, decimal('0.3')],
    [{ $divide: [7, 2] }, new Double(3.5)],
    [{ $divide: [decimal('1'), 3] }, decimal('0.3333333333333333333333333333333333')],
    [{ $divide: [decimal('6'), decimal('2')] }, decimal('3')],
    [{ $mod: [-7, 3] }, -1],
    [{ $mod: ['$d', 2] }, new Double(0.5)],
    [{ $mod: [decimal('7.5'), 2] }, decimal('1.5')],
    [{ $abs: -5 }, 5],
    [{ $ceil: 2.1 }, new Double(3)],
    [{ $floor: -2.1 }, new Double(-3)],
    [{ $floor: 7 }, 7],
    [{ $round: [2.5] }, new Double(2)],
    [{ $round: [1234.567, 2] }, new Double(1234.57)],
    [{ $round: [1250, -2] }, 1200],
    [{ $trunc: [-1.9] }, new Double(-1)],
    [{ $round: [decimal('1.25'), 1] }, decimal('1.2')],
    [{ $sqrt: 9 }, new Double(3)],
    [{ $pow: [2, 10] }, 1024],
    [{ $pow: [2, -1] }, new Double(0.5)],
    [{ $sum: ['$n', '$d', 'x'] }, new Double(9.5)],
    [{ $sum: '$arr' }, 6],
    [{ $avg: '$arr' }, new Double(2)],
    [{ $max: ['$arr', 5] }, [1, 2, 3]],
    [{ $min: '$arr' }, 1],
  ])('%j is %p', (expression, expected) => {
    expect(inspect(evaluate(expression))).toBe(inspect(expected));
  });
});

describe('comparison, conditions and booleans', () => {
  it.each<[unknown, unknown]>([
    [{ $eq: ['$n', new Double(7)] }, true],
    [{ $eq: ['$nothing', null] }, false],
    [{ $lt: ['$nothing', null] }, true],
    [{ $gt: ['x', 5] }, true],
    [{ $cmp: ['$l', new Double(2 ** 53)] }, 1],
    [{ $and: ['$n', '$s', true] }, true],
    [{ $and: ['$n', 0] }, false],
    [{ $or: ['$nil', '$nothing'] }, false],
    [{ $not: ['$nil'] }, true],
    [{ $cond: [{ $gt: ['$n', 5] }, 'big', 'small'] }, 'big'],
    [{ $cond: { if: '$nil', then: 1, else: 2 } }, 2],
    [{ $ifNull: ['$nil', '$nothing', 'x'] }, 'x'],
    [{ $switch: { branches: [{ case: { $eq: ['$n', 1] }, then: 'a' }], default: 'b' } }, 'b'],
  ])('%j is %j', (expression, expected) => {
    expect(inspect(evaluate(expression))).toBe(inspect(expected));
  });
});

describe('strings', () => {
  it.each<[unknown, unknown]>([
    [{ $concat: ['$s', ' ', 'you'] }, 'Hello you'],
    [{ $concat: ['$s', null] }, null],
    [{ $toLower: '$s' }, 'hello'],
    [{ $toUpper: 'straße é' }, 'STRAßE é'],
    [{ $substrCP: ['héllo', 1, 3] }, 'éll'],
    [{ $substrBytes: ['$s', 1, -1] }, 'ello'],
    [{ $strLenCP: 'héé' }, 3],
    [{ $strLenBytes: 'héé' }, 5],
    [{ $split: ['a,b,c', ','] }, ['a', 'b', 'c']],
    [{ $trim: { input: '  x ' } }, 'x'],
    [{ $ltrim: { input: 'xxax', chars: 'x' } }, 'ax'],
    [{ $indexOfCP: ['héllo', 'l'] }, 2],
    [{ $replaceAll: { input: 'a.a', find: 'a', replacement: { $literal: '$&' } } }, '$&.$&'],
    [{ $replaceOne: { input: 'aa', find: 'a', replacement: 'b' } }, 'ba'],
    [{ $regexMatch: { input: '$s', regex: '^hell', options: 'i' } }, true],
    [{ $strcasecmp: ['$s', 'HELLO'] }, 0],
  ])('%j is %j', (expression, expected) => {
    expect(inspect(evaluate(expression))).toBe(inspect(expected));
  });
});

describe('arrays, sets and objects', () => {
  it.each<[unknown, unknown]>([
    [{ $size: '$arr' }, 3],
    [{ $arrayElemAt: ['$arr', -1] }, 3],
    [{ $arrayElemAt: ['$arr', 9] }, 'missing'],
    [{ $first: '$arr' }, 1],
    [{ $last: '$docs' }, 5],
    [{ $concatArrays: ['$arr', [4]] }, [1, 2, 3, 4]],
    [{ $slice: ['$arr', -2] }, [2, 3]],
    [{ $slice: ['$arr', 1, 1] }, [2]],
    [{ $in: [new Double(2), '$arr'] }, true],
    [{ $indexOfArray: ['$arr', 3] }, 2],
    [{ $range: [0, 5, 2] }, [0, 2, 4]],
    [{ $reverseArray: '$arr' }, [3, 2, 1]],
    [{ $isArray: ['$arr'] }, true],
    [{ $sortArray: { input: [3, 1, 2], sortBy: 1 } }, [1, 2, 3]],
    [{ $setUnion: ['$arr', [3, 4]] }, [1, 2, 3, 4]],
    [{ $setIntersection: ['$arr', [3, 2]] }, [2, 3]],
    [{ $setDifference: ['$arr', [2]] }, [1, 3]],
    [{ $setIsSubset: [[1], '$arr'] }, true],
    [
      {
        $setEquals: [
          [1, 2],
          [2, 1, 1],
        ],
      },
      true,
    ],
    [{ $anyElementTrue: [[0, 1]] }, true],
    [{ $mergeObjects: ['$obj', { x: 9 }] }, { x: 9, y: { z: 2 } }],
    [{ $objectToArray: { a: 1 } }, [{ k: 'a', v: 1 }]],
    [{ $arrayToObject: [[['a', 1]]] }, { a: 1 }],
    [{ $getField: 's' }, 'Hello'],
    [{ $setField: { field: 'a.b', input: {}, value: 1 } }, { 'a.b': 1 }],
    [{ $unsetField: { field: 'x', input: '$obj' } }, { y: { z: 2 } }],
  ])('%j is %j', (expression, expected) => {
    expect(inspect(evaluate(expression))).toBe(inspect(expected));
  });
});

describe('types and dates', () => {
  it.each<[unknown, unknown]>([
    [{ $type: '$l' }, 'long'],
    [{ $type: '$nothing' }, 'missing'],
    [{ $isNumber: '$dec' }, true],
    [{ $toString: '$l' }, '9007199254740993'],
    [{ $toString: new Double(1e21) }, '1e+21'],
    [{ $toString: '$date' }, '2024-02-29T12:34:56.789Z'],
    [{ $toString: '$id' }, '65e0a1b2c3d4e5f601234567'],
    [{ $toInt: '-12' }, -12],
    [{ $toInt: '$d' }, 2],
    [{ $toLong: '$date' }, long(1_709_210_096_789n)],
    [{ $toDouble: '1.5e3' }, new Double(1500)],
    [{ $toDecimal: '0.10' }, decimal('0.10')],
    [{ $toBool: 'false' }, true],
    [{ $toDate: '2024-02-29' }, new Date('2024-02-29T00:00:00Z')],
    [{ $toDate: '$id' }, new Date(0x65e0a1b2 * 1000)],
    [{ $convert: { input: 'x', to: 'int', onError: 'bad' } }, 'bad'],
    [{ $convert: { input: null, to: 'int', onNull: 0 } }, 0],
    [{ $year: '$date' }, 2024],
    [{ $dayOfYear: '$date' }, 60],
    [{ $hour: { date: '$date', timezone: '+02:00' } }, 14],
    [{ $hour: { date: '$date', timezone: 'America/New_York' } }, 7],
    [{ $dateToString: { date: '$date', format: '%Y-%m-%d %H:%M' } }, '2024-02-29 12:34'],
    [{ $dateToString: { date: '$date' } }, '2024-02-29T12:34:56.789Z'],
    [{ $dateAdd: { startDate: '$date', unit: 'year', amount: 1 } }, new Date('2025-02-28T12:34:56.789Z')],
    [
      { $dateSubtract: { startDate: '$date', unit: 'month', amount: 1 } },
      new Date('2024-01-29T12:34:56.789Z'),
    ],
    [{ $dateDiff: { startDate: '$date', endDate: '$$NOW', unit: 'month' } }, long(25n)],
    [{ $dateTrunc: { date: '$date', unit: 'hour' } }, new Date('2024-02-29T12:00:00Z')],
    [{ $dateTrunc: { date: '$date', unit: 'minute', binSize: 15 } }, new Date('2024-02-29T12:30:00Z')],
    [
      { $dateTrunc: { date: '$date', unit: 'week', startOfWeek: 'monday' } },
      new Date('2024-02-26T00:00:00Z'),
    ],
    [{ $dateTrunc: { date: '$date', unit: 'month' } }, new Date('2024-02-01T00:00:00Z')],
  ])('%j is %p', (expression, expected) => {
    expect(inspect(evaluate(expression))).toBe(inspect(expected));
  });
});

describe('refusals', () => {
  it.each<[unknown, number]>([
    [{ $foo: 1 }, 168],
    [{ $function: {} }, 238],
    [{ $add: 1, $subtract: 1 }, 15_983],
    [{ $subtract: [1] }, 16_020],
    [{ $slice: [1] }, 28_667],
    ['$', 16_872],
    ['$$nothing', 17_276],
    ['$a..b', 15_998],
    [{ $add: ['x', 1] }, 14],
    [{ $multiply: ['$s'] }, 14],
    [{ $divide: [1, 0] }, 2],
    [{ $mod: [1, 0] }, 16_610],
    [{ $subtract: ['$s', 1] }, 14],
    [{ $concat: [1] }, 16_702],
    [{ $size: '$n' }, 17_124],
    [{ $in: [1, '$n'] }, 40_081],
    [{ $toInt: 'x' }, 241],
    [{ $toInt: long(2n ** 40n) }, 241],
    [{ $convert: { input: 1, to: 'nothing' } }, 2],
    [{ $cond: [1, 2] }, 16_020],
    [{ $cond: { if: 1, then: 2 } }, 17_082],
    [{ $switch: { branches: [] } }, 40_068],
    [{ $switch: { branches: [{ case: false, then: 1 }] } }, 40_066],
    [{ $year: 'x' }, 16_006],
    [{ $dateToString: { date: '$date', format: '%q' } }, 18_536],
    [{ $hour: { date: '$date', timezone: 'Nowhere' } }, 40_485],
    [{ $map: { input: '$n', in: 1 } }, 16_883],
    [{ $filter: { input: [] } }, 9],
  ])('%j with code %d', (expression, code) => {
    expect(refusal(expression)).toBe(code);
  });
});
