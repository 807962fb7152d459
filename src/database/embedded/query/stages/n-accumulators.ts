import { NULL_VALUE } from '../../bson/bson-convert.js';
import { elementsOf, payload } from '../../bson/bson-reader.js';
import { BsonType, typeAlias, type BsonValue } from '../../bson/bson-value.js';
import { compareValues } from '../../bson/compare.js';
import { arrayOf } from '../../bson/document-builder.js';
import { locationError } from '../../store.errors.js';
import { compileExpression } from '../expression/compile-expression.js';
import { isNullish, type EvaluationContext, type Expression } from '../expression/expression.js';
import { readN } from '../expression/n-operators.js';
import { compileSort, type Sort } from '../sort.js';
import type { Accumulator, CompiledAccumulator } from './accumulators.js';

/** Kept beyond `n` before the rest is cut off: sorting after each value would cost more. */
const SLACK = 1_000;

/** What `$firstN` and its kin share: values, and the bytes they are. */
abstract class Kept<T> implements Accumulator {
  protected kept: T[] = [];
  bytes = 0;

  constructor(protected readonly n: number) {}

  abstract add(value: BsonValue | undefined, context: EvaluationContext): void;
  abstract result(): BsonValue;

  protected keep(entry: T, value: BsonValue): void {
    this.kept.push(entry);
    this.bytes += value.end - value.start + 32;
  }
}

class FirstN extends Kept<BsonValue> {
  add(value: BsonValue = NULL_VALUE): void {
    if (this.kept.length < this.n) this.keep(value, value);
  }

  result(): BsonValue {
    return arrayOf(this.kept);
  }
}

class LastN extends Kept<BsonValue> {
  add(value: BsonValue = NULL_VALUE): void {
    this.keep(value, value);
    if (this.kept.length > 2 * this.n + SLACK) this.kept = this.kept.slice(-this.n);
  }

  result(): BsonValue {
    return arrayOf(this.kept.slice(-this.n));
  }
}

class ExtremeN extends Kept<BsonValue> {
  constructor(
    n: number,
    private readonly direction: 1 | -1,
  ) {
    super(n);
  }

  add(value: BsonValue | undefined): void {
    if (value === undefined || isNullish(value)) return;
    this.keep(value, value);
    if (this.kept.length > 2 * this.n + SLACK) this.kept = this.best();
  }

  result(): BsonValue {
    return arrayOf(this.best());
  }

  private best(): BsonValue[] {
    return this.kept.toSorted((a, b) => compareValues(a, b) * this.direction).slice(0, this.n);
  }
}

interface Ranked {
  readonly key: Buffer;
  readonly value: BsonValue;
}

class TopN extends Kept<Ranked> {
  constructor(
    n: number,
    private readonly sort: Sort,
    private readonly side: 'top' | 'bottom',
    private readonly isSingle: boolean,
  ) {
    super(n);
  }

  add(value: BsonValue = NULL_VALUE, context: EvaluationContext): void {
    this.keep({ key: this.sort.key(payload(context.root)), value }, value);
    if (this.kept.length > 2 * this.n + SLACK) this.kept = this.best();
  }

  result(): BsonValue {
    const values = this.best().map(({ value }) => value);
    return this.isSingle ? (values[0] ?? NULL_VALUE) : arrayOf(values);
  }

  private best(): Ranked[] {
    const sorted = this.kept.toSorted((a, b) => Buffer.compare(a.key, b.key));
    return this.side === 'top' ? sorted.slice(0, this.n) : sorted.slice(-this.n);
  }
}

type Create = (n: number) => Accumulator;

const BY_INPUT: Readonly<Record<string, Create>> = {
  $firstN: (n) => new FirstN(n),
  $lastN: (n) => new LastN(n),
  $minN: (n) => new ExtremeN(n, 1),
  $maxN: (n) => new ExtremeN(n, -1),
};

const BY_SORT = ['$top', '$topN', '$bottom', '$bottomN'];

export const N_ACCUMULATORS: readonly string[] = [...Object.keys(BY_INPUT), ...BY_SORT];

/** Compiles one of {@link N_ACCUMULATORS}. @throws StoreError 57878…, 57879…, 57880… for operands that are wrong. */
export function compileNAccumulator(
  name: string,
  operand: BsonValue,
  variables: readonly string[],
): CompiledAccumulator {
  const create = BY_INPUT[name];
  return create ? byInput(name, operand, variables, create) : bySort(name, operand, variables);
}

function byInput(
  name: string,
  operand: BsonValue,
  variables: readonly string[],
  create: Create,
): CompiledAccumulator {
  const noObject = name === '$firstN' || name === '$lastN' ? 5_787_801 : 5_787_900;
  const given = argumentsOf(name, operand, ['n', 'input'], [noObject, 5_787_901]);
  const n = compileExpression(given.get('n') ?? missing(5_787_906, 'n'), variables);
  const input = compileExpression(given.get('input') ?? missing(5_787_907, 'input'), variables);
  return { input, create: (context) => create(readN(n(context))) };
}

function bySort(name: string, operand: BsonValue, variables: readonly string[]): CompiledAccumulator {
  const isSingle = !name.endsWith('N');
  const allowed = ['sortBy', 'output', ...(isSingle ? [] : ['n'])];
  const given = argumentsOf(name, operand, allowed, [5_788_001, 5_788_002]);
  const n: Expression | undefined = isSingle
    ? undefined
    : compileExpression(given.get('n') ?? missing(5_788_003, 'n'), variables);
  const output = given.get('output') ?? missing(5_788_004, 'output');
  const sortBy = given.get('sortBy') ?? missing(5_788_005, 'sortBy');
  if (sortBy.type !== BsonType.object) {
    throw locationError(5_788_604, `expected 'sortBy' to be an object in the arguments to ${name}`);
  }
  const sort = compileSort(payload(sortBy));
  const side = name.startsWith('$top') ? 'top' : 'bottom';
  return {
    input: compileExpression(output, variables),
    create: (context) => new TopN(n ? readN(n(context)) : 1, sort, side, isSingle),
  };
}

function argumentsOf(
  name: string,
  operand: BsonValue,
  allowed: readonly string[],
  [noObject, unknown]: readonly [number, number],
): Map<string, BsonValue> {
  if (operand.type !== BsonType.object) {
    throw locationError(
      noObject,
      `specification must be an object; found ${name}: ${typeAlias(operand.type)}`,
    );
  }
  const given = new Map(elementsOf(operand).map((each) => [each.name, each.value]));
  for (const argument of given.keys()) {
    if (!allowed.includes(argument)) {
      throw locationError(unknown, `Unknown argument to ${name}: '${argument}'`);
    }
  }
  return given;
}

function missing(code: number, argument: string): never {
  throw locationError(code, `Missing value for '${argument}'`);
}
