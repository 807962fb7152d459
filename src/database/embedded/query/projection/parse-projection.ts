import { isNumber, toTruncatedInteger } from '../../bson/bson-number.js';
import { elementsOf, getField, valuesOf } from '../../bson/bson-reader.js';
import { BsonType, type BsonValue } from '../../bson/bson-value.js';
import { arrayOf, documentOf } from '../../bson/document-builder.js';
import { locationError, storeErrors } from '../../store.errors.js';
import { compileExpression, isKnownExpression } from '../expression/compile-expression.js';
import type { Expression } from '../expression/expression.js';
import { compileNode } from '../filter-compiler.js';
import { isTruthy } from '../filter-operators.js';
import { parseFilter, WITHOUT_EXPRESSIONS } from '../filter-parser.js';
import { parseCheckedPath } from '../path-validation.js';
import { ProjectionTreeBuilder, type FieldAction, type ProjectionTree } from './projection-tree.js';

export interface ParsedProjection {
  readonly mode: 'include' | 'exclude';
  readonly tree: ProjectionTree;
  /** The array of `array.$`. */
  readonly positionalArrayPath: string | undefined;
}

const KEEP: FieldAction = { kind: 'keep' };
const DROP: FieldAction = { kind: 'drop' };

/** Parses the projection of a find (with `$slice`, `$elemMatch`, positional `$`) or of `$project`. */
export function parseProjection(
  spec: BsonValue,
  isFind: boolean,
  variables: readonly string[] = [],
): ParsedProjection {
  return new ProjectionParser(isFind, variables).parse(spec);
}

class ProjectionParser {
  private readonly tree = new ProjectionTreeBuilder();
  private mode: 'include' | 'exclude' | undefined;
  private id: 'include' | 'exclude' | undefined;
  private idIsNamed = false;
  private hasSlice = false;
  private hasElementMatch = false;
  private positionalArrayPath: string | undefined;

  constructor(
    private readonly isFind: boolean,
    private readonly variables: readonly string[],
  ) {}

  parse(spec: BsonValue): ParsedProjection {
    for (const { name, value } of elementsOf(spec)) this.parseField([], name, value);
    const mode = this.mode ?? this.defaultMode();
    if (mode === 'include' && !this.idIsNamed) this.tree.add(['_id'], KEEP);
    return { mode, tree: this.tree.build(), positionalArrayPath: this.positionalArrayPath };
  }

  /** Without a field that says it: `$slice` leaves the others, `$elemMatch` does not, `_id` alone decides for all. */
  private defaultMode(): 'include' | 'exclude' {
    if (this.hasSlice) return this.id ?? 'exclude';
    return this.hasElementMatch ? 'include' : (this.id ?? 'exclude');
  }

  private parseField(prefix: readonly string[], name: string, value: BsonValue): void {
    const positional = this.isFind ? /^(.*?)\.\$(?:$|\.)(.*)$/s.exec(name) : null;
    if (positional !== null) {
      this.parsePositional(prefix, positional, value);
      return;
    }
    const parts = [...prefix, ...parseCheckedPath(name)];
    if (parts[0] === '_id') this.idIsNamed = true;
    if (isNumber(value) || value.type === BsonType.bool) {
      this.parseFlag(parts, isTruthy(value));
    } else if (value.type === BsonType.object) {
      this.parseObject(parts, value);
    } else {
      this.compute(parts, compileExpression(value, this.variables));
      if (this.mode === 'exclude') {
        throw locationError(31_310, `Cannot use an expression ${parts.join('.')} in an exclusion projection`);
      }
      this.mode = 'include';
    }
  }

  private parseFlag(parts: readonly string[], isKept: boolean): void {
    const path = parts.join('.');
    this.tree.add(parts, isKept ? KEEP : DROP);
    const mode = isKept ? 'include' : 'exclude';
    if (path === '_id') this.id = mode;
    else this.setMode(mode, path);
  }

  private setMode(mode: 'include' | 'exclude', path: string): void {
    if (this.mode !== undefined && this.mode !== mode) {
      throw mode === 'include'
        ? locationError(31_253, `Cannot do inclusion on field ${path} in exclusion projection`)
        : locationError(31_254, `Cannot do exclusion on field ${path} in inclusion projection`);
    }
    this.mode = mode;
  }

  private parseObject(parts: readonly string[], value: BsonValue): void {
    const fields = elementsOf(value);
    const [first, another] = fields;
    if (first === undefined) {
      throw locationError(
        51_270,
        `An empty sub-projection is not a valid value. Found empty object at path ${parts.join('.')}`,
      );
    }
    if (another !== undefined || !first.name.startsWith('$')) {
      for (const field of fields) this.parseField(parts, field.name, field.value);
      return;
    }
    const slice = this.isFind && first.name === '$slice' ? parseSlice(first.value) : undefined;
    if (slice !== undefined) {
      this.hasSlice = true;
      this.tree.add(parts, slice);
    } else if (first.name === '$elemMatch') {
      this.parseElementMatch(parts, first.value);
    } else {
      this.parseExpression(parts, first.name, value);
    }
  }

  private parseExpression(parts: readonly string[], operator: string, value: BsonValue): void {
    if (operator === '$meta') {
      throw storeErrors.NotImplemented('projections of $meta are not supported by this store');
    }
    if (!isKnownExpression(operator)) throw locationError(31_325, `Unknown expression ${operator}`);
    if (this.mode === 'exclude') {
      throw locationError(31_252, 'Cannot use expression other than $meta in exclusion projection');
    }
    this.mode = 'include';
    this.compute(parts, compileExpression(value, this.variables));
  }

  private compute(parts: readonly string[], expression: Expression): void {
    this.tree.add(parts, { kind: 'compute', expression });
  }

  private parseElementMatch(parts: readonly string[], operand: BsonValue): void {
    if (!this.isFind) {
      throw storeErrors.InvalidPipelineOperator('Cannot use $elemMatch in this context');
    }
    if (operand.type !== BsonType.object) {
      throw locationError(31_274, 'elemMatch: Invalid argument, object required');
    }
    if (this.positionalArrayPath !== undefined) throw positionalWithElementMatch(31_255);
    if (parts.length > 1) throw locationError(31_275, 'Cannot use $elemMatch projection on a nested field.');
    this.hasElementMatch = true;
    this.compute(parts, elementMatchExpression(parts[0]!, operand));
  }

  /** `a.$` and `a.$.b`, which is the same. */
  private parsePositional(
    prefix: readonly string[],
    [, array = '', rest = '']: string[],
    value: BsonValue,
  ): void {
    if (value.type === BsonType.object) {
      throw locationError(31_271, 'positional projection cannot be used with an expression or sub object');
    }
    if (!isNumber(value) && value.type !== BsonType.bool) {
      throw locationError(31_308, 'positional projection cannot be used with a literal');
    }
    if (!isTruthy(value)) throw locationError(16_410, "FieldPath field names may not start with '$'.");
    if (this.positionalArrayPath !== undefined) {
      throw locationError(31_276, 'Cannot specify more than one positional projection per query.');
    }
    if (this.hasElementMatch) throw positionalWithElementMatch(31_256);
    if (rest === '$' || /\.\$(?:$|\.)/.test(rest)) {
      throw locationError(31_287, 'Cannot use positional operator twice');
    }
    const parts = [...prefix, ...parseCheckedPath(array)];
    this.positionalArrayPath = parts.join('.');
    if (parts[0] === '_id') this.idIsNamed = true;
    this.tree.add(parts, KEEP, true);
    this.setMode('include', this.positionalArrayPath);
  }
}

function positionalWithElementMatch(code: number): Error {
  return locationError(code, 'Cannot specify positional operator and $elemMatch.');
}

/** The first element of a top-level array that matches, alone in an array. */
function elementMatchExpression(name: string, operand: BsonValue): Expression {
  const matches = compileNode(
    parseFilter(documentOf([['', documentOf([['$elemMatch', operand]])]]), WITHOUT_EXPRESSIONS),
  );
  return ({ root }) => {
    const array = getField(root, name);
    if (array?.type !== BsonType.array) return undefined;
    const found = valuesOf(array).find((element) =>
      matches(documentOf([['', arrayOf([element])]]), undefined),
    );
    return found === undefined ? undefined : arrayOf([found]);
  };
}

/** The find's own `$slice`: a number or [skip, limit]; undefined for what may be the expression of that name. */
function parseSlice(operand: BsonValue): FieldAction | undefined {
  if (isNumber(operand)) return { kind: 'slice', skip: undefined, limit: sliceNumber(operand) };
  if (operand.type !== BsonType.array) return undefined;
  const [skip, limit, ...rest] = valuesOf(operand);
  if (skip === undefined || limit === undefined || rest.length > 0) return undefined;
  if (!isNumber(skip) || !isNumber(limit)) return undefined;
  const limitNumber = sliceNumber(limit);
  return limitNumber > 0 ? { kind: 'slice', skip: sliceNumber(skip), limit: limitNumber } : undefined;
}

const INT_LIMIT = 2 ** 31 - 1;

function sliceNumber(value: BsonValue): number {
  const whole = toTruncatedInteger(value) ?? 0n;
  return Math.max(-INT_LIMIT, Math.min(INT_LIMIT, Number(whole)));
}
