import { setTimeout as sleep } from 'node:timers/promises';
import { MongoClient, type Collection } from 'mongodb';
import type { MessageDocument } from '../../../src/automation/outbox/message.schema.js';
import { failWritesToClosedSockets } from '../../../src/database/driver-writes.js';
import type { JobDocument } from '../../../src/queue/job.schema.js';
import type { QueueTotalsDocument } from '../../../src/queue/queue-totals.schema.js';

// The watch outlives many owners of the store.
failWritesToClosedSockets();

const LOOK_EVERY_MS = 1000;
const ENDED = ['completed', 'dead'];

type End = Pick<JobDocument, '_id' | 'status' | 'finishedAt'>;

const asText = ({ status, finishedAt }: End) => `${status} at ${finishedAt?.toISOString()}`;

/** Looks into the store from outside, over its restarts. */
export class JobWatch {
  /** Jobs that ended a second time. */
  readonly endedTwice: string[] = [];
  private readonly ends = new Map<string, string>();
  private watching = true;

  private constructor(
    private readonly client: MongoClient,
    readonly jobs: Collection<JobDocument>,
    readonly messages: Collection<MessageDocument>,
    private readonly totals: Collection<QueueTotalsDocument>,
  ) {}

  static async connect(uri: string): Promise<JobWatch> {
    const client = await MongoClient.connect(uri, { serverSelectionTimeoutMS: 30_000 });
    const db = client.db('chatautodm');
    return new JobWatch(
      client,
      db.collection('jobs'),
      db.collection('messages'),
      db.collection('queue_totals'),
    );
  }

  /** Until {@link stop}: what has ended once must stay as it is. */
  async watch(): Promise<void> {
    while (this.watching) {
      await this.look().catch(() => undefined);
      await sleep(LOOK_EVERY_MS);
    }
  }

  stop(): void {
    this.watching = false;
  }

  /** Resolves when all jobs have ended; polls, since the store tells nobody. */
  async allEnded(): Promise<void> {
    while ((await this.jobs.countDocuments({ status: { $nin: ENDED as never[] } })) > 0) await sleep(100);
    await this.look();
  }

  /** As if it were time to count the jobs again. */
  async countNow(): Promise<void> {
    await this.totals.updateOne({}, { $set: { nextCountAt: new Date(0) } });
  }

  close(): Promise<void> {
    return this.client.close();
  }

  private async look(): Promise<void> {
    const ended = this.jobs.find<End>(
      { status: { $in: ENDED as never[] } },
      { projection: { status: 1, finishedAt: 1 } },
    );
    for await (const job of ended) {
      const id = job._id.toHexString();
      const before = this.ends.get(id);
      const now = asText(job);
      if (before !== undefined && before !== now) this.endedTwice.push(`job ${id}: ${before}, then ${now}`);
      this.ends.set(id, now);
    }
  }
}
