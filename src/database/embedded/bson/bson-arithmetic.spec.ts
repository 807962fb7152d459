import { describe, expect, it } from '@jest/globals';
import { Decimal128, Double, Int32, Long } from 'bson';
import * as fc from 'fast-check';
import {
  addNumbers,
  divideDecimals,
  multiplyNumbers,
  subtractNumbers,
  toDecimal,
} from './bson-arithmetic.js';
import { fromBson, toBson } from './bson-convert.js';
import type { BsonValue } from './bson-value.js';
import { compareValues } from './compare.js';
import { decimalValue } from './decimal128.js';

const decimal = (digits: string): BsonValue => toBson(Decimal128.fromString(digits));

const scaled = (value: bigint, exponent: number): BsonValue => decimal(`${value}E${exponent}`);

function text(value: BsonValue | undefined): string {
  return value === undefined ? 'overflow' : String(fromBson(value));
}

describe('decimal arithmetic', () => {
  it.each([
    ['0.1', '0.2', '0.3'],
    ['1.10', '2', '3.10'],
    ['9999999999999999999999999999999999', '1', '1.000000000000000000000000000000000E+34'],
    ['1E+34', '5', '1.000000000000000000000000000000000E+34'],
    ['1000000000000000000000000000000001E+1', '5', '1.000000000000000000000000000000002E+34'],
    ['1E+6000', '1E-6000', '1.000000000000000000000000000000000E+6000'],
    ['1', '-1', '0'],
    ['Infinity', '-Infinity', 'NaN'],
    ['9.999999999999999999999999999999999E+6144', '1E+6144', 'Infinity'],
  ])('%s + %s = %s', (a, b, sum) => {
    expect(text(addNumbers(decimal(a), decimal(b)))).toBe(sum);
  });

  it.each([
    ['1.5', '1.5', '2.25'],
    ['1E-6000', '1E-6000', '0E-6176'],
    ['1E+6000', '1E+6000', 'Infinity'],
    ['0', 'Infinity', 'NaN'],
    ['-2', '3.0', '-6.0'],
  ])('%s × %s = %s', (a, b, product) => {
    expect(text(multiplyNumbers(decimal(a), decimal(b)))).toBe(product);
  });

  it.each([
    ['1', '3', '0.3333333333333333333333333333333333'],
    ['2', '3', '0.6666666666666666666666666666666667'],
    ['6', '2', '3'],
    ['1', '8', '0.125'],
    ['10', '4', '2.5'],
    ['1', '0', 'Infinity'],
    ['0', '0', 'NaN'],
  ])('%s / %s = %s', (a, b, quotient) => {
    expect(text(decimalValue(divideDecimals(toDecimal(decimal(a)), toDecimal(decimal(b)))))).toBe(quotient);
  });

  it('is exact where 34 digits are enough', () => {
    const whole = fc.bigInt({ min: -(10n ** 16n), max: 10n ** 16n });
    const places = fc.integer({ min: -20, max: 20 });
    fc.assert(
      fc.property(whole, whole, places, (a, b, exponent) => {
        const left = scaled(a, exponent);
        const right = scaled(b, exponent);
        expect(compareValues(addNumbers(left, right)!, scaled(a + b, exponent))).toBe(0);
        expect(compareValues(subtractNumbers(left, right)!, scaled(a - b, exponent))).toBe(0);
        expect(compareValues(multiplyNumbers(left, right)!, scaled(a * b, 2 * exponent))).toBe(0);
      }),
    );
  });
});

describe('integers and doubles', () => {
  it.each([
    [new Int32(1), new Int32(2), Int32],
    [new Int32(2 ** 31 - 1), new Int32(1), Long],
    [Long.fromNumber(1), new Int32(1), Long],
    [new Double(1), Long.fromNumber(1), Double],
    [new Int32(1), Decimal128.fromString('1'), Decimal128],
  ])('%p + %p is of the wider type', (a, b, type) => {
    expect(fromBson(addNumbers(toBson(a), toBson(b))!)).toBeInstanceOf(type);
  });

  it('has no result beyond a Long', () => {
    const most = toBson(Long.MAX_VALUE);
    expect(addNumbers(most, toBson(1))).toBeUndefined();
    expect(subtractNumbers(toBson(Long.MIN_VALUE), toBson(1))).toBeUndefined();
    expect(multiplyNumbers(most, toBson(2))).toBeUndefined();
  });
});
