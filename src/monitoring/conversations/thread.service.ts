import { Injectable } from '@nestjs/common';
import { AutomationsService } from '../../automation/automations.service.js';
import type { ContactDocument } from '../../automation/contacts/contact.schema.js';
import { MessageRepository } from '../../automation/outbox/message.repository.js';
import type { MessageDocument } from '../../automation/outbox/message.schema.js';
import { JobQueryRepository, type ListedJob } from '../../queue/dead-letters/job-query.repository.js';
import { ConversationDeliveries, type ConversationDelivery } from '../../webhooks/conversation-deliveries.js';
import { automationOf, toHumanEntry, toInboundEntry, type Inbound } from './inbound.entry.js';
import { toOutboundEntry } from './outbound.entry.js';
import { RetentionTimes } from './retention-times.js';
import { fromCursor, toCursor, type ThreadPosition } from './thread.cursor.js';
import type { ThreadEntry } from './thread.view.js';

export interface Thread {
  /** The newest first. */
  items: ThreadEntry[];
  nextCursor: string | null;
  /** Names of the automations that occur in it, by id. */
  automations: Record<string, string>;
}

type Person = Pick<ContactDocument, '_id' | 'account' | 'person'>;

/** Puts a conversation together: what came in from the log of deliveries, what became of it from jobs, what was sent from the outbox. */
@Injectable()
export class ThreadService {
  constructor(
    private readonly deliveries: ConversationDeliveries,
    private readonly messages: MessageRepository,
    private readonly jobs: JobQueryRepository,
    private readonly automations: AutomationsService,
    private readonly retention: RetentionTimes,
  ) {}

  /**
   * @param limit deliveries and sends together
   * @throws {ValidationError} when the cursor is none
   */
  async read({ _id, account, person }: Person, limit: number, cursor: string | undefined): Promise<Thread> {
    const from = cursor === undefined ? {} : fromCursor(cursor);
    const [received, sent] = await Promise.all([
      this.deliveries.read(_id, limit + 1, from.delivery),
      this.messages.ofPerson(account, person, limit + 1, from.send),
    ]);
    const page = newestOf(received, sent, limit);
    const { items, automations } = await this.entriesOf(page.deliveries, page.sends);
    const nextCursor = page.more ? toCursor(positionBehind(page, from)) : null;
    return { items, automations, nextCursor };
  }

  /** The newest first. */
  async entriesOf(
    deliveries: ConversationDelivery[],
    sends: MessageDocument[],
  ): Promise<Pick<Thread, 'items' | 'automations'>> {
    const inbound = await this.withJobs(deliveries);
    const echoes = inbound.filter(({ event }) => event.kind === 'echo');
    const mids = echoes.flatMap(({ event }) => ('mid' in event && event.mid !== undefined ? event.mid : []));
    const own = await this.messages.sentAmong(mids);
    const echoedAt = new Map<string, Date>();
    const ids = [
      ...inbound.map(({ job }) => automationOf(job)),
      ...sends.map(({ automation }) => automation),
    ];
    const names = await this.automations.namesOf([...new Set(ids.filter((id) => id !== undefined))]);
    const entries: ThreadEntry[] = [];
    for (const each of inbound) {
      const { event, delivery } = each;
      if (event.kind !== 'echo') entries.push(toInboundEntry(each, names));
      else if (own.has(event.mid)) echoedAt.set(event.mid, delivery.receivedAt);
      else if (!event.self && !event.deleted) entries.push(toHumanEntry(each.id, event, delivery));
    }
    const kept = this.retention.now();
    for (const send of sends) entries.push(toOutboundEntry(send, kept, echoedAt));
    const items = entries.toSorted((one, other) => other.at.getTime() - one.at.getTime());
    return { items, automations: Object.fromEntries(names) };
  }

  /** Each event once, however often Instagram delivered it. */
  private async withJobs(deliveries: ConversationDelivery[]): Promise<Inbound[]> {
    const all = deliveries.flatMap((delivery) =>
      delivery.events.map((each, index) => ({ ...each, id: `${delivery.id}.${index}`, delivery })),
    );
    const jobs = await this.jobs.withStoredKeys(all.flatMap(({ jobKeys }) => jobKeys));
    const byKey = new Map(jobs.map((job) => [job.dedupKey, job]));
    const found = new Map<string, Inbound>();
    for (const each of all) {
      const job = each.jobKeys.map((key) => byKey.get(key)).find((one) => one !== undefined);
      if (job && isRedelivery(each.delivery, job)) continue;
      // From the newest to the oldest: the first delivery of an event is the one that counts.
      found.set(job?._id.toHexString() ?? `${each.identity}@${each.event.timestamp}`, { ...each, job });
    }
    return [...found.values()];
  }
}

/** A job is stored after its delivery arrived; one that was there before came with another delivery. */
const isRedelivery = ({ receivedAt }: ConversationDelivery, { createdAt }: ListedJob): boolean =>
  createdAt.getTime() < receivedAt.getTime() - CLOCK_STEP_MS;

/** How far the clock may be put back between the two. */
const CLOCK_STEP_MS = 100;

interface PageParts {
  deliveries: ConversationDelivery[];
  sends: MessageDocument[];
  more: boolean;
}

/** The newest of both, which are in order themselves. */
function newestOf(received: ConversationDelivery[], sent: MessageDocument[], limit: number): PageParts {
  let [ins, outs] = [0, 0];
  while (ins + outs < limit && (ins < received.length || outs < sent.length)) {
    const arrived = received[ins]?.receivedAt.getTime() ?? -Infinity;
    const began = sent[outs]?.createdAt.getTime() ?? -Infinity;
    if (began >= arrived) outs += 1;
    else ins += 1;
  }
  return {
    deliveries: received.slice(0, ins),
    sends: sent.slice(0, outs),
    more: ins < received.length || outs < sent.length,
  };
}

function positionBehind({ deliveries, sends }: PageParts, from: ThreadPosition): ThreadPosition {
  const send = sends.at(-1);
  return {
    delivery: deliveries.at(-1)?.id ?? from.delivery,
    send: send ? { createdAt: send.createdAt, id: send._id } : from.send,
  };
}
