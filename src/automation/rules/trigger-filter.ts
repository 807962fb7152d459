import { isComment, type AnswerableEvent, type AnswerableKind } from '../answerable-event.js';
import type { Referral } from '../../instagram/instagram-event.js';
import { foldText } from '../matching/text-folding.js';
import type {
  CommentTrigger,
  PostbackTrigger,
  QuickReplyTrigger,
  ReactionTrigger,
  ReferralTrigger,
  TextMatch,
  Trigger,
} from '../automation.types.js';

/** Which events a trigger listens to, and what it asks of them beside their text. */
export interface TriggerFilter {
  kinds: readonly AnswerableKind[];
  /** Null where the text does not matter. */
  match: TextMatch | null;
  /** Only for events that nothing else answers. */
  fallback?: true;
  /** Asked only for events of `kinds`. */
  admits: (event: AnswerableEvent) => boolean;
}

const everything = () => true;

/** An ad's referral comes within the first message or tap, that of a link alone or within these. */
const referringKinds = ['referral', 'message', 'story_reply', 'quick_reply', 'postback'] as const;

export function triggerFilter(trigger: Trigger): TriggerFilter {
  switch (trigger.type) {
    case 'message':
      return { kinds: ['message'], match: trigger.match, admits: everything };
    case 'story_reply':
      return { kinds: ['story_reply'], match: trigger.match, admits: ofStories(trigger.storyIds) };
    case 'story_mention':
      return { kinds: ['story_mention'], match: null, admits: everything };
    case 'referral':
      return { kinds: referringKinds, match: null, admits: withRef(trigger) };
    case 'reaction':
      return { kinds: ['reaction'], match: null, admits: withEmoji(trigger) };
    case 'default':
      return {
        kinds: ['message', 'story_reply', 'quick_reply'],
        match: null,
        admits: everything,
        fallback: true,
      };
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

function withRef({ ref }: ReferralTrigger): TriggerFilter['admits'] {
  return (event) => {
    const referral: Referral | undefined = 'referral' in event ? event.referral : undefined;
    return referral !== undefined && (ref === undefined || referral.ref === ref);
  };
}

/** Folded, since a heart comes with a variation selector from one phone and without from another. */
function withEmoji({ emoji }: ReactionTrigger): TriggerFilter['admits'] {
  if (emoji === undefined) return everything;
  const wanted = foldText(emoji);
  return (event) =>
    event.kind === 'reaction' && event.emoji !== undefined && foldText(event.emoji) === wanted;
}
