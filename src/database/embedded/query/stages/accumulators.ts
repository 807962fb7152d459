import { doubleValue, int32Value, longValue, NULL_VALUE } from '../../bson/bson-convert.js';
import { isNumber, toDouble } from '../../bson/bson-number.js';
import { elementsOf } from '../../bson/bson-reader.js';
import { BsonType, type BsonValue } from '../../bson/bson-value.js';
import { compareValues } from '../../bson/compare.js';
import { arrayOf, documentOf } from '../../bson/document-builder.js';
import { keyText } from '../../bson/key-text.js';
import { locationError } from '../../store.errors.js';
import { NumberSum } from '../expression/accumulation.js';
import { isNullish, typeOf, type EvaluationContext, type Expression } from '../expression/expression.js';

/** Gathers one value for each group of `$group`. */
export interface Accumulator {
  /** `context`: where the value was read. */
  add(value: BsonValue | undefined, context: EvaluationContext): void;
  result(): BsonValue;
  /** Bytes it holds on to, about; 0 for those that hold one value. */
  readonly bytes?: number;
}

class Sum implements Accumulator {
  private readonly sum = new NumberSum();

  add(value: BsonValue | undefined): void {
    this.sum.add(value);
  }

  result(): BsonValue {
    return this.sum.total();
  }
}

class Average implements Accumulator {
  private readonly sum = new NumberSum();

  add(value: BsonValue | undefined): void {
    this.sum.add(value);
  }

  result(): BsonValue {
    return this.sum.average();
  }
}

/** Welford's method, in doubles, as MongoDB calculates it. */
class StandardDeviation implements Accumulator {
  private count = 0;
  private mean = 0;
  private squares = 0;

  constructor(private readonly isSample: boolean) {}

  add(value: BsonValue | undefined): void {
    if (value === undefined || !isNumber(value)) return;
    const number = toDouble(value);
    this.count += 1;
    const delta = number - this.mean;
    this.mean += delta / this.count;
    this.squares += delta * (number - this.mean);
  }

  result(): BsonValue {
    const divisor = this.isSample ? this.count - 1 : this.count;
    return divisor <= 0 ? NULL_VALUE : doubleValue(Math.sqrt(this.squares / divisor));
  }
}

class Count implements Accumulator {
  private count = 0;

  add(): void {
    this.count += 1;
  }

  result(): BsonValue {
    return countValue(this.count);
  }
}

/** A count as Int32, or Long where it must be. */
export function countValue(count: number): BsonValue {
  return count > 0x7f_ff_ff_ff ? longValue(BigInt(count)) : int32Value(count);
}

class Extreme implements Accumulator {
  private value: BsonValue | undefined;

  constructor(private readonly direction: 1 | -1) {}

  add(value: BsonValue | undefined): void {
    if (value === undefined || isNullish(value)) return;
    if (this.value === undefined || compareValues(value, this.value) * this.direction > 0) this.value = value;
  }

  result(): BsonValue {
    return this.value ?? NULL_VALUE;
  }
}

class Edge implements Accumulator {
  private value: BsonValue | undefined;
  private isSet = false;

  constructor(private readonly keepsFirst: boolean) {}

  add(value: BsonValue | undefined): void {
    if (this.isSet && this.keepsFirst) return;
    this.isSet = true;
    this.value = value;
  }

  result(): BsonValue {
    return this.value ?? NULL_VALUE;
  }
}

class Push implements Accumulator {
  private readonly values: BsonValue[] = [];
  bytes = 0;

  add(value: BsonValue | undefined): void {
    if (value === undefined) return;
    this.values.push(value);
    this.bytes += value.end - value.start + 16;
  }

  result(): BsonValue {
    return arrayOf(this.values);
  }
}

class AddToSet implements Accumulator {
  private readonly values = new Map<string, BsonValue>();
  bytes = 0;

  add(value: BsonValue | undefined): void {
    if (value === undefined) return;
    const key = keyText(value);
    if (this.values.has(key)) return;
    this.values.set(key, value);
    this.bytes += value.end - value.start + 16 + key.length;
  }

  result(): BsonValue {
    return arrayOf([...this.values.values()]);
  }
}

class MergeObjects implements Accumulator {
  private readonly fields = new Map<string, BsonValue>();

  add(value: BsonValue | undefined): void {
    if (value === undefined || isNullish(value)) return;
    if (value.type !== BsonType.object) {
      throw locationError(
        40_400,
        `$mergeObjects requires object inputs, but input is of type ${typeOf(value)}`,
      );
    }
    for (const field of elementsOf(value)) this.fields.set(field.name, field.value);
  }

  result(): BsonValue {
    return documentOf(this.fields);
  }
}

/** An accumulator's operand, and how it begins a group: in the context of the group's `_id`. */
export interface CompiledAccumulator {
  readonly input: Expression;
  readonly create: (context: EvaluationContext) => Accumulator;
}

/** The accumulators of one operand by name. */
export const ACCUMULATORS: ReadonlyMap<string, () => Accumulator> = new Map<string, () => Accumulator>([
  ['$sum', () => new Sum()],
  ['$avg', () => new Average()],
  ['$count', () => new Count()],
  ['$min', () => new Extreme(-1)],
  ['$max', () => new Extreme(1)],
  ['$first', () => new Edge(true)],
  ['$last', () => new Edge(false)],
  ['$push', () => new Push()],
  ['$addToSet', () => new AddToSet()],
  ['$mergeObjects', () => new MergeObjects()],
  ['$stdDevPop', () => new StandardDeviation(false)],
  ['$stdDevSamp', () => new StandardDeviation(true)],
]);

/** Those that MongoDB knows beside {@link ACCUMULATORS}. */
export const UNSUPPORTED_ACCUMULATORS: ReadonlySet<string> = new Set([
  '$accumulator',
  '$concatArrays',
  '$median',
  '$percentile',
  '$setUnion',
]);
