import { Injectable } from '@nestjs/common';
import { Clock } from '../../database/clock.js';
import { QueueService } from '../../queue/queue.service.js';
import type { WaitAction as Wait } from '../automation.types.js';
import { ContactRepository } from '../contacts/contact.repository.js';
import { ContactWrites } from '../contacts/contact-writes.js';
import { FLOW_JOB, type FlowJob } from '../flows/flow-job.js';
import type { ActionContext, ActionResult, ActionRunner } from './action-context.js';

/** Hands the rest of the actions to a job of its own, so that the conversation goes on meanwhile. */
@Injectable()
export class WaitAction implements ActionRunner<Wait> {
  readonly types = ['wait'];

  constructor(
    private readonly queue: QueueService,
    private readonly contacts: ContactRepository,
    private readonly writes: ContactWrites,
    private readonly clock: Clock,
  ) {}

  async run({ ms = 0, until }: Wait, context: ActionContext): Promise<ActionResult> {
    const runAt = until === undefined ? this.clock.date(ms) : new Date(until);
    if (runAt.getTime() <= this.clock.now()) return { type: 'done' };
    const { event, automation, source, position, privatelyReplied, job } = context;
    if (position + 1 >= source.length) return { type: 'done' };
    const flow = { automation, actions: [...source], position: position + 1, privatelyReplied };
    const [stored] = await this.queue.enqueue([
      {
        kind: FLOW_JOB,
        payload: { event, flow } satisfies FlowJob,
        // The same for each run of this job: the rest runs once.
        dedupKey: `flow:${job.id}:${automation}:${position}`,
        groupKey: `${event.account}:${event.person}`,
        limitKey: event.account,
        runAt,
        ...(job.trace !== undefined && { trace: job.trace }),
      },
    ]);
    const { id } = stored!;
    if (id !== null) {
      const wait = { automation, until: runAt };
      await this.writes.unlessRefused(job, 'wait_begun', () =>
        this.contacts.beginWait(event, id, wait, this.clock.date()),
      );
    }
    return { type: 'parted', sent: false };
  }
}
