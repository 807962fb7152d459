import { dateValue, timestampValue } from '../../../bson/bson-convert.js';
import { elementsOf, readString } from '../../../bson/bson-reader.js';
import { BsonType, typeAlias, type BsonValue } from '../../../bson/bson-value.js';
import { compareValues, identicalValues } from '../../../bson/compare.js';
import { storeErrors } from '../../../store.errors.js';
import type { Modifier, UpdateRun } from '../update-node.js';

/** `$set`, or with `insertOnly` `$setOnInsert`, of the operand at this place. */
export function setModifier(place: number, insertOnly = false): Modifier {
  return {
    operator: insertOnly ? '$setOnInsert' : '$set',
    insertOnly,
    update: (value, _path, { operands }) => {
      const operand = operands[place]!;
      return identicalValues(value, operand) ? value : operand;
    },
    create: (_path, { operands }) => operands[place],
  };
}

/** A field is removed; an array element becomes null, which the holder of the array sees to. */
export const UNSET: Modifier = {
  operator: '$unset',
  ignoresUnviablePaths: true,
  update: () => undefined,
  create: () => undefined,
};

/** `$min` (direction -1) and `$max` (1), by BSON's comparison order over all types. */
export function extremeModifier(direction: 1 | -1, place: number): Modifier {
  return {
    operator: direction === 1 ? '$max' : '$min',
    update: (value, _path, { operands }) => {
      const operand = operands[place]!;
      return compareValues(operand, value) * direction > 0 ? operand : value;
    },
    create: (_path, { operands }) => operands[place],
  };
}

/** `$currentDate`: `true` or `{$type: 'date' | 'timestamp'}`. */
export function currentDateModifier(operand: BsonValue): Modifier {
  const make = isTimestampWanted(operand) ? nowTimestamp : nowDate;
  return {
    operator: '$currentDate',
    update: (value, _path, run) => make(run, value),
    create: (_path, run) => make(run),
  };
}

function nowDate(run: UpdateRun): BsonValue {
  return dateValue(run.now.getTime());
}

/** Seconds now and a counter that makes it differ from what it replaces. */
function nowTimestamp(run: UpdateRun, before?: BsonValue): BsonValue {
  const seconds = Math.floor(run.now.getTime() / 1_000);
  const first = timestampValue(seconds, 1);
  return before !== undefined && identicalValues(first, before) ? timestampValue(seconds, 2) : first;
}

function isTimestampWanted(operand: BsonValue): boolean {
  if (operand.type === BsonType.bool) return false;
  if (operand.type !== BsonType.object) {
    throw storeErrors.BadValue(
      `${typeAlias(operand.type)} is not valid type for $currentDate. ` +
        "Please use a boolean ('true') or a $type expression ({$type: 'timestamp/date'}).",
    );
  }
  let timestamp: boolean | undefined;
  for (const { name, value } of elementsOf(operand)) {
    if (name !== '$type') throw storeErrors.BadValue(`Unrecognized $currentDate option: ${name}`);
    const type = value.type === BsonType.string ? readString(value) : '';
    if (type === 'date' || type === 'timestamp') timestamp = type === 'timestamp';
    else throw badDateType();
  }
  if (timestamp === undefined) throw badDateType();
  return timestamp;
}

function badDateType(): Error {
  return storeErrors.BadValue(
    "The '$type' string field is required to be 'date' or 'timestamp': {$currentDate: {field : {$type: 'date'}}}",
  );
}
