import { getField, isIndexName } from '../../../bson/bson-reader.js';
import { BsonType, typeAlias, type BsonValue } from '../../../bson/bson-value.js';
import { equalValues } from '../../../bson/compare.js';
import { storeErrors } from '../../../store.errors.js';
import type { Modifier, UpdateRun } from '../update-node.js';
import { UNSET } from './assignment.js';

/** The target of a `$rename`: it takes the value that its source has before the update. */
export function renameModifier(source: string): Modifier {
  const parts = source.split('.');
  return {
    operator: '$rename',
    update: (value, path, run) => {
      const moved = findSource(parts, run);
      if (moved === undefined) return value;
      refuseArrays(path, run);
      return equalValues(moved, value) ? value : moved;
    },
    create: (path, run) => {
      const moved = findSource(parts, run);
      if (moved !== undefined) refuseArrays(path, run);
      return moved;
    },
  };
}

/** The source of a `$rename`; the target has seen to it that the path may be renamed. */
export const RENAMED_AWAY: Modifier = { ...UNSET, operator: '$rename' };

/**
 * The value to move; undefined when there is none.
 * @throws StoreError PathNotViable (28) when the path leads through a scalar, BadValue (2) when through an array.
 */
function findSource(parts: readonly string[], run: UpdateRun): BsonValue | undefined {
  let value: BsonValue | undefined = run.document;
  let array: string | undefined;
  for (const [depth, part] of parts.entries()) {
    const isArray: boolean = value.type === BsonType.array;
    if (isArray ? !isIndexName(part) : value.type !== BsonType.object) {
      throw storeErrors.PathNotViable(
        `cannot use the part (${part}) of (${parts.join('.')}) to traverse an element of type ${typeAlias(value.type)}`,
      );
    }
    if (isArray) array ??= parts[depth - 1];
    value = getField(value, part);
    if (value === undefined) return undefined;
  }
  if (array !== undefined) throw arrayError('source', parts.join('.'), array);
  return value;
}

function refuseArrays(path: string, run: UpdateRun): void {
  let value: BsonValue | undefined = run.document;
  for (const part of path.split('.').slice(0, -1)) {
    value = getField(value, part);
    if (value?.type === BsonType.array) throw arrayError('destination', path, part);
    if (value?.type !== BsonType.object) return;
  }
}

function arrayError(role: string, path: string, array: string): Error {
  return storeErrors.BadValue(
    `The ${role} field cannot be an array element, '${path}' in the document has an array field called '${array}'`,
  );
}
