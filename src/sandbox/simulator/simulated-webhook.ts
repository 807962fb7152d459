import {
  commentWebhook,
  echoWebhook,
  liveCommentWebhook,
  messageWebhook,
  postbackWebhook,
  quickReplyWebhook,
  reactionWebhook,
  referralWebhook,
  seenWebhook,
  storyMentionWebhook,
  storyReplyWebhook,
  type WebhookEnvelope,
} from '../../instagram/webhook-samples.js';
import type { SimulatedEvent } from './simulator.validation.js';

/** What Instagram would send of it. */
export function webhookOf(event: SimulatedEvent, timestamp: number): WebhookEnvelope {
  const between = { account: event.account, person: event.person, timestamp };
  switch (event.kind) {
    case 'message': {
      const { text, attachment } = event;
      const attachments = attachment && [{ type: attachment.type, payload: { url: attachment.url } }];
      return messageWebhook({
        ...between,
        ...(text !== undefined && { text }),
        ...(attachments && { attachments }),
      });
    }
    case 'comment':
    case 'live_comment': {
      const { text, mediaId, username } = event;
      const comment = { ...between, text, mediaId, ...(username !== undefined && { username }) };
      if (event.kind === 'live_comment') return liveCommentWebhook(comment);
      const { parentId } = event;
      return commentWebhook({ ...comment, ...(parentId !== undefined && { parentId }) });
    }
    case 'story_reply': {
      const { text, storyId } = event;
      return storyReplyWebhook({ ...between, text, ...(storyId !== undefined && { storyId }) });
    }
    case 'story_mention':
      return storyMentionWebhook(between);
    case 'postback': {
      const { payload, title = payload } = event;
      return postbackWebhook({ ...between, payload, title });
    }
    case 'quick_reply':
      return quickReplyWebhook({ ...between, payload: event.payload, text: event.title });
    case 'reaction': {
      const { mid, emoji, action } = event;
      return reactionWebhook({ ...between, mid, emoji, action, reaction: emoji === '❤️' ? 'love' : 'other' });
    }
    case 'referral':
      return referralWebhook({ ...between, referral: { ref: event.ref } });
    case 'seen':
      return seenWebhook({ ...between, mid: event.mid });
    case 'human':
      return echoWebhook({ ...between, text: event.text });
    default:
      return event satisfies never;
  }
}
