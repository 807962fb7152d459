import { longValue, NULL_VALUE } from '../../bson/bson-convert.js';
import { elementsOf, getField, readBoolean, readString, valuesOf } from '../../bson/bson-reader.js';
import { BsonType, typeAlias, type BsonValue } from '../../bson/bson-value.js';
import { locationError } from '../../store.errors.js';
import { isNullish, NO_VARIABLES } from '../expression/expression.js';
import { parseCheckedPath } from '../path-validation.js';
import { ProjectionRun } from '../projection/apply-projection.js';
import { ProjectionTreeBuilder, type ProjectionTree } from '../projection/projection-tree.js';
import { documentValue } from '../../bson/bson-reader.js';
import type { Emit, Stage } from './stage.js';

interface UnwindSpec {
  path: string;
  indexField?: string;
  keepsEmpty: boolean;
}

/** `$unwind`: one document for each element of an array; another value counts as an array of itself. */
export function compileUnwind(spec: BsonValue): Stage {
  const { path, indexField, keepsEmpty } = parseSpec(spec);
  const parts = parseCheckedPath(path);
  const setter = new FieldSetter(parts, indexField === undefined ? undefined : parseCheckedPath(indexField));
  const push = (document: BsonValue, emit: Emit): void => {
    const value = valueAt(document, parts);
    const elements = value?.type === BsonType.array ? valuesOf(value) : undefined;
    if (elements === undefined ? isNullish(value) : elements.length === 0) {
      if (keepsEmpty) emit(setter.set(document, elements === undefined ? value : undefined, NULL_VALUE));
    } else if (elements === undefined) {
      emit(setter.set(document, value, NULL_VALUE));
    } else {
      for (const [index, element] of elements.entries()) {
        emit(setter.set(document, element, longValue(BigInt(index))));
      }
    }
  };
  return { start: () => ({ push }) };
}

/** Follows objects only: an array on the way is not entered. */
function valueAt(document: BsonValue, parts: readonly string[]): BsonValue | undefined {
  let value: BsonValue | undefined = document;
  for (const part of parts) {
    if (value?.type !== BsonType.object) return undefined;
    value = getField(value, part);
  }
  return value;
}

/** Sets the unwound field, and that of the index, in copies of a document. */
class FieldSetter {
  private value: BsonValue | undefined;
  private index: BsonValue = NULL_VALUE;
  private readonly tree: ProjectionTree;
  private readonly hasIndex: boolean;

  constructor(parts: readonly string[], indexParts: readonly string[] | undefined) {
    const tree = new ProjectionTreeBuilder();
    tree.add(parts, { kind: 'compute', expression: () => this.value });
    if (indexParts !== undefined) tree.add(indexParts, { kind: 'compute', expression: () => this.index });
    this.tree = tree.build();
    this.hasIndex = indexParts !== undefined;
  }

  set(document: BsonValue, value: BsonValue | undefined, index: BsonValue): BsonValue {
    if (value === undefined && !this.hasIndex && this.isAbsent(document)) return document;
    this.value = value;
    this.index = index;
    const context = { root: document, now: new Date(0), variables: NO_VARIABLES };
    return documentValue(new ProjectionRun('add', context, undefined).project(this.tree, document));
  }

  /** Nothing to remove: a path that leads nowhere must not create the documents on its way. */
  private isAbsent(document: BsonValue): boolean {
    const [field] = this.tree.fields;
    return (
      field === undefined || getField(document, field.name) === undefined || field.action.kind === 'nested'
    );
  }
}

function parseSpec(spec: BsonValue): UnwindSpec {
  if (spec.type === BsonType.string) return { path: unprefixed(readString(spec)), keepsEmpty: false };
  if (spec.type !== BsonType.object) {
    throw locationError(
      15_981,
      `expected either a string or an object as specification for $unwind stage, got ${typeAlias(spec.type)}`,
    );
  }
  let path: string | undefined;
  const options: { indexField?: string; keepsEmpty: boolean } = { keepsEmpty: false };
  for (const { name, value } of elementsOf(spec)) {
    if (name === 'path') {
      if (value.type !== BsonType.string) {
        throw locationError(
          28_808,
          `expected a string as the path for $unwind stage, got ${typeAlias(value.type)}`,
        );
      }
      path = unprefixed(readString(value));
    } else if (name === 'preserveNullAndEmptyArrays') {
      if (value.type !== BsonType.bool) {
        throw locationError(
          28_809,
          'expected a boolean for the preserveNullAndEmptyArrays option to $unwind stage',
        );
      }
      options.keepsEmpty = readBoolean(value);
    } else if (name === 'includeArrayIndex') {
      options.indexField = indexFieldOf(value);
    } else {
      throw locationError(28_811, `unrecognized option to $unwind stage: ${name}`);
    }
  }
  if (path === undefined) throw locationError(28_812, 'no path specified to $unwind stage');
  return { path, ...options };
}

function indexFieldOf(value: BsonValue): string {
  const name = value.type === BsonType.string ? readString(value) : '';
  if (name === '') {
    throw locationError(
      28_810,
      'expected a non-empty string for the includeArrayIndex option to $unwind stage',
    );
  }
  if (name.startsWith('$')) {
    throw locationError(
      28_822,
      `includeArrayIndex option to $unwind stage should not be prefixed with a '$': ${name}`,
    );
  }
  return name;
}

function unprefixed(path: string): string {
  if (!path.startsWith('$')) {
    throw locationError(28_818, `path option to $unwind stage should be prefixed with a '$': ${path}`);
  }
  return path.slice(1);
}
