import { getModelToken } from '@nestjs/mongoose';
import type { Model } from 'mongoose';
import { JOB_MODEL, type JobDocument } from '../../src/queue/job.schema.js';
import type { QueueApp } from './queue-app.js';

const jobsOf = (app: QueueApp) => app.module.get<Model<JobDocument>>(getModelToken(JOB_MODEL)).collection;

/** Does `meanwhile` once, when jobs have just been read by a filter with this field, before the reader acts on that. */
export function afterReadBy(field: string, app: QueueApp, meanwhile: () => Promise<void>): void {
  const collection = jobsOf(app);
  const find = collection.find.bind(collection);
  collection.find = ((filter: Record<string, unknown>, ...rest: never[]) => {
    const cursor = find(filter, ...rest);
    if (!(field in filter)) return cursor;
    collection.find = find;
    const toArray = cursor.toArray.bind(cursor);
    cursor.toArray = async () => {
      const read = await toArray();
      await meanwhile();
      return read;
    };
    return cursor;
  }) as typeof find;
}

/** Does `meanwhile` once, before a job is updated alone. */
export function beforeUpdate(app: QueueApp, meanwhile: () => Promise<void>): void {
  const collection = jobsOf(app);
  const updateOne = collection.updateOne.bind(collection);
  collection.updateOne = (async (...args: Parameters<typeof updateOne>) => {
    collection.updateOne = updateOne;
    await meanwhile();
    return updateOne(...args);
  }) as typeof updateOne;
}
