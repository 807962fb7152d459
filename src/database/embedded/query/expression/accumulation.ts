import { addNumbers, divideDecimals, integerValue, toDecimal } from '../../bson/bson-arithmetic.js';
import { doubleValue, int32Value, NULL_VALUE } from '../../bson/bson-convert.js';
import { isNumber, toDouble, toExactInteger } from '../../bson/bson-number.js';
import { BsonType, type BsonValue } from '../../bson/bson-value.js';
import { compareValues } from '../../bson/compare.js';
import { decimalFromBigInt, decimalValue } from '../../bson/decimal128.js';
import { isNullish } from './expression.js';

/**
 * A running sum as MongoDB's `$sum` keeps it: whole numbers exactly, doubles with their rounding errors carried along
 * (so that many small addends don't vanish), decimals in decimal. What is no number is left out.
 */
export class NumberSum {
  private integers = 0n;
  private double = 0;
  private error = 0;
  private decimal: BsonValue | undefined;
  private widest: number = BsonType.int;
  count = 0;

  add(value: BsonValue | undefined): void {
    if (value === undefined || !isNumber(value)) return;
    this.count += 1;
    if (value.type === BsonType.decimal) {
      this.decimal = this.decimal === undefined ? value : addNumbers(this.decimal, value);
    } else if (value.type === BsonType.double) {
      this.addDouble(toDouble(value));
      this.widest = BsonType.double;
    } else {
      this.integers += toExactInteger(value) ?? 0n;
      if (value.type === BsonType.long && this.widest === BsonType.int) this.widest = BsonType.long;
    }
  }

  private addDouble(value: number): void {
    const sum = this.double + value;
    const shadow = sum - this.double;
    const error = this.double - (sum - shadow) + (value - shadow);
    this.double = sum;
    if (Number.isFinite(error)) this.error += error;
  }

  private asDouble(): number {
    if (!Number.isFinite(this.double)) return this.double;
    const whole = Number(this.integers);
    return this.double + whole + (this.error + Number(this.integers - BigInt(whole)));
  }

  total(): BsonValue {
    if (this.decimal !== undefined) return this.decimalTotal();
    if (this.widest === BsonType.double) return doubleValue(this.asDouble());
    return integerValue(this.integers, this.widest === BsonType.long) ?? doubleValue(Number(this.integers));
  }

  average(): BsonValue {
    if (this.count === 0) return NULL_VALUE;
    if (this.decimal !== undefined) {
      return decimalValue(
        divideDecimals(toDecimal(this.decimalTotal()), decimalFromBigInt(BigInt(this.count))),
      );
    }
    return doubleValue(this.asDouble() / this.count);
  }

  private decimalTotal(): BsonValue {
    let total = this.decimal ?? int32Value(0);
    if (this.integers !== 0n) {
      total = addNumbers(total, decimalValue(decimalFromBigInt(this.integers))) ?? total;
    }
    if (this.widest === BsonType.double)
      total = addNumbers(total, doubleValue(this.double + this.error)) ?? total;
    return total;
  }
}

function addAll(values: readonly (BsonValue | undefined)[]): NumberSum {
  const total = new NumberSum();
  for (const value of values) total.add(value);
  return total;
}

/** What `$sum` makes of these values: 0 for none. */
export function sumOf(values: readonly (BsonValue | undefined)[]): BsonValue {
  return addAll(values).total();
}

/** What `$avg` makes of these values: null for none. */
export function averageOf(values: readonly (BsonValue | undefined)[]): BsonValue {
  return addAll(values).average();
}

/** The greatest (1) or least (-1) value that is not null; null when there is none. */
export function extremeOf(values: readonly (BsonValue | undefined)[], direction: 1 | -1): BsonValue {
  let extreme: BsonValue | undefined;
  for (const value of values) {
    if (value === undefined || isNullish(value)) continue;
    if (extreme === undefined || compareValues(value, extreme) * direction > 0) extreme = value;
  }
  return extreme ?? NULL_VALUE;
}
