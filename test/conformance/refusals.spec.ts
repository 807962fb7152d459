import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type Db, type Document, type MongoClient, Timestamp } from 'mongodb';
import { UNSUPPORTED_EXPRESSIONS } from '../../src/database/embedded/query/expression/unsupported-expressions.js';
import { UNSUPPORTED_OPERATORS } from '../../src/database/embedded/query/filter-operators.js';
import { UNSUPPORTED_ACCUMULATORS } from '../../src/database/embedded/query/stages/accumulators.js';
import { UNSUPPORTED_STAGES } from '../../src/database/embedded/query/stages/parse-pipeline.js';
import { connect, isEmbedded, startServer, type ServerUnderTest } from './support.js';

const TRANSACTION = { txnNumber: 1, startTransaction: true, autocommit: false };
const FRENCH = { locale: 'fr' };

/** Commands of MongoDB that the store has not. */
const COMMANDS = `
  abortTransaction applyOps autoCompact commitTransaction compact configureFailPoint
  convertToCapped createRole createSearchIndexes createUser currentOp dbHash dropUser
  getDefaultRWConcern grantRolesToUser killOp logRotate mapReduce planCacheClear
  rolesInfo setParameter shutdown top updateUser
`
  .trim()
  .split(/\s+/);

/** What the store refuses and MongoDB takes, the code, and a word that the message must hold. */
const REFUSED: [string, Document, number, string][] = [
  ['a transaction', { find: 'rows', ...TRANSACTION }, 20, 'Transaction'],
  ['a retryable write', { insert: 'rows', documents: [{}], txnNumber: 1 }, 20, 'Transaction'],
  ['a collation in find', { find: 'rows', collation: FRENCH }, 238, 'collation'],
  [
    'a collation in aggregate',
    { aggregate: 'rows', pipeline: [], cursor: {}, collation: FRENCH },
    238,
    'collation',
  ],
  ['a collation in count', { count: 'rows', collation: FRENCH }, 238, 'collation'],
  ['a collation in distinct', { distinct: 'rows', key: 'a', collation: FRENCH }, 238, 'collation'],
  ['a collation in create', { create: 'other', collation: FRENCH }, 238, 'collation'],
  [
    'a collation in findAndModify',
    { findAndModify: 'rows', remove: true, collation: FRENCH },
    238,
    'collation',
  ],
  ['an index with a collation', index({ a: 1 }, { collation: FRENCH }), 238, 'collation'],
  ['a time series', { create: 'other', timeseries: { timeField: 't' } }, 238, 'timeseries'],
  ['documents that expire', { create: 'other', expireAfterSeconds: 5 }, 238, 'expireAfterSeconds'],
  ['an encrypted collection', { create: 'other', encryptedFields: { fields: [] } }, 238, 'encryptedFields'],
  [
    'sessions of users',
    { aggregate: 1, pipeline: [{ $listLocalSessions: { users: [] } }], cursor: {} },
    238,
    'users',
  ],
  ['a profiler', { profile: 1 }, 238, 'profile'],
  ['a check that repairs', { validate: 'rows', repair: true }, 238, 'repair'],
  ['a text index', index({ a: 'text' }), 67, 'text'],
  ['a 2d index', index({ a: '2d' }), 67, '2d'],
  ['a 2dsphere index', index({ a: '2dsphere' }), 67, '2dsphere'],
  ['a hashed index', index({ a: 'hashed' }), 67, 'hashed'],
  ['a wildcard index', index({ 'a.$**': 1 }), 67, 'wildcard'],
  ['a columnstore index', index({ '$**': 'columnstore' }), 67, ''],
  ['$lookup in $facet', pipeline([{ $facet: { a: [{ $lookup: {} }] } }]), 238, '$lookup'],
  ['$lookup from another database', lookup({ from: { db: 'x', coll: 'y' } }), 238, 'another database'],
  [
    'dates that only MongoDB reads',
    pipeline([{ $project: { a: { $dateFromString: { dateString: 'Feb 1 2024' } } } }]),
    238,
    'ISO 8601',
  ],
  [
    'buckets of preferred numbers',
    pipeline([{ $bucketAuto: { groupBy: '$a', buckets: 2, granularity: 'R5' } }]),
    238,
    'granularity',
  ],
  ['a sort by $meta', { find: 'rows', sort: { a: { $meta: 'textScore' } } }, 238, '$meta'],
  ['a projection of $meta', { find: 'rows', projection: { a: { $meta: 'textScore' } } }, 238, '$meta'],
  ['a read concern of snapshot', { find: 'rows', readConcern: { level: 'snapshot' } }, 123, 'snapshot'],
  [
    'a read after a cluster time',
    { find: 'rows', readConcern: { level: 'local', afterClusterTime: new Timestamp(0n) } },
    20,
    'afterClusterTime',
  ],
  ['a write concern of two', { insert: 'rows', documents: [{}], writeConcern: { w: 2 } }, 2, "'w' > 1"],
  ['a write concern of tags', { insert: 'rows', documents: [{}], writeConcern: { w: 'east' } }, 2, 'east'],
  ['a change stream', pipeline([{ $changeStream: {} }]), 40_573, '$changeStream'],
];

function pipeline(stages: Document[]): Document {
  return { aggregate: 'rows', pipeline: stages, cursor: {} };
}

function lookup(spec: Document): Document {
  return pipeline([{ $lookup: { localField: 'a', foreignField: 'b', as: 'c', ...spec } }]);
}

function index(key: Document, options: Document = {}): Document {
  return { createIndexes: 'rows', indexes: [{ key, name: 'refused', ...options }] };
}

// Another server takes these, or has its own reasons to refuse them.
(isEmbedded ? describe : describe.skip)('what the embedded store refuses and MongoDB takes', () => {
  let server: ServerUnderTest;
  let client: MongoClient;
  let db: Db;

  beforeAll(async () => {
    server = await startServer();
    ({ client, db } = await connect(server));
    await db.collection('rows').insertOne({ a: 1 });
  });
  afterAll(async () => {
    await db.dropDatabase();
    await client.close();
    await server.close();
  });

  /** The code, and whether the message names what is refused. */
  async function refusal(command: Document, word: string): Promise<{ code: unknown; isNamed: boolean }> {
    try {
      await db.command(command);
      return { code: undefined, isNamed: false };
    } catch (error) {
      const { code, message } = error as { code?: number; message: string };
      return { code, isNamed: message.includes(word) };
    }
  }

  it.each(REFUSED)('%s', async (_what, command, code, word) => {
    expect(await refusal(command, word)).toEqual({ code: code, isNamed: true });
  });

  it.each(COMMANDS)('the command %s', async (name) => {
    expect(await refusal({ [name]: 1 }, name)).toEqual({ code: 59, isNamed: true });
  });

  it.each([...UNSUPPORTED_STAGES])('the stage %s', async (name) => {
    expect(await refusal(pipeline([{ [name]: {} }]), name)).toEqual({ code: 238, isNamed: true });
  });

  it.each([...UNSUPPORTED_ACCUMULATORS])('the accumulator %s', async (name) => {
    expect(await refusal(pipeline([{ $group: { _id: null, a: { [name]: {} } } }]), name)).toEqual({
      code: 238,
      isNamed: true,
    });
  });

  it.each([...UNSUPPORTED_EXPRESSIONS])('the expression %s', async (name) => {
    expect(await refusal(pipeline([{ $project: { a: { [name]: {} } } }]), name)).toEqual({
      code: 238,
      isNamed: true,
    });
  });

  it.each([...UNSUPPORTED_OPERATORS])('the query operator %s', async (name) => {
    expect(await refusal({ find: 'rows', filter: { a: { [name]: 1 } } }, name)).toEqual({
      code: 238,
      isNamed: true,
    });
  });

  it.each(['$where', '$text', '$jsonSchema'])('the top-level query operator %s', async (name) => {
    expect(await refusal({ find: 'rows', filter: { [name]: {} } }, name)).toEqual({
      code: 238,
      isNamed: true,
    });
  });
});
