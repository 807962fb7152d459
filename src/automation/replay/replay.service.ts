import { randomUUID } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { QueueService } from '../../queue/queue.service.js';
import { REPLAY_JOB, type ReplayJob } from './replay-job.js';

/** Has stored events run again, for real. */
@Injectable()
export class ReplayService {
  constructor(private readonly queue: QueueService) {}

  /** Returns the ids of the jobs, in the order of the events. */
  async replay(events: readonly ReplayJob[]): Promise<string[]> {
    const stored = await this.queue.enqueue(
      events.map(({ event, identity }) => ({
        kind: REPLAY_JOB,
        payload: { event, identity },
        dedupKey: `replay:${randomUUID()}`,
        limitKey: event.account,
        ...(event.person !== null && { groupKey: `${event.account}:${event.person}` }),
      })),
    );
    return stored.map(({ id }) => id!);
  }
}
