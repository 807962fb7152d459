import { ElementCursor, encodeName } from '../bson/bson-reader.js';
import { BsonType, type BsonValue } from '../bson/bson-value.js';
import { CompiledFilter, type FieldCondition, type Filter } from './compiled-filter.js';
import { parseFieldPath, type FieldPath } from './field-path.js';
import { compilePredicate, MOST_SCANNED_FIELDS, scanFields, type ScannedField } from './filter-compiler.js';
import type { FilterNode } from './filter-node.js';
import { comparisonTest, type ComparisonName } from './operators/comparison.js';
import { ShapeCache, ShapeWriter } from './shape-cache.js';

/** One comparison of a shape; its operand is the filter's own. */
interface Comparison {
  readonly path: FieldPath;
  readonly op: ComparisonName;
  /** Which of the shape's fields it tests. */
  readonly field: number;
}

/** A filter that compares fields with values and does nothing else. */
interface FilterShape {
  readonly comparisons: readonly Comparison[];
  /** The top-level names, each once, in the order in which they are tested. */
  readonly fields: readonly Uint8Array[];
}

const OPERATORS: readonly ComparisonName[] = ['eq', 'gt', 'gte', 'lt', 'lte'];
const OPERATOR_NAMES = OPERATORS.map((name) => encodeName(`$${name}`));
const DOLLAR = '$'.codePointAt(0);

const shapes = new ShapeCache<FilterShape>();
const writer = new ShapeWriter();

/**
 * Compiles a filter of comparisons, its paths taken from a filter before that differs in its values only.
 * @returns undefined for other filters, and for those that are refused.
 */
export function compileFilterByShape(filter: BsonValue): Filter | undefined {
  const operands: BsonValue[] = [];
  const text = shapeOf(filter, operands);
  if (text === undefined) return undefined;
  let shape = shapes.get(text);
  if (!shape) {
    shape = parseShape(filter);
    if (shape.fields.length > MOST_SCANNED_FIELDS) return undefined;
    shapes.add(text, shape);
  }
  return bind(shape, operands);
}

/**
 * Paths and operators, written so that no two shapes have the same text. The operands' types are no part of it: what
 * depends on them is compiled for each filter anew.
 * @param operands receives the operands.
 */
function shapeOf(filter: BsonValue, operands: BsonValue[]): string | undefined {
  writer.reset();
  const fields = ElementCursor.over(filter);
  while (fields.next()) {
    if (fields.bytes[fields.nameStart] === DOLLAR) return undefined;
    writer.name(fields.bytes, fields.nameStart, fields.nameEnd);
    if (fields.type === BsonType.object && startsWithDollar(fields)) {
      const operators = ElementCursor.over(fields);
      while (operators.next()) {
        const operator = operatorAt(operators);
        if (operator < 0 || !isComparable(operators)) return undefined;
        writer.byte(operator + 1);
        operands.push(operators.snapshot());
      }
    } else {
      if (!isComparable(fields)) return undefined;
      writer.byte(1);
      operands.push(fields.snapshot());
    }
    writer.byte(0);
  }
  return writer.text();
}

function startsWithDollar(object: BsonValue): boolean {
  const cursor = ElementCursor.over(object);
  return cursor.next() && cursor.bytes[cursor.nameStart] === DOLLAR;
}

function operatorAt(cursor: ElementCursor): number {
  return OPERATOR_NAMES.findIndex((name) => cursor.nameIs(name));
}

/** Patterns match in place of comparing, and comparing with undefined is refused. */
function isComparable({ type }: BsonValue): boolean {
  return type !== BsonType.regex && type !== BsonType.undefined;
}

function parseShape(filter: BsonValue): FilterShape {
  const comparisons: Comparison[] = [];
  const names: string[] = [];
  const fields = ElementCursor.over(filter);
  while (fields.next()) {
    const path = parseFieldPath(fields.name());
    const [first = ''] = path.parts;
    if (!names.includes(first)) names.push(first);
    const field = names.indexOf(first);
    if (fields.type === BsonType.object && startsWithDollar(fields)) {
      const operators = ElementCursor.over(fields);
      while (operators.next()) comparisons.push({ path, op: OPERATORS[operatorAt(operators)]!, field });
    } else {
      comparisons.push({ path, op: 'eq', field });
    }
  }
  return { comparisons, fields: names.map((name) => encodeName(name)) };
}

function bind({ comparisons, fields }: FilterShape, operands: readonly BsonValue[]): Filter {
  const tests: ScannedField[] = fields.map((name) => ({ name, tests: [] }));
  const conditions: FieldCondition[] = [];
  const children: FilterNode[] = [];
  for (let at = 0; at < comparisons.length; at += 1) {
    const { path, op, field } = comparisons[at]!;
    const operand = operands[at]!;
    const condition = { path: path.text, op, values: [operand] };
    const predicate = {
      kind: 'test',
      test: comparisonTest(op, operand),
      traverseLeaf: true,
      condition,
    } as const;
    conditions.push(condition);
    children.push({ kind: 'field', path, predicate });
    tests[field]!.tests.push(compilePredicate(predicate, path));
  }
  return new CompiledFilter({ kind: 'and', children }, conditions, scanFields(tests));
}
