import { getConnectionToken } from '@nestjs/mongoose';
import type { Connection } from 'mongoose';
import { Claimer } from '../../src/queue/claimer.js';
import type { JobDocument } from '../../src/queue/job.schema.js';
import type { RunningServer } from '../../src/server.js';
import type { WebhookLogDocument } from '../../src/webhooks/webhook-log.schema.js';

const POLL_MS = 10;

/** What a server has stored of the webhooks that it took in. */
export class WebhookStore {
  private readonly connection: Connection;

  constructor(private readonly server: RunningServer) {
    this.connection = server.app.get<Connection>(getConnectionToken());
  }

  /** Jobs stay as they were stored from now on: pending, with their payload. */
  async holdJobs(): Promise<void> {
    await this.server.app.get(Claimer).stop();
  }

  async clear(): Promise<void> {
    await this.connection.collection('jobs').deleteMany({});
    await this.connection.collection('webhook_logs').deleteMany({});
  }

  async jobs(): Promise<JobDocument[]> {
    const jobs = this.connection.collection<JobDocument>('jobs').find({});
    return (await jobs.sort({ createdAt: 1, _id: 1 }).toArray()) as JobDocument[];
  }

  /** Deliveries in the order of their arrival, with their body as the bytes that were posted. */
  async logs(): Promise<WebhookLogDocument[]> {
    const logs = this.connection.collection<WebhookLogDocument>('webhook_logs');
    const found = await logs.find({}, { promoteBuffers: true }).sort({ receivedAt: 1, _id: 1 }).toArray();
    return found as WebhookLogDocument[];
  }

  /** Resolves with all jobs once `count` have run to their end. Polls, since the database tells nobody. */
  async finished(count: number): Promise<JobDocument[]> {
    for (;;) {
      const jobs = await this.jobs();
      if (jobs.filter(({ finishedAt }) => finishedAt).length >= count) return jobs;
      await new Promise((resolve) => setTimeout(resolve, POLL_MS));
    }
  }
}
