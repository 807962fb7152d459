import { describe, expect, it } from '@jest/globals';
import { Decimal128, Double, Int32, Long } from 'bson';
import * as fc from 'fast-check';
import { arbitraryValue } from '../../../../test/support/arbitrary-bson.js';
import { toBson } from './bson-convert.js';
import type { BsonValue } from './bson-value.js';
import { compareValues } from './compare.js';
import { encodeKey } from './key-encoding.js';
import { KeyWriter } from './key-writer.js';

function keyOf(values: (BsonValue | undefined)[], directions: (1 | -1)[]): Buffer {
  const writer = new KeyWriter();
  encodeKey(values, directions, writer);
  return writer.finish();
}

const value = arbitraryValue.map(toBson);
const direction = fc.constantFrom(1 as const, -1 as const);

describe('encodeKey', () => {
  it('orders keys by memcmp as compareValues orders values of all types', () => {
    fc.assert(
      fc.property(value, value, direction, (a, b, way) => {
        const keys = Buffer.compare(keyOf([a], [way]), keyOf([b], [way]));
        expect(keys).toBe(Math.sign(compareValues(a, b)) * way + 0);
      }),
      { numRuns: 3_000 },
    );
  });

  it('orders compound keys field by field, each in its direction', () => {
    const pair = fc.tuple(value, value);
    fc.assert(
      fc.property(pair, pair, direction, direction, fc.boolean(), ([a, b], [c, d], first, second, share) => {
        const left = [a, b];
        const right = [share ? a : c, d];
        const expected = compareValues(a, right[0]!) * first || compareValues(b, d) * second;
        const keys = Buffer.compare(keyOf(left, [first, second]), keyOf(right, [first, second]));
        expect(keys).toBe(Math.sign(expected) + 0);
      }),
      { numRuns: 2_000 },
    );
  });

  it('gives equal numbers of different types one key', () => {
    const fives = [new Int32(5), new Double(5), Long.fromNumber(5), Decimal128.fromString('5.00')];
    expect(new Set(fives.map((five) => keyOf([toBson(five)], [1]).toString('hex'))).size).toBe(1);
  });

  it('tells Longs apart that are one double', () => {
    const keys = [0n, 1n, 2n, 3n].map((step) => keyOf([toBson(Long.fromBigInt(2n ** 60n + step))], [1]));
    expect(keys.toSorted(Buffer.compare)).toEqual(keys);
    expect(new Set(keys.map((key) => key.toString('hex'))).size).toBe(4);
  });

  it('takes a missing value for null', () => {
    expect(keyOf([undefined], [-1])).toEqual(keyOf([toBson(null)], [-1]));
  });
});
