import { elementsOf, readBoolean, readString } from '../bson/bson-reader.js';
import { BsonType, type BsonValue } from '../bson/bson-value.js';
import { fromBson } from '../bson/bson-convert.js';
import type { Index } from '../index/index.js';
import type { KeyValues } from '../index/index-keys.js';
import { storeErrors, type StoreError } from '../store.errors.js';

/** E11000 in MongoDB's words, with `keyPattern` and `keyValue`. */
export function duplicateKey(namespace: string, index: Index, values: KeyValues): StoreError {
  const fields = index.spec.fields.map((field) => field.path);
  const shown = fields.map((path, at) => `${path}: ${formatValue(values[at])}`).join(', ');
  return storeErrors.DuplicateKey(
    `E11000 duplicate key error collection: ${namespace} index: ${index.spec.name} dup key: { ${shown} }`,
    {
      keyPattern: Object.fromEntries(index.spec.fields.map((field) => [field.path, field.direction])),
      keyValue: Object.fromEntries(
        fields.map((path, at) => {
          const value = values[at];
          return [path, value === undefined ? null : fromBson(value)];
        }),
      ),
    },
  );
}

/** A value as MongoDB's error messages print it. */
export function formatValue(value: BsonValue | undefined): string {
  switch (value?.type) {
    case undefined:
    case BsonType.null:
      return 'null';
    case BsonType.undefined:
      return 'undefined';
    case BsonType.string:
      return JSON.stringify(readString(value!));
    case BsonType.bool:
      return String(readBoolean(value!));
    case BsonType.objectId:
      return `ObjectId('${Buffer.from(value!.bytes.subarray(value!.start, value!.end)).toString('hex')}')`;
    case BsonType.object:
      return `{ ${elementsOf(value!)
        .map((element) => `${element.name}: ${formatValue(element.value)}`)
        .join(', ')} }`;
    case BsonType.array:
      return `[ ${elementsOf(value!)
        .map((element) => formatValue(element.value))
        .join(', ')} ]`;
    default:
      return formatOther(value!);
  }
}

function formatOther(value: BsonValue): string {
  const plain = fromBson(value);
  if (plain instanceof Date) return `new Date(${plain.getTime()})`;
  if (value.type === BsonType.minKey) return 'MinKey';
  if (value.type === BsonType.maxKey) return 'MaxKey';
  if (value.type === BsonType.decimal) return `Decimal('${String(plain)}')`;
  if (value.type === BsonType.double) {
    const text = String(plain);
    return /^-?\d+$/.test(text) ? `${text}.0` : text;
  }
  return String(plain);
}
