import { ElementCursor, encodeName } from '../../bson/bson-reader.js';
import { BsonType, type BsonValue } from '../../bson/bson-value.js';
import { ShapeCache, ShapeWriter } from '../shape-cache.js';
import type { Update } from './compiled-update.js';
import { depthOf, requireDepth } from './document-depth.js';
import {
  bindOperands,
  compileOperators,
  compileOperatorUpdate,
  type CompiledOperators,
} from './operator-update.js';

/** The operators that look at their operand when they are applied, not when they are compiled (but for its type). */
const SHARED = ['$set', '$unset', '$inc', '$setOnInsert', '$min', '$max'].map((name) => encodeName(name));

interface UpdateShape {
  readonly compiled: CompiledOperators;
  /** How many parts each path has, in the order of the operands. */
  readonly pathDepths: readonly number[];
}

const shapes = new ShapeCache<UpdateShape>();
const writer = new ShapeWriter();

/** Compiles an update made of operators, or takes what was compiled for an update that differs in its values only. */
export function compileByShape(update: BsonValue): Update {
  const operands: BsonValue[] = [];
  const text = shapeOf(update, operands);
  if (text === undefined) return compileOperatorUpdate(update, []);
  let shape = shapes.get(text);
  if (shape) {
    requireDepths(shape.pathDepths, operands);
  } else {
    const compiled = compileOperators(update, [], []);
    shape = { compiled, pathDepths: compiled.paths.map((path) => path.split('.').length) };
    shapes.add(text, shape);
  }
  return bindOperands(shape.compiled, operands);
}

/**
 * Operators, paths and the types of their operands, written so that no two shapes have the same text.
 * @param operands receives the operands.
 * @returns undefined for an update with operators that cannot be shared, or that is not well-formed.
 */
function shapeOf(update: BsonValue, operands: BsonValue[]): string | undefined {
  writer.reset();
  const operators = ElementCursor.over(update);
  while (operators.next()) {
    const operator = SHARED.findIndex((name) => operators.nameIs(name));
    if (operator < 0 || operators.type !== BsonType.object) return undefined;
    writer.byte(operator + 1);
    const fields = ElementCursor.over(operators);
    while (fields.next()) {
      writer.byte(fields.type);
      writer.name(fields.bytes, fields.nameStart, fields.nameEnd);
      operands.push(fields.snapshot());
    }
    writer.byte(0);
  }
  return writer.text();
}

/** What depends on more than the operand's type. @throws StoreError Overflow (15). */
function requireDepths(pathDepths: readonly number[], operands: readonly BsonValue[]): void {
  for (let at = 0; at < operands.length; at += 1) {
    const operand = operands[at]!;
    if (operand.type === BsonType.object || operand.type === BsonType.array) {
      requireDepth(pathDepths[at]! + depthOf(operand));
    }
  }
}
