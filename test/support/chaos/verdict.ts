import type { MessageDocument } from '../../../src/automation/outbox/message.schema.js';
import type { JournalEntry } from '../../../src/instagram/sandbox/sandbox.types.js';
import type { JobDocument } from '../../../src/queue/job.schema.js';
import { dedupKeyOf, eventIn, type ChaosConversation } from './chaos-plan.js';

/** What is left when all has ended. */
export interface Remains {
  jobs: JobDocument[];
  messages: MessageDocument[];
  /** What was sent, in order. */
  journal: JournalEntry[];
}

/** Every way in which what is left breaks what the queue promises, in words; empty when nothing does. */
export function violations(conversations: ChaosConversation[], remains: Remains): string[] {
  const jobs = new Map(remains.jobs.map((job) => [job.dedupKey, job]));
  const rows = new Map(remains.messages.map((row) => [row.job, row]));
  const sends = sendsByEvent(remains.journal);
  const found = wrongInOrder(remains.journal);
  let events = 0;
  for (const conversation of conversations) {
    for (const event of conversation.events) {
      events += 1;
      const job = jobs.get(dedupKeyOf(conversation, event));
      if (!job) found.push(`event ${event} was accepted and has no job`);
      else {
        const row = rows.get(job._id.toHexString());
        const wrong = [...wrongInEnd(job), ...wrongInEffect(job, row, sends.get(event) ?? 0)];
        found.push(...wrong.map((text) => `event ${event} (job ${job._id.toHexString()}): ${text}`));
      }
    }
  }
  if (remains.jobs.length !== events) found.push(`${remains.jobs.length} jobs for ${events} events`);
  return found;
}

function wrongInEnd(job: JobDocument): string[] {
  const found: string[] = [];
  if (job.status !== 'completed' && job.status !== 'dead') found.push(`left as ${job.status}`);
  for (const field of ['claimToken', 'leaseUntil', 'groupLock', 'parked'] as const) {
    if (job[field] !== undefined) found.push(`ended with ${field}`);
  }
  if (job.blocked) found.push('ended while blocked');
  if (job.attempts < 0 || job.attempts > 3) found.push(`ended after ${job.attempts} attempts`);
  if (job.rescues > 3) found.push(`ended after ${job.rescues} rescues`);
  return found;
}

/** Sent once; more often, or perhaps not at all, only where the outbox says that nobody knew. */
function wrongInEffect(job: JobDocument, row: MessageDocument | undefined, sends: number): string[] {
  if (!row) {
    const mayHaveNone = job.status === 'dead' && sends === 0;
    return mayHaveNone ? [] : [`${sends} sends and no row in the outbox`];
  }
  const wrong: string[] = [];
  if (sends > 1 && !row.possibleDuplicate) wrong.push(`sent ${sends} times, not flagged`);
  if (row.status === 'sent' && sends === 0) wrong.push('not sent, but said to be');
  if (row.status === 'failed' && sends > 0 && !row.possibleDuplicate) wrong.push('sent, but said to be not');
  if (job.status === 'completed' && row.status !== 'sent') wrong.push(`completed, but ${row.status}`);
  return wrong;
}

/** An answer never comes after one to a later event of its conversation. */
function wrongInOrder(journal: JournalEntry[]): string[] {
  const last = new Map<string, number>();
  return journal.flatMap((entry) => {
    const conversation = `${entry.account}:${entry.person}`;
    const event = eventOf(entry);
    const before = last.get(conversation) ?? -1;
    last.set(conversation, Math.max(before, event));
    return event < before ? [`event ${event} was answered after event ${before} of its conversation`] : [];
  });
}

function sendsByEvent(journal: JournalEntry[]): Map<number, number> {
  const sends = new Map<number, number>();
  for (const entry of journal) sends.set(eventOf(entry), (sends.get(eventOf(entry)) ?? 0) + 1);
  return sends;
}

const eventOf = ({ content }: JournalEntry) => eventIn((content as { text: string }).text);
