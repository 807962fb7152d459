import { elementsOf, readString, valuesOf } from '../bson/bson-reader.js';
import { stringValue } from '../bson/bson-convert.js';
import { BsonType, typeAlias, type BsonValue } from '../bson/bson-value.js';
import { compileExpression } from '../query/expression/compile-expression.js';
import type { Expression } from '../query/expression/expression.js';
import { parseCheckedPath } from '../query/path-validation.js';
import type { StageSettings } from '../query/pipeline.js';
import { compilePipelineChange } from '../query/update/pipeline-update.js';
import { locationError, storeErrors } from '../store.errors.js';
import { parseTarget, type OutputTarget } from './output-target.js';

/** What `$merge` does with a document that is there already. */
export type WhenMatched = 'replace' | 'keepExisting' | 'merge' | 'fail' | MergeChange;

/** A pipeline: what it makes of the document that is there, given the new one. */
export type MergeChange = (before: Uint8Array, result: BsonValue, settings: StageSettings) => Uint8Array;

/** `$merge`, taken apart. */
export interface Merge {
  readonly kind: 'merge';
  readonly target: OutputTarget;
  /** Fields that a document of the target and a result have in common; undefined: `_id`. */
  readonly on: readonly string[] | undefined;
  readonly whenMatched: WhenMatched;
  readonly whenNotMatched: 'insert' | 'discard' | 'fail';
}

const MATCHED = ['replace', 'keepExisting', 'merge', 'fail'] as const;
const NOT_MATCHED = ['insert', 'discard', 'fail'] as const;
const FIELDS = new Set(['into', 'on', 'let', 'whenMatched', 'whenNotMatched']);

/** @throws StoreError TypeMismatch (14), 40414, 40415, 51181 and their kin. */
export function parseMerge(spec: BsonValue, database: string, variables: readonly string[]): Merge {
  const defaults = { kind: 'merge', on: undefined, whenMatched: 'merge', whenNotMatched: 'insert' } as const;
  if (spec.type === BsonType.string) return { ...defaults, target: { database, name: readString(spec) } };
  if (spec.type !== BsonType.object) {
    throw storeErrors.TypeMismatch(
      `$merge requires a string or object argument, but found ${typeAlias(spec.type)}`,
    );
  }
  const given = new Map(elementsOf(spec).map(({ name, value }) => [name, value]));
  for (const name of given.keys()) {
    if (!FIELDS.has(name)) throw locationError(40_415, `BSON field '$merge.${name}' is an unknown field.`);
  }
  const into = given.get('into');
  if (!into) throw locationError(40_414, "BSON field '$merge.into' is missing but a required field");
  const whenNotMatched =
    oneOf(NOT_MATCHED, given.get('whenNotMatched'), 'whenNotMatched') ?? defaults.whenNotMatched;
  return {
    kind: 'merge',
    target:
      into.type === BsonType.string
        ? { database, name: readString(into) }
        : parseTarget(into, database, '$merge', false),
    on: parseOn(given.get('on')),
    whenMatched: parseWhenMatched(given, whenNotMatched, variables),
    whenNotMatched,
  };
}

function parseOn(value: BsonValue | undefined): string[] | undefined {
  if (value === undefined) return undefined;
  if (value.type === BsonType.string) return [parseCheckedPath(readString(value)).join('.')];
  if (value.type !== BsonType.array) {
    throw locationError(
      51_186,
      `$merge 'on' field must be either a string or an array of strings, but found ${typeAlias(value.type)}`,
    );
  }
  const fields = valuesOf(value).map((field) => {
    if (field.type === BsonType.string) return parseCheckedPath(readString(field)).join('.');
    throw locationError(
      51_134,
      `$merge 'on' array elements must be strings, but found ${typeAlias(field.type)}`,
    );
  });
  if (fields.length === 0) {
    throw locationError(51_187, "If explicitly specifying $merge 'on', must include at least one field");
  }
  const twice = fields.find((field, at) => fields.indexOf(field) < at);
  if (twice !== undefined) throw locationError(31_465, `Found a duplicate field '${twice}'`);
  return fields;
}

function parseWhenMatched(
  given: ReadonlyMap<string, BsonValue>,
  whenNotMatched: Merge['whenNotMatched'],
  variables: readonly string[],
): WhenMatched {
  const value = given.get('whenMatched');
  if (value?.type === BsonType.array) {
    return compileChange(value, given.get('let'), whenNotMatched, variables);
  }
  const mode = oneOf(MATCHED, value, 'whenMatched') ?? 'merge';
  if ((mode === 'keepExisting' || mode === 'fail') && whenNotMatched !== 'insert') {
    throw locationError(
      51_181,
      `Combination of $merge modes 'whenMatched: ${mode}' and 'whenNotMatched: ${whenNotMatched}' is not supported`,
    );
  }
  if (given.has('let')) {
    throw locationError(51_199, `Cannot use 'let' variables with 'whenMatched: ${mode}' mode`);
  }
  return mode;
}

/** `let` is evaluated for each result, and `$$new` is the result. */
function compileChange(
  pipeline: BsonValue,
  given: BsonValue | undefined,
  whenNotMatched: Merge['whenNotMatched'],
  variables: readonly string[],
): MergeChange {
  const values = new Map<string, Expression>();
  if (given !== undefined) {
    if (given.type !== BsonType.object) {
      throw storeErrors.TypeMismatch(
        `BSON field '$merge.let' is the wrong type '${typeAlias(given.type)}', expected type 'object'`,
      );
    }
    for (const { name, value } of elementsOf(given)) {
      const isRoot = value.type === BsonType.string && readString(value) === '$$ROOT';
      if (name === 'new' && !isRoot) {
        throw locationError(
          51_273,
          "'let' may not define a value for the reserved 'new' variable other than '$$ROOT'",
        );
      }
      values.set(name, compileExpression(value, variables));
    }
  }
  if (given === undefined || whenNotMatched === 'insert') {
    values.set('new', compileExpression(stringValue('$$ROOT'), variables));
  }
  const change = compilePipelineChange(valuesOf(pipeline), [...variables, ...values.keys()]);
  return (before, result, settings) => {
    const scope = new Map(settings.variables);
    for (const [name, expression] of values) scope.set(name, expression({ root: result, ...settings }));
    return change(before, { ...settings, variables: scope });
  };
}

function oneOf<T extends string>(
  choices: readonly T[],
  value: BsonValue | undefined,
  name: string,
): T | undefined {
  if (value === undefined) return undefined;
  const text = value.type === BsonType.string ? readString(value) : '';
  const chosen = choices.find((choice) => choice === text);
  if (!chosen) {
    throw storeErrors.BadValue(
      `Enumeration value '${text}' for field '$merge.${name}' is not a valid value.`,
    );
  }
  return chosen;
}
