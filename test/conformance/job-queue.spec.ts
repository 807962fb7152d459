import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Collection, Db, MongoBulkWriteError, MongoClient } from 'mongodb';
import { connect, startServer, type ServerUnderTest } from './support.js';

interface Job {
  status: string;
  blocked: boolean;
  runAt: Date;
  dedupKey: string;
  claimToken?: string;
  attempts?: number;
  errors?: { code: string }[];
}

describe('what a job queue asks of the store', () => {
  let server: ServerUnderTest;
  let client: MongoClient;
  let db: Db;
  let jobs: Collection<Job>;

  beforeAll(async () => {
    server = await startServer();
    ({ client, db } = await connect(server));
    jobs = db.collection<Job>('jobs');
    await jobs.createIndexes([
      { key: { status: 1, blocked: 1, runAt: 1, _id: 1 } },
      {
        key: { dedupKey: 1 },
        unique: true,
        partialFilterExpression: { dedupKey: { $exists: true } },
      },
    ]);
  });

  afterAll(async () => {
    await db.dropDatabase();
    await client.close();
    await server.close();
  });

  it('inserts what is new and reports each duplicate of an unordered batch', async () => {
    const start = Date.now() - 10_000;
    const batch = Array.from({ length: 500 }, (_, n) => ({
      status: 'pending',
      blocked: false,
      runAt: new Date(start + n),
      dedupKey: `event ${n % 450}`,
    }));
    const error = await jobs.insertMany(batch, { ordered: false }).then(
      () => undefined,
      (failure: unknown) => failure as MongoBulkWriteError,
    );
    expect(error?.code).toBe(11_000);
    expect(error?.insertedCount).toBe(450);
    const failures = [error!.writeErrors].flat();
    expect(failures.map(({ index }) => index)).toEqual(Array.from({ length: 50 }, (_, n) => 450 + n));
    expect(failures[0]!.errmsg).toContain(
      'E11000 duplicate key error collection: ' +
        `${db.databaseName}.jobs index: dedupKey_1 dup key: { dedupKey: "event 0" }`,
    );
  });

  it('claims the due jobs in order, and completes only those still held', async () => {
    const due = await jobs
      .find({ status: 'pending', blocked: false, runAt: { $lte: new Date() } })
      .sort({ runAt: 1, _id: 1 })
      .limit(180)
      .toArray();
    expect(due.map(({ dedupKey }) => dedupKey)).toEqual(Array.from({ length: 180 }, (_, n) => `event ${n}`));
    const _id = { $in: due.map((job) => job._id) };
    const claim = await jobs.updateMany(
      { _id, status: 'pending' },
      { $set: { status: 'processing', claimToken: 'mine' }, $inc: { attempts: 1 } },
    );
    expect(claim.modifiedCount).toBe(180);
    await jobs.updateOne({ _id: due[0]!._id }, { $set: { claimToken: 'theirs' } });
    const held = await jobs.find({ _id, claimToken: 'mine' }).toArray();
    expect(held).toHaveLength(179);
    const completed = await jobs.bulkWrite(
      due.map((job) => ({
        updateOne: {
          filter: { _id: job._id, claimToken: 'mine' },
          update: {
            $set: { status: 'completed' },
            $unset: { claimToken: '' as const },
            $push: { errors: { code: 'none' } },
          },
        },
      })),
      { ordered: false },
    );
    expect(completed.modifiedCount).toBe(179);
    expect(await jobs.countDocuments({ status: 'completed' })).toBe(179);
    expect(await jobs.estimatedDocumentCount()).toBe(450);
  });

  it('counts by upsert', async () => {
    const minutes = db.collection<{ _id: string; total: number }>('minutes');
    for (const slowestMs of [5, 9, 7]) {
      await minutes.updateOne(
        { _id: '12:00' },
        { $inc: { total: 1 }, $max: { slowestMs }, $setOnInsert: { first: slowestMs } },
        { upsert: true },
      );
    }
    expect(await minutes.findOne()).toEqual({ _id: '12:00', total: 3, slowestMs: 9, first: 5 });
  });

  it('walks a large answer in batches', async () => {
    let seen = 0;
    for await (const job of jobs.find().batchSize(7)) seen += job.status ? 1 : 0;
    expect(seen).toBe(450);
  });
});
