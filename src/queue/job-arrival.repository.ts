import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import type { Model } from 'mongoose';
import { JOB_MODEL, type JobDocument } from './job.schema.js';

/** New jobs that nobody has claimed, and nothing else of the many writes on jobs. */
const UNCLAIMED = [
  {
    $match: {
      operationType: 'insert',
      'fullDocument.status': 'pending',
      'fullDocument.blocked': false,
    },
  },
  { $project: { _id: 1 } },
];

/** @see https://github.com/mongodb/mongo/blob/master/src/mongo/db/pipeline/document_source_change_stream.cpp */
const NOT_A_REPLICA_SET = 40_573;

export interface Arrivals {
  close(): Promise<void>;
}

@Injectable()
export class JobArrivalRepository {
  constructor(@InjectModel(JOB_MODEL) private readonly jobs: Model<JobDocument>) {}

  /**
   * Follows what any process stores, by a change stream.
   *
   * @param onJob called for each new job, perhaps late or twice
   * @param onEnd called once when there is no more to follow; `lasting` where the server has no change streams, as a
   *   standalone one
   */
  watch(onJob: () => void, onEnd: (error: unknown, lasting: boolean) => void): Arrivals {
    const stream = this.jobs.collection.watch(UNCLAIMED);
    const close = () => stream.close().catch(() => undefined);
    stream.on('change', onJob);
    stream.once('error', (error: unknown) => {
      // A closed stream may report what closed it.
      stream.on('error', () => undefined);
      void close();
      onEnd(error, (error as { code?: unknown }).code === NOT_A_REPLICA_SET);
    });
    return { close };
  }
}
