import { createHash } from 'node:crypto';
import type { InstagramEvent } from '../instagram/instagram-event.js';
import { MalformedEventError } from './webhooks.errors.js';

export interface EventIdentity {
  /** The same for every delivery of the event, and for no other event. */
  key: string;
  /** False: Instagram gave it no id, so that the key is made of what it says. */
  ownId: boolean;
}

/**
 * What tells an event from all others. Deliveries carry no id of their own, and Instagram delivers again for 36 hours;
 * so the identity comes from the ids inside. It names the account, because two connected accounts that write to each
 * other may see one message id.
 *
 * @param source the JSON that the event was parsed from
 * @throws {MalformedEventError} when it is nested too deeply to be written out again
 */
export function identify(event: InstagramEvent, source: unknown): EventIdentity {
  const id = ownId(event);
  if (id !== undefined) return { key: `${event.account}:${id}`, ownId: true };
  const content = createHash('sha256')
    .update(toText(withoutTime(source)))
    .digest('base64url');
  return { key: `${event.account}:${event.kind}:${content}`, ownId: false };
}

function ownId(event: InstagramEvent): string | undefined {
  switch (event.kind) {
    case 'message':
    case 'story_reply':
    case 'story_mention':
    case 'quick_reply':
      // A deletion comes with the id of the message that it deletes.
      return event.deleted ? `deleted:${event.mid}` : `message:${event.mid}`;
    case 'echo':
      return event.deleted ? `deleted-echo:${event.mid}` : `echo:${event.mid}`;
    case 'postback':
      return event.mid === undefined ? undefined : `postback:${event.mid}`;
    case 'edit':
      return `edit:${event.mid}:${event.edits}`;
    case 'comment':
    case 'live_comment':
      return `comment:${event.commentId}`;
    case 'mention':
      if (event.commentId !== undefined) return `mention:comment:${event.commentId}`;
      return event.mediaId === undefined ? undefined : `mention:media:${event.mediaId}`;
    case 'reaction':
    case 'seen':
    case 'referral':
    case 'unknown':
      return undefined;
    default:
      return event satisfies never;
  }
}

function toText(value: unknown): string {
  try {
    return JSON.stringify(value);
  } catch (error) {
    // Unlike parsing, writing is recursive: a hostile nesting runs out of stack.
    if (error instanceof RangeError) throw new MalformedEventError('event', 'nested less deeply');
    throw error;
  }
}

const TIMES = new Set(['timestamp', 'time']);

/** The window of time in which equal content is one event is the queue's matter. */
function withoutTime(source: unknown): unknown {
  if (typeof source !== 'object' || source === null) return source;
  return Object.fromEntries(Object.entries(source).filter(([key]) => !TIMES.has(key)));
}
