import { isNumber, toDouble } from '../bson/bson-number.js';
import { documentValue, fieldMap, getField, payload, readBoolean, readString } from '../bson/bson-reader.js';
import { BsonType, type BsonValue } from '../bson/bson-value.js';
import { compileAnyFilter, type Filter } from '../query/filter.js';

/** What documents of a collection must match. */
export interface Validator {
  readonly spec: BsonValue;
  readonly filter: Filter;
  /** Documents that did not match before an update need not match after it. */
  readonly isModerate: boolean;
}

export interface CappedLimits {
  /** Bytes of all documents. */
  readonly size: number;
  /** Documents; Infinity for no limit. */
  readonly max: number;
}

/** What the options of a collection ask of its documents. */
export interface CollectionRules {
  readonly validator: Validator | undefined;
  readonly capped: CappedLimits | undefined;
  /** The name of a clustered collection's index: its documents are found in the order of `_id` when nothing else is asked. */
  readonly clusteredName: string | undefined;
}

const NO_RULES: CollectionRules = { validator: undefined, capped: undefined, clusteredName: undefined };
const EMPTY_DOCUMENT_BYTES = 5;

/** Reads the options that `create` and `collMod` checked. */
export function rulesOf(options: Uint8Array): CollectionRules {
  if (options.length <= EMPTY_DOCUMENT_BYTES) return NO_RULES;
  const given = fieldMap(documentValue(options));
  return {
    validator: validatorOf(given),
    capped: cappedOf(given),
    clusteredName: clusteredName(given.get('clusteredIndex')),
  };
}

function validatorOf(given: ReadonlyMap<string, BsonValue>): Validator | undefined {
  const spec = given.get('validator');
  const level = textOf(given.get('validationLevel'));
  // A warning goes to MongoDB's log; this store has none.
  if (!spec || level === 'off' || textOf(given.get('validationAction')) === 'warn') return undefined;
  // Kept whole: the options may be views of a message.
  const own = documentValue(Buffer.from(payload(spec)));
  return { spec: own, filter: compileAnyFilter(payload(own)), isModerate: level === 'moderate' };
}

function cappedOf(given: ReadonlyMap<string, BsonValue>): CappedLimits | undefined {
  const capped = given.get('capped');
  if (capped?.type !== BsonType.bool || !readBoolean(capped)) return undefined;
  const max = numberOf(given.get('max')) ?? 0;
  return { size: numberOf(given.get('size')) ?? 0, max: max > 0 ? max : Number.POSITIVE_INFINITY };
}

function clusteredName(index: BsonValue | undefined): string | undefined {
  return index?.type === BsonType.object ? textOf(getField(index, 'name')) : undefined;
}

function textOf(value: BsonValue | undefined): string | undefined {
  return value?.type === BsonType.string ? readString(value) : undefined;
}

function numberOf(value: BsonValue | undefined): number | undefined {
  return value && isNumber(value) ? toDouble(value) : undefined;
}
