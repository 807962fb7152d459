import type {
  CommentEvent,
  EventKind,
  InstagramEvent,
  LiveCommentEvent,
  MessageEvent,
  PostbackEvent,
  QuickReplyEvent,
  ReactionEvent,
  ReferralEvent,
  StoryMentionEvent,
  StoryReplyEvent,
} from '../instagram/instagram-event.js';

/** The events that an automation may answer. */
export type AnswerableEvent =
  | MessageEvent
  | StoryReplyEvent
  | StoryMentionEvent
  | QuickReplyEvent
  | PostbackEvent
  | CommentEvent
  | LiveCommentEvent
  | ReferralEvent
  | ReactionEvent;

/** Of a person who is known. */
export type PersonalEvent = AnswerableEvent & { person: string };

/** What a person wrote in the conversation, as words or by a quick reply. */
export type DirectMessage = MessageEvent | StoryReplyEvent | QuickReplyEvent;

const answerableKinds: ReadonlySet<EventKind> = new Set<AnswerableEvent['kind']>([
  'message',
  'story_reply',
  'story_mention',
  'quick_reply',
  'postback',
  'comment',
  'live_comment',
  'referral',
  'reaction',
]);

export const isAnswerable = (event: InstagramEvent): event is AnswerableEvent =>
  answerableKinds.has(event.kind);

export type AnswerableKind = AnswerableEvent['kind'];

export const isComment = (event: AnswerableEvent): event is CommentEvent | LiveCommentEvent =>
  event.kind === 'comment' || event.kind === 'live_comment';

export const isDirectMessage = (event: AnswerableEvent): event is DirectMessage =>
  event.kind === 'message' || event.kind === 'story_reply' || event.kind === 'quick_reply';

/** Whether it opens Instagram's 24-hour window; comments, reactions and followed links do not. */
export const opensWindow = (event: AnswerableEvent): boolean =>
  isDirectMessage(event) || event.kind === 'story_mention' || event.kind === 'postback';

/** What the person wrote, or the label of what the person tapped. */
export function textOf(event: AnswerableEvent): string | undefined {
  if (event.kind === 'postback') return event.title;
  return 'text' in event ? event.text : undefined;
}

/** Why an event must not be answered by any automation; null when it may be. */
export function reasonToIgnore(event: AnswerableEvent): string | null {
  if (event.person === null) return 'no_person';
  if (event.person === event.account || (isComment(event) && event.own)) return 'own';
  if ('deleted' in event && event.deleted) return 'deleted';
  if ('unsupported' in event && event.unsupported) return 'unsupported';
  if (event.kind === 'reaction' && event.action === 'unreact') return 'unreact';
  return null;
}
