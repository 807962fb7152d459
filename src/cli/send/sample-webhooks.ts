import type { EventKind } from '../../instagram/instagram-event.js';
import { randomMessageId } from '../../instagram/message-id.js';
import * as samples from '../../instagram/webhook-samples.js';
import type { WebhookEnvelope } from '../../instagram/webhook-samples.js';

/** What a sample says; ids that are not given are made up. */
export interface SampleInput {
  account: string;
  person: string;
  text: string;
  payload: string;
  /** Of the message that is reacted to, read or edited. */
  mid?: string;
  mediaId?: string;
  storyId?: string;
  commentId?: string;
  parentId?: string;
  username: string;
  ref: string;
  emoji: string;
  /** Type and address of what is attached to a message. */
  attachment?: string;
  attachmentUrl: string;
}

/** One delivery for each kind of event that Instagram sends. */
export const sampleMakers: Record<EventKind, (input: SampleInput) => WebhookEnvelope> = {
  message: (input) => samples.messageWebhook(withAttachment(input)),
  story_reply: (input) => samples.storyReplyWebhook(input),
  story_mention: ({ account, person }) => samples.storyMentionWebhook({ account, person }),
  postback: (input) => samples.postbackWebhook({ ...input, title: input.text }),
  quick_reply: (input) => samples.quickReplyWebhook(input),
  reaction: (input) => samples.reactionWebhook({ ...input, mid: midOf(input) }),
  seen: (input) => samples.seenWebhook({ ...input, mid: midOf(input) }),
  edit: (input) => samples.editWebhook({ ...input, mid: midOf(input) }),
  referral: ({ ref, ...input }) => samples.referralWebhook({ ...input, referral: { ref } }),
  comment: (input) => samples.commentWebhook(input),
  live_comment: (input) => samples.liveCommentWebhook(input),
  mention: ({ account, mediaId = '17890000000000001', commentId }) =>
    samples.mentionWebhook({ account, mediaId, ...(commentId !== undefined && { commentId }) }),
  echo: (input) => samples.echoWebhook(withAttachment(input)),
  unknown: ({ account, person }) => ({
    object: 'instagram',
    entry: [
      { id: account, time: Date.now(), messaging: [{ sender: { id: person }, recipient: { id: account } }] },
    ],
  }),
};

const midOf = ({ mid = randomMessageId() }: SampleInput): string => mid;

/** A message with an attachment has no text. */
function withAttachment({ attachment, attachmentUrl, text, ...input }: SampleInput): samples.MessageInput {
  if (attachment === undefined) return { ...input, text };
  return { ...input, attachments: [{ type: attachment, payload: { url: attachmentUrl } }] };
}
