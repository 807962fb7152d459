import { Injectable } from '@nestjs/common';
import { z } from 'zod';
import { messageViewSchema, toMessageView, type MessageView } from '../../automation/admin/message.view.js';
import { FLOW_JOB, shownFlowJob, type FlowJob } from '../../automation/flows/flow-job.js';
import { JobMessagesService } from '../../automation/outbox/job-messages.service.js';
import { REPLAY_JOB, type ReplayJob } from '../../automation/replay/replay-job.js';
import { Clock } from '../../database/clock.js';
import { timeSchema } from '../../http/api-docs/json-schema.js';
import type { JobDocument } from '../../queue/job.schema.js';
import { WebhookLogsService } from '../../webhooks/webhook-logs.service.js';
import { timelineEntrySchema, timelineOf, type TimelineEntry } from './job-timeline.js';
import { jobViewSchema, toJobView, type JobView } from './job.view.js';

/** Everything that is kept of one job. */
export interface JobDetailsView extends JobView {
  timeline: TimelineEntry[];
  /** Null once it is completed. */
  payload: unknown;
  /** What was sent by it, the earliest first. */
  messages: MessageView[];
  /** What brought it; null when that is no longer kept, or it came from no webhook. */
  delivery: { id: string; receivedAt: Date } | null;
  /** When it will be deleted; null while it is not over. */
  expiresAt: Date | null;
}

/** The same on the wire. */
export const jobDetailsSchema = jobViewSchema
  .extend({
    timeline: z.array(timelineEntrySchema),
    payload: z.unknown().describe('null once it is completed'),
    messages: z.array(messageViewSchema).describe('what was sent by it'),
    delivery: z.object({ id: z.string(), receivedAt: timeSchema }).nullable().describe('what brought it'),
    expiresAt: timeSchema.nullable().describe('when it will be deleted'),
  })
  .meta({ id: 'JobDetails' });

function shownPayload({ kind, payload }: JobDocument): unknown {
  if (payload == null) return null;
  return kind === FLOW_JOB ? shownFlowJob(payload as FlowJob) : payload;
}

@Injectable()
export class JobDetails {
  constructor(
    private readonly clock: Clock,
    private readonly messages: JobMessagesService,
    private readonly logs: WebhookLogsService,
  ) {}

  async of(job: JobDocument): Promise<JobDetailsView> {
    const [messages, delivery] = await Promise.all([this.messagesOf(job), this.deliveryOf(job)]);
    return {
      ...toJobView(job),
      timeline: timelineOf(job, this.clock.date()),
      payload: shownPayload(job),
      messages,
      delivery,
      expiresAt: job.expiresAt ?? null,
    };
  }

  private async messagesOf({ _id, kind, limitKey, groupKey, payload }: JobDocument): Promise<MessageView[]> {
    if (limitKey === undefined || groupKey === undefined) return [];
    const person = groupKey.slice(limitKey.length + 1);
    const event = kind === REPLAY_JOB ? (payload as ReplayJob | undefined)?.identity : undefined;
    const of = { job: _id.toHexString(), account: limitKey, person, event };
    return (await this.messages.sentBy(of)).map(toMessageView);
  }

  private async deliveryOf({ _id, dedupKey }: JobDocument): Promise<JobDetailsView['delivery']> {
    if (dedupKey === undefined) return null;
    const log = await this.logs.broughtBy(_id.toHexString(), dedupKey);
    return log && { id: log._id.toHexString(), receivedAt: log.receivedAt };
  }
}
