import { isComment, type AnswerableEvent, type AnswerableKind } from '../answerable-event.js';
import type {
  CommentTrigger,
  PostbackTrigger,
  QuickReplyTrigger,
  TextMatch,
  Trigger,
} from '../automation.types.js';

/** Which events a trigger listens to, and what it asks of them beside their text. */
export interface TriggerFilter {
  kinds: readonly AnswerableKind[];
  /** Null where the text does not matter. */
  match: TextMatch | null;
  /** Asked only for events of `kinds`. */
  admits: (event: AnswerableEvent) => boolean;
}

const everything = () => true;

export function triggerFilter(trigger: Trigger): TriggerFilter {
  switch (trigger.type) {
    case 'message':
      return { kinds: ['message'], match: trigger.match, admits: everything };
    case 'story_reply':
      return { kinds: ['story_reply'], match: trigger.match, admits: ofStories(trigger.storyIds) };
    case 'postback':
    case 'quick_reply':
      return { kinds: [trigger.type], match: null, admits: withPayload(trigger) };
    case 'comment':
      return {
        kinds: trigger.live ? ['comment', 'live_comment'] : ['comment'],
        match: trigger.match,
        admits: ofComments(trigger),
      };
  }
}

function ofStories(storyIds: string[] | undefined): TriggerFilter['admits'] {
  if (!storyIds) return everything;
  const ids = new Set(storyIds);
  return (event) => event.kind === 'story_reply' && ids.has(event.story.id);
}

function withPayload({
  payload,
  payloadPrefix,
}: PostbackTrigger | QuickReplyTrigger): TriggerFilter['admits'] {
  if (payload !== undefined) return (event) => 'payload' in event && event.payload === payload;
  if (payloadPrefix !== undefined)
    return (event) => 'payload' in event && event.payload.startsWith(payloadPrefix);
  return everything;
}

function ofComments({ mediaIds, repliesToo }: CommentTrigger): TriggerFilter['admits'] {
  const ids = mediaIds && new Set(mediaIds);
  return (event) => {
    if (!isComment(event) || (event.parentId !== undefined && !repliesToo)) return false;
    if (!ids) return true;
    // A boosted post notifies under an id of its own: the owner knows only the original's.
    return [event.mediaId, event.originalMediaId].some((id) => id !== undefined && ids.has(id));
  };
}
