import { isNumber, toDouble } from '../bson/bson-number.js';
import { int32Value, longValue } from '../bson/bson-convert.js';
import { elementsOf, getField, readBoolean, readString } from '../bson/bson-reader.js';
import { BsonType, type BsonValue } from '../bson/bson-value.js';
import { DocumentBuilder } from '../bson/document-builder.js';
import { compileAnyFilter } from '../query/filter.js';
import { NO_OPTIONS } from '../storage/catalog.js';
import { locationError, storeErrors } from '../store.errors.js';
import type { Arguments } from './arguments.js';
import { namespaceExists } from './collection.commands.js';
import type { Command, CommandRequest, StoreContext } from './command.js';
import { EMPTY_DOCUMENT, refuseCollation } from './compiled.js';
import { BSON } from './reply.js';
import { createView } from './view-definition.js';

const MOST_CAPPED_BYTES = 2 ** 50;

export const createCommand: Command = {
  name: 'create',
  fields: [
    'capped',
    'size',
    'max',
    'validator',
    'validationLevel',
    'validationAction',
    'viewOn',
    'pipeline',
    'collation',
    'timeseries',
    'expireAfterSeconds',
    'clusteredIndex',
    'changeStreamPreAndPostImages',
    'encryptedFields',
    'storageEngine',
    'indexOptionDefaults',
    'autoIndexId',
    'idIndex',
  ],
  async run(request, context) {
    const { args } = request;
    refuseCollation(args);
    args.refuse(
      'timeseries',
      'expireAfterSeconds',
      'changeStreamPreAndPostImages',
      'encryptedFields',
      'storageEngine',
    );
    if (args.has('viewOn')) await createView(request, context);
    else await createCollection(request, context);
    return BSON.ok;
  },
};

/** The same once more is no error, as in MongoDB from 7.0. */
async function createCollection(
  { args, database }: CommandRequest,
  { catalog, environment }: StoreContext,
): Promise<void> {
  const name = args.requiredString('create');
  if (args.has('pipeline')) {
    throw storeErrors.InvalidOptions("'pipeline' requires 'viewOn' to also be specified");
  }
  const options = readOptions(args);
  await environment.writes.enqueue(() => {
    const view = catalog.views.find(database, name);
    const collection = view ? undefined : catalog.find(database, name);
    if (view || (collection && Buffer.compare(collection.options, options) !== 0)) {
      throw namespaceExists(database, name);
    }
    if (!collection) catalog.create(database, name, options);
  });
}

/** The options as `listCollections` tells them. */
function readOptions(args: Arguments): Uint8Array {
  const builder = new DocumentBuilder();
  appendCapped(args, builder);
  appendValidation(args, builder);
  const clustered = args.document('clusteredIndex');
  if (clustered) appendClustered(clustered, args, builder);
  const options = builder.finish();
  return options.length === EMPTY_DOCUMENT.length ? NO_OPTIONS : options;
}

function appendCapped(args: Arguments, builder: DocumentBuilder): void {
  if (!args.boolean('capped')) {
    if (!args.has('size') && !args.has('max')) return;
    throw storeErrors.InvalidOptions(
      "the 'capped' field needs to be true when either the 'size' or 'max' fields are present",
    );
  }
  const size = args.integer('size');
  if (size === undefined) {
    throw storeErrors.InvalidOptions("the 'size' field is required when 'capped' is true");
  }
  if (size < 1 || size > MOST_CAPPED_BYTES) {
    throw locationError(
      51_024,
      `BSON field 'size' value must be >= 1 and <= ${MOST_CAPPED_BYTES}, actual value '${size}'`,
    );
  }
  builder.appendBoolean('capped', true).append('size', wholeValue(size));
  const max = args.integer('max');
  if (max !== undefined) builder.append('max', wholeValue(max));
}

function wholeValue(value: number): BsonValue {
  return Math.abs(value) < 2 ** 31 ? int32Value(value) : longValue(BigInt(value));
}

const LEVELS = ['off', 'strict', 'moderate'];
const ACTIONS = ['error', 'warn'];

/** `validator` and what goes with it. @throws StoreError of what the filter holds, BadValue (2). */
export function appendValidation(args: Arguments, builder: DocumentBuilder): void {
  const validator = args.document('validator');
  if (validator) {
    compileAnyFilter(validator);
    builder.appendDocument('validator', validator);
  }
  for (const [name, choices] of [
    ['validationLevel', LEVELS],
    ['validationAction', ACTIONS],
  ] as const) {
    const value = args.string(name);
    if (value === undefined) continue;
    if (!choices.includes(value)) {
      throw storeErrors.BadValue(
        `Enumeration value '${value}' for field 'create.${name}' is not a valid value.`,
      );
    }
    builder.appendString(name, value);
  }
}

/** `{key: {_id: 1}, unique: true, name}`. @throws StoreError InvalidIndexSpecificationOption (197) and its kin. */
function appendClustered(spec: Uint8Array, args: Arguments, builder: DocumentBuilder): void {
  if (args.boolean('capped')) {
    throw storeErrors.InvalidOptions(
      "'capped' and 'clusteredIndex' are not supported together by this store",
    );
  }
  const key = getField(spec, 'key');
  const [id, another] = key?.type === BsonType.object ? elementsOf(key) : [];
  const isById = id?.name === '_id' && isNumber(id.value) && toDouble(id.value) === 1 && !another;
  const unique = getField(spec, 'unique');
  if (!isById || unique?.type !== BsonType.bool || !readBoolean(unique)) {
    throw storeErrors.InvalidIndexSpecificationOption(
      'The clusteredIndex option needs {key: {_id: 1}, unique: true}',
    );
  }
  const name = getField(spec, 'name');
  builder
    .openDocument('clusteredIndex')
    .appendInt32('v', 2)
    .append('key', key!)
    .appendString('name', name?.type === BsonType.string ? readString(name) : '_id_')
    .appendBoolean('unique', true)
    .close();
}
