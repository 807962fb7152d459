import { documentValue, elementsOf, readString, valuesOf } from '../../bson/bson-reader.js';
import { BsonType, type BsonValue } from '../../bson/bson-value.js';
import { locationError } from '../../store.errors.js';
import { compileExpression } from '../expression/compile-expression.js';
import { typeOf, type EvaluationContext, type Expression } from '../expression/expression.js';
import { parseCheckedPath } from '../path-validation.js';
import { ProjectionRun } from '../projection/apply-projection.js';
import { parseProjection } from '../projection/parse-projection.js';
import { ProjectionTreeBuilder } from '../projection/projection-tree.js';

/** A stage that turns each document into one other. */
export type Transform = (document: BsonValue, settings: Omit<EvaluationContext, 'root'>) => BsonValue;

/** `$project`; `variables` are names its expressions may use. */
export function compileProject(spec: BsonValue, variables: readonly string[]): Transform {
  if (spec.type !== BsonType.object) {
    throw locationError(15_969, '$project specification must be an object');
  }
  if (elementsOf(spec).length === 0) {
    throw locationError(
      51_272,
      'Invalid $project :: caused by :: projection specification must have at least one field',
    );
  }
  const { mode, tree } = parseProjection(spec, false, variables);
  return (document, settings) =>
    documentValue(
      new ProjectionRun(mode, { root: document, ...settings }, undefined).project(tree, document),
    );
}

/** `$unset`: a path or an array of paths. */
export function compileUnset(spec: BsonValue): Transform {
  const paths = spec.type === BsonType.array ? valuesOf(spec) : [spec];
  if (paths.length === 0)
    throw locationError(31_119, '$unset specification must be a string or an array with at least one field');
  const tree = new ProjectionTreeBuilder();
  for (const path of paths) {
    if (path.type !== BsonType.string) {
      throw locationError(
        31_120,
        '$unset specification must be a string or an array containing only string values',
      );
    }
    tree.add(parseCheckedPath(readString(path)), { kind: 'drop' });
  }
  const built = tree.build();
  return (document, settings) =>
    documentValue(
      new ProjectionRun('exclude', { root: document, ...settings }, undefined).project(built, document),
    );
}

/** `$set` and `$addFields`. */
export function compileAddFields(spec: BsonValue, variables: readonly string[], name: string): Transform {
  if (spec.type !== BsonType.object) {
    throw locationError(40_272, `${name} specification stage must be an object, got ${typeOf(spec)}`);
  }
  const tree = new ProjectionTreeBuilder();
  addComputed(tree, [], spec, variables);
  const built = tree.build();
  return (document, settings) =>
    documentValue(
      new ProjectionRun('add', { root: document, ...settings }, undefined).project(built, document),
    );
}

/** A document without operators names fields within the field; anything else is an expression. */
function addComputed(
  tree: ProjectionTreeBuilder,
  prefix: readonly string[],
  spec: BsonValue,
  variables: readonly string[],
): void {
  for (const { name, value } of elementsOf(spec)) {
    const parts = [...prefix, ...parseCheckedPath(name)];
    const fields = value.type === BsonType.object ? elementsOf(value) : [];
    if (fields.length > 0 && !fields.some((field) => field.name.startsWith('$'))) {
      addComputed(tree, parts, value, variables);
    } else {
      tree.add(parts, { kind: 'compute', expression: compileExpression(value, variables) });
    }
  }
}

/** `$replaceRoot` (its `newRoot`) and `$replaceWith`. */
export function compileReplaceRoot(expression: Expression): Transform {
  return (document, settings) => {
    const root = expression({ root: document, ...settings });
    if (root?.type !== BsonType.object) {
      throw locationError(
        40_228,
        `'newRoot' expression must evaluate to an object, but resulting value was of type: ${typeOf(root)}`,
      );
    }
    return documentValue(Buffer.from(root.bytes.subarray(root.start, root.end)));
  };
}

/** The operand of `$replaceRoot`. */
export function newRootOf(spec: BsonValue): BsonValue {
  if (spec.type !== BsonType.object)
    throw locationError(40_229, 'expected an object as specification for $replaceRoot stage');
  const fields = elementsOf(spec);
  const [newRoot] = fields;
  if (fields.length !== 1 || newRoot?.name !== 'newRoot') {
    throw locationError(40_231, 'no newRoot specified for the $replaceRoot stage');
  }
  return newRoot.value;
}

/** A stage that changes documents one by one; undefined when `name` is no such stage. */
export function compileTransform(
  name: string,
  spec: BsonValue,
  variables: readonly string[],
): Transform | undefined {
  switch (name) {
    case '$set':
    case '$addFields':
      return compileAddFields(spec, variables, name);
    case '$unset':
      return compileUnset(spec);
    case '$project':
      return compileProject(spec, variables);
    case '$replaceRoot':
      return compileReplaceRoot(compileExpression(newRootOf(spec), variables));
    case '$replaceWith':
      return compileReplaceRoot(compileExpression(spec, variables));
    default:
      return undefined;
  }
}
