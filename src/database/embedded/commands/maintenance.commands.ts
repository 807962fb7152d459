import { deserialize, serialize, type Document } from 'bson';
import { documentValue } from '../bson/bson-reader.js';
import { describeIndex, parseIndexSpec, parseKeyPattern, sameKey } from '../index/index-spec.js';
import type { Index } from '../index/index.js';
import type { Collection } from '../storage/collection.js';
import { checkCollection } from '../storage/consistency.js';
import { storeErrors } from '../store.errors.js';
import { missingNamespace } from './collection.commands.js';
import type { Command } from './command.js';
import { BSON } from './reply.js';

/** Compares documents and index entries; as in MongoDB, nothing else happens to the collection meanwhile. */
const validateCommand: Command = {
  name: 'validate',
  fields: ['full', 'background', 'checkBSONConformance', 'repair', 'fixMultikey', 'metadata'],
  async run({ args, database }, { catalog, environment }) {
    const name = args.requiredString('validate');
    args.refuse('repair', 'fixMultikey');
    const { collection, errors } = await environment.writes.enqueue(() => {
      const target = catalog.find(database, name);
      if (!target) {
        throw storeErrors.NamespaceNotFound(`Collection '${database}.${name}' does not exist to validate.`);
      }
      return { collection: target, errors: checkCollection(environment, target) };
    });
    const valid = errors.length === 0;
    const { indexes } = collection;
    return BSON.reply({
      ns: collection.namespace,
      nInvalidDocuments: 0,
      nNonCompliantDocuments: 0,
      nrecords: collection.count,
      nIndexes: indexes.length,
      indexDetails: Object.fromEntries(
        indexes.map(({ spec }) => [
          spec.name,
          { valid: !errors.some((error) => error.startsWith(`${spec.name}:`)) },
        ]),
      ),
      valid,
      repaired: false,
      warnings: [],
      errors,
      extraIndexEntries: [],
      missingIndexEntries: [],
      corruptRecords: [],
    });
  },
};

/** Changes of an index that need no other entries. */
const collModCommand: Command = {
  name: 'collMod',
  fields: [
    'index',
    'validator',
    'validationLevel',
    'validationAction',
    'viewOn',
    'pipeline',
    'expireAfterSeconds',
    'timeseries',
    'changeStreamPreAndPostImages',
    'cappedSize',
    'cappedMax',
    'dryRun',
  ],
  async run({ args, database }, { catalog, environment }) {
    const name = args.requiredString('collMod');
    args.refuse(
      'validator',
      'validationLevel',
      'validationAction',
      'viewOn',
      'pipeline',
      'expireAfterSeconds',
      'timeseries',
      'changeStreamPreAndPostImages',
      'cappedSize',
      'cappedMax',
      'dryRun',
    );
    const wanted = args.document('index');
    const changes = await environment.writes.enqueue(() => {
      const collection = catalog.find(database, name);
      if (!collection) throw missingNamespace(`${database}.${name}`);
      if (!wanted) return {};
      const change = parseIndexChange(wanted);
      const index = indexToChange(collection, change);
      const { document, told } = changed(index, change);
      const spec = parseIndexSpec(documentValue(serialize(document)));
      if (Object.keys(told).length > 0) catalog.changeIndex(collection, index, spec);
      return told;
    });
    return BSON.reply(changes);
  },
};

interface IndexChange {
  readonly name?: string;
  readonly keyPattern?: Document;
  readonly expireAfterSeconds?: number;
  readonly hidden?: boolean;
}

/** @throws StoreError InvalidOptions (72), NotImplemented (238). */
function parseIndexChange(bytes: Uint8Array): IndexChange {
  const change = deserialize(bytes);
  for (const field of Object.keys(change)) {
    if (['name', 'keyPattern', 'expireAfterSeconds', 'hidden'].includes(field)) continue;
    if (field === 'unique' || field === 'prepareUnique') {
      throw storeErrors.NotImplemented(`collMod of an index's '${field}' is not supported by this store`);
    }
    throw storeErrors.InvalidOptions(`BSON field 'collMod.index.${field}' is an unknown field.`);
  }
  if (change['name'] !== undefined && change['keyPattern'] !== undefined) {
    throw storeErrors.InvalidOptions('Cannot specify both key pattern and name.');
  }
  if (change['name'] === undefined && change['keyPattern'] === undefined) {
    throw storeErrors.InvalidOptions('Must specify either index name or key pattern.');
  }
  if (change['expireAfterSeconds'] === undefined && change['hidden'] === undefined) {
    throw storeErrors.InvalidOptions('no expireAfterSeconds, hidden, unique, or prepareUnique field');
  }
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
function changed(
  index: Index,
  { expireAfterSeconds, hidden }: IndexChange,
): { document: Document; told: Document } {
  const document = deserialize(describeIndex(index.spec));
  const told: Document = {};
  const before = index.spec.expireAfterSeconds;
  if (expireAfterSeconds !== undefined && Number(expireAfterSeconds) !== before) {
    if (before !== undefined) told['expireAfterSeconds_old'] = before;
    told['expireAfterSeconds_new'] = document['expireAfterSeconds'] = expireAfterSeconds;
  }
  if (hidden !== undefined && hidden !== index.spec.hidden) {
    told['hidden_old'] = index.spec.hidden;
    told['hidden_new'] = document['hidden'] = hidden;
  }
  return { document, told };
}

export const maintenanceCommands: readonly Command[] = [validateCommand, collModCommand];
