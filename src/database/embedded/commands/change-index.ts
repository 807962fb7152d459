import { deserialize, serialize, type Document } from 'bson';
import { documentValue } from '../bson/bson-reader.js';
import { buildIndex } from '../index/index-build.js';
import { describeIndex, parseIndexSpec, parseKeyPattern, sameKey } from '../index/index-spec.js';
import type { Index } from '../index/index.js';
import type { Collection } from '../storage/collection.js';
import { storeErrors } from '../store.errors.js';
import type { StoreContext } from './command.js';
import { findDuplicates } from './duplicates.js';
import { BSON } from './reply.js';

interface IndexChange {
  readonly name?: string;
  readonly keyPattern?: Document;
  readonly expireAfterSeconds?: number;
  readonly hidden?: boolean;
  readonly prepareUnique?: boolean;
  readonly unique?: boolean;
}

const CHANGES = ['expireAfterSeconds', 'hidden', 'prepareUnique', 'unique'] as const;

/**
 * `collMod` of an index: hidden or not, when it expires documents, whether it takes duplicates.
 * @throws StoreError InvalidOptions (72), IndexNotFound (27), CannotConvertIndexToUnique (359).
 */
export async function changeIndex(
  collection: Collection,
  bytes: Uint8Array,
  dryRun: boolean,
  context: StoreContext,
): Promise<Buffer> {
  const change = parseIndexChange(bytes);
  const index = indexToChange(collection, change);
  if (dryRun && !change.unique) {
    throw storeErrors.InvalidOptions('dry run mode is only supported when converting an index to unique');
  }
  if (change.unique) {
    await makeUnique(collection, index, dryRun, context);
    return BSON.reply(dryRun ? {} : { unique_new: true });
  }
  const { catalog, environment } = context;
  const told = await environment.writes.enqueue(() => {
    const { document, told: differences } = changed(index, change);
    const spec = parseIndexSpec(documentValue(serialize(document)));
    if (Object.keys(differences).length > 0) catalog.changeIndex(collection, index, spec);
    return differences;
  });
  return BSON.reply(told);
}

function parseIndexChange(bytes: Uint8Array): IndexChange {
  const change = deserialize(bytes);
  for (const field of Object.keys(change)) {
    if (['name', 'keyPattern', ...CHANGES].includes(field)) continue;
    throw storeErrors.InvalidOptions(`BSON field 'collMod.index.${field}' is an unknown field.`);
  }
  if (change['name'] !== undefined && change['keyPattern'] !== undefined) {
    throw storeErrors.InvalidOptions('Cannot specify both key pattern and name.');
  }
  if (change['name'] === undefined && change['keyPattern'] === undefined) {
    throw storeErrors.InvalidOptions('Must specify either index name or key pattern.');
  }
  if (CHANGES.every((name) => change[name] === undefined)) {
    throw storeErrors.InvalidOptions('no expireAfterSeconds, hidden, unique, or prepareUnique field');
  }
  if (change['unique'] === false) throw storeErrors.BadValue('Cannot make index non-unique');
  return change;
}

function indexToChange(collection: Collection, { name, keyPattern }: IndexChange): Index {
  const fields = keyPattern && parseKeyPattern(documentValue(serialize(keyPattern)));
  const index = collection.indexes.find(
    ({ spec, ready }) => ready && (fields ? sameKey(spec, { fields }) : spec.name === name),
  );
  const what = name ?? JSON.stringify(keyPattern);
  if (!index) {
    throw storeErrors.IndexNotFound(`cannot find index ${what} for ns ${collection.namespace}`);
  }
  if (index.isIdIndex) throw storeErrors.BadValue('the _id index can be neither hidden nor expire documents');
  return index;
}

/** The index as it shall be, and the answer: both values of what differs. */
function changed(index: Index, change: IndexChange): { document: Document; told: Document } {
  const { expireAfterSeconds } = change;
  const document = deserialize(describeIndex(index.spec));
  const told: Document = {};
  const before = index.spec.expireAfterSeconds;
  if (expireAfterSeconds !== undefined && Number(expireAfterSeconds) !== before) {
    if (before !== undefined) told['expireAfterSeconds_old'] = before;
    told['expireAfterSeconds_new'] = document['expireAfterSeconds'] = expireAfterSeconds;
  }
  for (const name of ['hidden', 'prepareUnique'] as const) {
    const wanted = change[name];
    if (wanted === undefined || wanted === index.spec[name]) continue;
    told[`${name}_old`] = index.spec[name];
    told[`${name}_new`] = document[name] = wanted;
  }
  return { document, told };
}

/** Builds the index anew as a unique one, which then takes the place of the old. */
async function makeUnique(
  collection: Collection,
  index: Index,
  dryRun: boolean,
  context: StoreContext,
): Promise<void> {
  if (index.spec.unique) return;
  if (!index.spec.prepareUnique && !dryRun) {
    throw storeErrors.InvalidOptions('Cannot make index unique without prepareUnique: set that first');
  }
  const violations = await context.environment.writes.enqueue(() =>
    findDuplicates(context.environment, collection, index),
  );
  if (violations.length > 0) {
    throw storeErrors.CannotConvertIndexToUnique(
      'Cannot convert the index to unique. Please resolve conflicting documents before running collMod again.',
      { violations },
    );
  }
  if (dryRun) return;
  await buildIndex(context, collection, { ...index.spec, unique: true, prepareUnique: false });
  await context.environment.writes.enqueue(() => context.catalog.dropIndex(collection, index));
  context.purger.wake();
}
