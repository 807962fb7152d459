import type {
  CommentEvent,
  LiveCommentEvent,
  MessageEvent,
  PostbackEvent,
  QuickReplyEvent,
  StoryReplyEvent,
} from '../instagram/instagram-event.js';

/** The events that an automation may answer. */
export type AnswerableEvent =
  MessageEvent | StoryReplyEvent | QuickReplyEvent | PostbackEvent | CommentEvent | LiveCommentEvent;

export type AnswerableKind = AnswerableEvent['kind'];

export const isComment = (event: AnswerableEvent): event is CommentEvent | LiveCommentEvent =>
  event.kind === 'comment' || event.kind === 'live_comment';

/** What the person wrote, or the label of what the person tapped. */
export const textOf = (event: AnswerableEvent): string | undefined =>
  event.kind === 'postback' ? event.title : event.text;

/** Why an event must not be answered by any automation; null when it may be. */
export function reasonToIgnore(event: AnswerableEvent): string | null {
  if (event.person === null) return 'no_person';
  if (event.person === event.account || (isComment(event) && event.own)) return 'own';
  if ('deleted' in event && event.deleted) return 'deleted';
  if ('unsupported' in event && event.unsupported) return 'unsupported';
  return null;
}
