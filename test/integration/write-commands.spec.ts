import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createConnection, type Connection } from 'mongoose';
import { WriteCommands } from '../../src/database/write-commands.js';
import { DUPLICATE_KEY } from '../../src/database/write-errors.js';

describe('WriteCommands', () => {
  let connection: Connection;
  let commands: WriteCommands;

  beforeAll(async () => {
    connection = await createConnection(process.env['TEST_MONGODB_URI']!, {
      dbName: `test_${randomUUID()}`,
    }).asPromise();
    commands = new WriteCommands(connection, 'things');
    await connection.db!.collection('things').createIndex({ key: 1 }, { unique: true, name: 'one_key' });
  });

  afterAll(async () => {
    await connection.dropDatabase();
    await connection.close();
  });

  const stored = () =>
    connection.db!.collection<{ _id: unknown }>('things').find().sort({ _id: 1 }).toArray();

  it('store what they can, and tell of each of the others what it violated, without quoting it', async () => {
    const documents = [
      { _id: 1, key: 'a' },
      { _id: 2, key: 'a private text' },
      { _id: 3, key: 'a private text' },
      { _id: 4, key: 'b' },
    ];
    const errors = await commands.insert(documents);
    expect(errors.map((error) => error && [error.code, error.violatedIndex])).toEqual([
      null,
      null,
      [DUPLICATE_KEY, 'one_key'],
      null,
    ]);
    expect(JSON.stringify(errors[2]) + errors[2]!.stack).not.toContain('private');
    expect((await stored()).map(({ _id }) => _id)).toEqual([1, 2, 4]);
  });

  it('update each at most one document, and count those that were found', async () => {
    const { errors, matched } = await commands.update([
      { filter: { _id: 1 }, update: { $set: { seen: true } } },
      { filter: { _id: 99 }, update: { $set: { seen: true } } },
      { filter: { _id: 4 }, update: { $set: { key: 'a' } } },
      { filter: { _id: 5 }, update: { $set: { key: 'c' } }, upsert: true },
    ]);
    expect(errors.map((error) => error && error.violatedIndex)).toEqual([null, null, 'one_key', null]);
    // An upsert counts as found.
    expect(matched).toBe(2);
    expect(await stored()).toMatchObject([
      { _id: 1, seen: true },
      { _id: 2 },
      { _id: 4, key: 'b' },
      { _id: 5 },
    ]);
  });

  it('may be none at all', async () => {
    expect(await commands.insert([])).toEqual([]);
    expect(await commands.update([])).toEqual({ errors: [], matched: 0 });
  });

  it('fail whole when the connection is lost', async () => {
    const lost = await createConnection(process.env['TEST_MONGODB_URI']!).asPromise();
    const late = new WriteCommands(lost, 'things');
    await lost.close();
    await expect(late.insert([{ _id: 1 }])).rejects.toThrow(/./);
  });
});
