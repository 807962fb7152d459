import { Injectable } from '@nestjs/common';
import type { DryRun } from '../../automation/replay/dry-run.types.js';
import type { ExplainedRule } from '../../automation/replay/rule-explainer.service.js';
import { MessageRepository } from '../../automation/outbox/message.repository.js';
import type { MessageDocument } from '../../automation/outbox/message.schema.js';
import { ThreadService } from '../../monitoring/conversations/thread.service.js';
import type { InboundEntry, OutboundEntry } from '../../monitoring/conversations/thread.view.js';
import { ConversationDeliveries } from '../../webhooks/conversation-deliveries.js';
import { JobQueryRepository } from '../../queue/dead-letters/job-query.repository.js';
import { toJobView, type JobView } from '../../monitoring/admin/job.view.js';
import { SimulatorLog, type SimulatedDelivery } from './simulator.log.js';

/** The whole way of one event: webhook, job, rules, sends and their echoes. */
export interface Trace {
  id: string;
  kind: string;
  text: string | null;
  sentAt: Date;
  webhook: { status: number; answeredInMs: number; delivery: string | null; receivedAt: Date | null };
  event: { kind: string; identity: string };
  /** Null until it is stored, and for what was stored before. */
  job: JobView | null;
  /** What became of it, in words. */
  why: string | null;
  /** As foretold before it was sent: account, conversation, question, matches, actions. */
  steps: DryRun['steps'];
  rules: ExplainedRule[];
  /** The oldest first, each with when Instagram reported it back. */
  sends: OutboundEntry[];
}

const DELIVERIES = 100;
const SENDS = 100;

@Injectable()
export class TraceService {
  constructor(
    private readonly log: SimulatorLog,
    private readonly jobs: JobQueryRepository,
    private readonly deliveries: ConversationDeliveries,
    private readonly messages: MessageRepository,
    private readonly threads: ThreadService,
  ) {}

  /** Of what a person did last, the newest first. */
  async read(account: string, person: string, limit: number): Promise<Trace[]> {
    const simulated = this.log.of(account, person).slice(-limit).toReversed();
    if (simulated.length === 0) return [];
    const conversation = `${account}:${person}`;
    const [received, sent, jobs] = await Promise.all([
      this.deliveries.read(conversation, DELIVERIES, undefined),
      this.messages.ofPerson(account, person, SENDS, undefined),
      this.jobs.withStoredKeys(simulated.flatMap(({ jobKeys }) => jobKeys)),
    ]);
    const { items } = await this.threads.entriesOf(received, sent);
    const byKey = new Map(jobs.map((job) => [job.dedupKey, job]));
    const deliveryOf = new Map(
      received.flatMap((delivery) => delivery.events.map(({ identity }) => [identity, delivery] as const)),
    );
    const outbound = new Map(
      items.flatMap((item) => (item.type === 'out' ? [[item.id, item] as const] : [])),
    );
    const inbound = items.filter((item) => item.type === 'in');
    return simulated.map((each) => {
      const job = each.jobKeys.map((key) => byKey.get(key)).find((found) => found !== undefined);
      const rows = job ? sendsOf(job._id.toHexString(), job.dedupKey ?? '', sent) : [];
      return Object.assign(describe(each, deliveryOf.get(each.identity)), {
        job: job ? toJobView(job) : null,
        why: whyOf(inbound, job?._id.toHexString()),
        sends: rows.flatMap(({ _id }) => outbound.get(_id) ?? []),
      });
    });
  }
}

function describe(
  { id, input, sentAt, status, answeredInMs, event, identity, dryRun, rules }: SimulatedDelivery,
  delivery: { id: string; receivedAt: Date } | undefined,
): Omit<Trace, 'job' | 'why' | 'sends'> {
  return {
    id,
    kind: input.kind,
    text: 'text' in input ? (input.text ?? null) : 'title' in input ? (input.title ?? null) : null,
    sentAt: new Date(sentAt),
    webhook: {
      status,
      answeredInMs,
      delivery: delivery?.id ?? null,
      receivedAt: delivery?.receivedAt ?? null,
    },
    event: { kind: event.kind, identity },
    steps: dryRun.steps,
    rules,
  };
}

const whyOf = (inbound: InboundEntry[], job: string | undefined): string | null =>
  (job !== undefined && inbound.find((entry) => entry.job?.id === job)?.why) || null;

/** Those of the event's own job, and of the jobs that went on with its flows after a wait. */
function sendsOf(job: string, identity: string, sent: MessageDocument[]): MessageDocument[] {
  const jobs = new Set([job]);
  const own: MessageDocument[] = [];
  for (const row of sent.toReversed()) {
    const begunBy = /^flow:([^:]+):/.exec(row.event ?? '')?.[1];
    if (row.event !== identity && !(begunBy !== undefined && jobs.has(begunBy))) continue;
    jobs.add(row.job);
    own.push(row);
  }
  return own;
}
