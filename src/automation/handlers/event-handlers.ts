import { MessageHandler } from './message.handler.js';
import { StoryReplyHandler } from './story-reply.handler.js';
import { StoryMentionHandler } from './story-mention.handler.js';
import { PostbackHandler } from './postback.handler.js';
import { QuickReplyHandler } from './quick-reply.handler.js';
import { ReactionHandler } from './reaction.handler.js';
import { SeenHandler } from './seen.handler.js';
import { EditHandler } from './edit.handler.js';
import { ReferralHandler } from './referral.handler.js';
import { CommentHandler } from './comment.handler.js';
import { LiveCommentHandler } from './live-comment.handler.js';
import { MentionHandler } from './mention.handler.js';
import { EchoHandler } from './echo.handler.js';
import { UnknownHandler } from './unknown.handler.js';

/** One for each kind of event: the queue refuses to start when a kind has none, or two. */
export const eventHandlers = [
  MessageHandler,
  StoryReplyHandler,
  StoryMentionHandler,
  PostbackHandler,
  QuickReplyHandler,
  ReactionHandler,
  SeenHandler,
  EditHandler,
  ReferralHandler,
  CommentHandler,
  LiveCommentHandler,
  MentionHandler,
  EchoHandler,
  UnknownHandler,
];
