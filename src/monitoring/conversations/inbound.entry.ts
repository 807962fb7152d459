import type { EchoEvent, InstagramEvent } from '../../instagram/instagram-event.js';
import type { ListedJob } from '../../queue/dead-letters/job-query.repository.js';
import type { ConversationDelivery, DeliveredEvent } from '../../webhooks/conversation-deliveries.js';
import { outcomeInWords, waitingInWords } from './outcome-words.js';
import type { HumanEntry, InboundEntry } from './thread.view.js';

/** One event of a delivery, and its job as far as it is kept. */
export interface Inbound extends DeliveredEvent {
  id: string;
  delivery: ConversationDelivery;
  job: ListedJob | undefined;
}

export function toInboundEntry(
  { id, event, delivery, job }: Inbound,
  names: ReadonlyMap<string, string>,
): InboundEntry {
  const outcome = outcomeOf(job);
  return {
    type: 'in',
    id,
    at: delivery.receivedAt,
    happenedAt: new Date(event.timestamp),
    kind: event.kind,
    ...contentOf(event),
    delivery: delivery.id,
    job: job
      ? {
          id: job._id.toHexString(),
          status: job.status,
          attempts: job.attempts,
          errors: job.errors.map(({ at, code }) => ({ at, code })),
        }
      : null,
    outcome,
    why: wordsOf(job, outcome, names),
  };
}

export const toHumanEntry = (id: string, event: EchoEvent, delivery: ConversationDelivery): HumanEntry => ({
  type: 'human',
  id,
  at: delivery.receivedAt,
  text: event.text ?? null,
  attachments: event.attachments,
  delivery: delivery.id,
});

/** The automation that an event's job names. */
export const automationOf = (job: ListedJob | undefined): string | undefined => {
  const automation = job?.outcome?.['automation'];
  return typeof automation === 'string' ? automation : undefined;
};

function wordsOf(
  job: ListedJob | undefined,
  outcome: InboundEntry['outcome'],
  names: ReadonlyMap<string, string>,
): string {
  if (!job) return 'What became of it is no longer kept.';
  if (!outcome) return waitingInWords(job);
  const { automation } = outcome;
  return outcomeInWords(outcome, automation === undefined ? undefined : names.get(automation));
}

function outcomeOf(job: ListedJob | undefined): InboundEntry['outcome'] {
  if (!job?.outcome) return null;
  const { result, reason } = job.outcome;
  const automation = automationOf(job);
  return {
    result,
    ...(automation !== undefined && { automation }),
    ...(typeof reason === 'string' && { reason }),
  };
}

type Content = Pick<
  InboundEntry,
  'text' | 'attachments' | 'payload' | 'story' | 'comment' | 'reaction' | 'referral'
>;

function contentOf(event: InstagramEvent): Content {
  const nothing = { text: null, attachments: [] };
  switch (event.kind) {
    case 'message':
    case 'story_reply':
    case 'story_mention':
    case 'quick_reply':
    case 'echo':
      return {
        text: event.text ?? null,
        attachments: event.attachments,
        ...(event.kind === 'story_reply' && { story: event.story }),
        ...(event.kind === 'quick_reply' && { payload: event.payload }),
        ...(event.referral && { referral: event.referral.ref ?? event.referral.adId ?? '' }),
      };
    case 'postback':
      return { ...nothing, text: event.title ?? null, payload: event.payload };
    case 'comment':
    case 'live_comment': {
      const { commentId: id, mediaId: media, parentId: parent, text } = event;
      return {
        text,
        attachments: [],
        comment: { id, ...(media !== undefined && { media }), ...(parent !== undefined && { parent }) },
      };
    }
    case 'reaction': {
      const { emoji = event.reaction, action, mid } = event;
      const reaction = { ...(emoji !== undefined && { emoji }), taken: action === 'unreact', mid };
      return { ...nothing, reaction };
    }
    case 'edit':
      return { ...nothing, text: event.text ?? null };
    case 'referral':
      return { ...nothing, referral: event.referral.ref ?? event.referral.adId ?? '' };
    case 'seen':
    case 'mention':
    case 'unknown':
      return nothing;
    default:
      return event satisfies never;
  }
}
