import { describe, expect, it } from '@jest/globals';
import { Decimal128, Double, Int32, Long, MaxKey, MinKey, ObjectId, Timestamp } from 'bson';
import * as fc from 'fast-check';
import { arbitraryScalar, arbitraryValue } from '../../../../test/support/arbitrary-bson.js';
import { fromBson, toBson } from './bson-convert.js';
import { compareValues, identicalValues } from './compare.js';

const value = arbitraryValue.map(toBson);
const compare = (a: unknown, b: unknown): number => Math.sign(compareValues(toBson(a), toBson(b)));

describe('compareValues', () => {
  it('is a total order', () => {
    fc.assert(
      fc.property(value, value, value, (a, b, c) => {
        expect(compareValues(a, a)).toBe(0);
        expect(Math.sign(compareValues(a, b)) + Math.sign(compareValues(b, a))).toBe(0);
        const [low, middle, high] = [a, b, c].toSorted(compareValues);
        expect(compareValues(low!, middle!)).toBeLessThanOrEqual(0);
        expect(compareValues(middle!, high!)).toBeLessThanOrEqual(0);
        expect(compareValues(low!, high!)).toBeLessThanOrEqual(0);
      }),
      { numRuns: 3_000 },
    );
  });

  it("follows the manual's order of types", () => {
    const ascending = [
      new MinKey(),
      null,
      1,
      'a',
      { a: 1 },
      [1],
      Buffer.from('a'),
      new ObjectId(),
      false,
      true,
      new Date(),
      new Timestamp({ t: 1, i: 1 }),
      /a/,
      new MaxKey(),
    ];
    for (const [index, low] of ascending.slice(0, -1).entries())
      expect(compare(low, ascending[index + 1])).toBe(-1);
  });

  it('compares numbers of different types by their exact values', () => {
    expect(compare(new Int32(5), new Double(5))).toBe(0);
    expect(compare(Long.fromBigInt(2n ** 53n + 1n), new Double(2 ** 53))).toBe(1);
    expect(compare(new Double(0.1), Decimal128.fromString('0.1'))).toBe(1);
    expect(compare(new Double(0.5), Decimal128.fromString('0.50'))).toBe(0);
    expect(compare(Decimal128.fromString('1E+6000'), new Double(Infinity))).toBe(-1);
    expect(compare(new Double(Number.NaN), new Double(-Infinity))).toBe(-1);
    expect(compare(new Double(Number.NaN), Decimal128.fromString('NaN'))).toBe(0);
  });

  it('compares objects by type, then name, then value of each field', () => {
    expect(compare({ a: 1 }, { a: 1, b: 1 })).toBe(-1);
    expect(compare({ b: 1 }, { a: 'x' })).toBe(-1);
    expect(compare({ a: 1, b: 2 }, { b: 2, a: 1 })).toBe(-1);
    expect(compare(Buffer.from('b'), Buffer.from('aa'))).toBe(-1);
  });
});

describe('toBson and fromBson', () => {
  it('keep every value and type', () => {
    fc.assert(
      fc.property(arbitraryScalar.map(toBson), (original) => {
        expect(identicalValues(toBson(fromBson(original)), original)).toBe(true);
      }),
    );
  });
});
