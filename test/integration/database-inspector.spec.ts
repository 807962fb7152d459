import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import mongoose, { Schema, type Connection } from 'mongoose';
import { DatabaseInspector } from '../../src/database/database-inspector.js';
import { freshDatabaseUri } from '../support/test-config.js';

const schema = new Schema(
  { name: String, at: Date, rank: Number },
  { collection: 'things', autoIndex: false, autoCreate: false },
)
  .index({ name: 1 }, { unique: true, name: 'by_name' })
  .index({ at: 1 }, { expireAfterSeconds: 0, name: 'retention' })
  .index({ rank: 1, name: 1 }, { partialFilterExpression: { rank: { $gt: 0 } }, name: 'by_rank' });

describe('the look at a database', () => {
  let connection: Connection;
  let inspector: DatabaseInspector;

  beforeAll(async () => {
    connection = await mongoose.createConnection(freshDatabaseUri()).asPromise();
    connection.model('Thing', schema);
    inspector = new DatabaseInspector(connection);
  });

  afterAll(async () => {
    await connection.dropDatabase();
    await connection.close();
  });

  it('tells what answers', async () => {
    const { kind, version, format } = await inspector.server();
    expect(version).toMatch(/^\d+\.\d+\.\d+/);
    expect(['embedded', 'replica set', 'sharded cluster', 'standalone']).toContain(kind);
    expect(typeof format).toBe(kind === 'embedded' ? 'number' : 'undefined');
  });

  it('finds indexes that are missing, made in another way, or declared nowhere', async () => {
    const missing = (index: string) => ({ collection: 'things', index, fault: 'missing' });
    expect(await inspector.indexFaults()).toEqual({
      checked: 3,
      faults: ['by_name', 'retention', 'by_rank'].map(missing),
    });
    await connection.model('Thing').createIndexes();
    expect(await inspector.indexFaults()).toEqual({ checked: 3, faults: [] });
    const things = connection.collection('things');
    await things.dropIndex('by_rank');
    await things.createIndex({ name: 1, rank: 1 }, { name: 'by_rank' });
    await things.createIndex({ at: -1 }, { name: 'by_hand' });
    expect(await inspector.indexFaults()).toEqual({
      checked: 3,
      faults: [
        { collection: 'things', index: 'by_rank', fault: 'different' },
        { collection: 'things', index: 'by_hand', fault: 'unknown' },
      ],
    });
  });
});
