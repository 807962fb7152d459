import { elementsOf, readString } from '../bson/bson-reader.js';
import { isNumber, toDouble } from '../bson/bson-number.js';
import { BsonType } from '../bson/bson-value.js';
import { locationError, storeErrors } from '../store.errors.js';
import type { Arguments } from './arguments.js';

/** Fields that every command takes. */
export const GENERIC_FIELDS: ReadonlySet<string> = new Set([
  '$db',
  '$readPreference',
  '$clusterTime',
  'lsid',
  'writeConcern',
  'readConcern',
  'maxTimeMS',
  'comment',
  'apiVersion',
  'apiStrict',
  'apiDeprecationErrors',
  'txnNumber',
  'startTransaction',
  'autocommit',
]);

const READ_CONCERNS = new Set(['local', 'majority', 'available', 'linearizable']);
const MOST_NODES = 50;

/** Commands of MongoDB's Stable API, version 1. */
const STABLE_COMMANDS: ReadonlySet<string> = new Set([
  'aggregate',
  'bulkWrite',
  'count',
  'create',
  'createIndexes',
  'delete',
  'drop',
  'dropDatabase',
  'dropIndexes',
  'endSessions',
  'explain',
  'find',
  'findAndModify',
  'getMore',
  'hello',
  'insert',
  'killCursors',
  'listCollections',
  'listDatabases',
  'listIndexes',
  'ping',
  'refreshSessions',
  'saslContinue',
  'saslStart',
  'update',
]);

/** Checks the fields that every command takes, as a standalone server does. @throws StoreError. */
export function checkGenericFields(args: Arguments, command: string): void {
  checkTransaction(args);
  checkReadConcern(args);
  checkWriteConcern(args);
  checkApiVersion(args, command);
}

function checkTransaction(args: Arguments): void {
  if (!args.has('txnNumber') && !args.has('startTransaction') && !args.has('autocommit')) return;
  throw storeErrors.IllegalOperation(
    'Transaction numbers are only allowed on a replica set member or mongos',
  );
}

function checkReadConcern(args: Arguments): void {
  const bytes = args.document('readConcern');
  if (!bytes) return;
  for (const { name, value } of elementsOf(bytes)) {
    if (name === 'afterClusterTime' || name === 'atClusterTime') {
      throw storeErrors.IllegalOperation(
        `Cannot specify '${name}' read concern when cluster time is not supported`,
      );
    }
    if (name !== 'level') {
      throw locationError(40_415, `BSON field 'readConcern.${name}' is an unknown field.`);
    }
    const level = value.type === BsonType.string ? readString(value) : '';
    if (level === 'snapshot') {
      throw storeErrors.NotAReplicaSet('node needs to be a replica set member to use read concern snapshot');
    }
    if (!READ_CONCERNS.has(level)) {
      throw storeErrors.BadValue(
        `Enumeration value '${level}' for field 'readConcern.level' is not a valid value.`,
      );
    }
  }
}

/** Every write is on disk when it is answered, so any concern that one server can fulfil is fulfilled. */
function checkWriteConcern(args: Arguments): void {
  const bytes = args.document('writeConcern');
  if (!bytes) return;
  const w = elementsOf(bytes).find(({ name }) => name === 'w')?.value;
  if (w?.type === BsonType.string && readString(w) !== 'majority') {
    throw storeErrors.BadValue(
      `cannot use non-majority 'w' mode ${readString(w)} when a host is not a member of a replica set`,
    );
  }
  if (!w || !isNumber(w)) return;
  const nodes = toDouble(w);
  if (!(nodes >= 0 && nodes <= MOST_NODES)) {
    throw storeErrors.FailedToParse(`w has to be a non-negative number and not greater than ${MOST_NODES}`);
  }
  if (nodes > 1) throw storeErrors.BadValue("cannot use 'w' > 1 when a host is not replicated");
}

function checkApiVersion(args: Arguments, command: string): void {
  const version = args.string('apiVersion');
  if (version === undefined) {
    if (!args.has('apiStrict') && !args.has('apiDeprecationErrors')) return;
    throw locationError(
      4_886_600,
      'Provided apiStrict and/or apiDeprecationErrors without passing apiVersion',
    );
  }
  if (version !== '1') throw storeErrors.APIVersionError('API version must be "1"');
  if (args.boolean('apiStrict') && !STABLE_COMMANDS.has(command)) {
    throw storeErrors.APIStrictError(
      `Provided apiStrict:true, but the command ${command} is not in API Version ${version}`,
    );
  }
}
