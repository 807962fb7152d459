import { Injectable } from '@nestjs/common';
import { JobQueryRepository, type ListedJob } from '../../queue/dead-letters/job-query.repository.js';
import type { LoggedEvent, WebhookLogDocument } from '../../webhooks/webhook-log.schema.js';
import { toJobView, type JobView } from './job.view.js';

/** An event of a delivery with the job that it became; null when that is no longer kept. */
export type EventWithJob = LoggedEvent & { job: JobView | null };

/** What became of the events of a delivery. */
@Injectable()
export class EventJobs {
  constructor(private readonly jobs: JobQueryRepository) {}

  async of({
    events,
    receivedAt,
  }: Pick<WebhookLogDocument, 'events' | 'receivedAt'>): Promise<EventWithJob[]> {
    const found = await this.jobs.withKeys(events.map(({ identity }) => identity));
    const byIdentity = new Map<string, ListedJob[]>();
    for (const job of found) {
      const identity = identityOf(job);
      byIdentity.set(identity, [...(byIdentity.get(identity) ?? []), job]);
    }
    return events.map((event) => {
      const job = nearest(byIdentity.get(event.identity) ?? [], receivedAt);
      return { ...event, job: job ? toJobView(job) : null };
    });
  }
}

const identityOf = ({ dedupKey, dedupAt }: ListedJob) =>
  dedupAt ? dedupKey!.replace(/@\d+$/, '') : dedupKey!;

/** Where a key counts for a window of time only, the same content may have come at other times as well. */
function nearest(jobs: ListedJob[], at: Date): ListedJob | undefined {
  const distance = ({ createdAt }: ListedJob) => Math.abs(createdAt.getTime() - at.getTime());
  return jobs.toSorted((a, b) => distance(a) - distance(b))[0];
}
