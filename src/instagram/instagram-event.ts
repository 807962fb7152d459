/**
 * The kinds of event that an Instagram webhook is split into. `echo` is a message that the account itself sent;
 * `unknown` is anything this version does not understand: it is stored, logged and completed, never refused.
 */
export const eventKinds = [
  'message',
  'story_reply',
  'story_mention',
  'postback',
  'quick_reply',
  'reaction',
  'seen',
  'edit',
  'referral',
  'comment',
  'live_comment',
  'mention',
  'echo',
  'unknown',
] as const;

export type EventKind = (typeof eventKinds)[number];

/** What every event has, whatever its kind. Ids are decimal strings: some exceed 2^53. */
interface EventOf<K extends EventKind> {
  kind: K;
  /** Instagram professional account id that the event belongs to. */
  account: string;
  /** Instagram-scoped id of the other person; null where Instagram named none. */
  person: string | null;
  /** When it happened, by Instagram's clock, in ms since the epoch; the time of receipt where none was given. */
  timestamp: number;
}

export interface Attachment {
  /** `image`, `video`, `story_mention`, …: Instagram adds types, so this is not a closed set. */
  type: string;
  /** Absent on ephemeral media. */
  url?: string;
}

/** Where a conversation was opened from: an ig.me link or an ad. */
export interface Referral {
  ref?: string;
  source?: string;
  type?: string;
  adId?: string;
}

interface MessageContent {
  mid: string;
  text?: string;
  attachments: Attachment[];
  /** The message that this one replies to. */
  replyToMid?: string;
  referral?: Referral;
  /** The person deleted the message: there is nothing to answer. */
  deleted?: boolean;
  /** Instagram can't show this kind of message through its API. */
  unsupported?: boolean;
}

export interface MessageEvent extends EventOf<'message'>, MessageContent {}

export interface StoryReplyEvent extends EventOf<'story_reply'>, MessageContent {
  story: { id: string; url?: string };
}

export interface StoryMentionEvent extends EventOf<'story_mention'>, MessageContent {}

export interface QuickReplyEvent extends EventOf<'quick_reply'>, MessageContent {
  payload: string;
}

/** A message that the account sent: by this program, by another app, or typed by a person. */
export interface EchoEvent extends EventOf<'echo'>, MessageContent {
  /** Sent by the account to itself (`is_self`). */
  self?: boolean;
}

export interface PostbackEvent extends EventOf<'postback'> {
  mid?: string;
  title?: string;
  payload: string;
  referral?: Referral;
}

export interface ReactionEvent extends EventOf<'reaction'> {
  mid: string;
  action: 'react' | 'unreact';
  reaction?: string;
  emoji?: string;
}

export interface SeenEvent extends EventOf<'seen'> {
  mid?: string;
}

export interface EditEvent extends EventOf<'edit'> {
  mid: string;
  text?: string;
  /** 0 was seen on messages that nobody edited. */
  edits: number;
}

export interface ReferralEvent extends EventOf<'referral'> {
  referral: Referral;
}

interface CommentContent {
  commentId: string;
  text: string;
  /** Public name of the person; comments are the only events that carry it. */
  username?: string;
  mediaId?: string;
  /** `FEED`, `REELS`, `AD`, …: Instagram adds types, so this is not a closed set. */
  mediaType?: string;
  /** Set when a boosted post notifies under another media id. */
  originalMediaId?: string;
  adId?: string;
  /** Set on a reply to another comment. */
  parentId?: string;
  /** Written by the account itself. */
  own: boolean;
}

export interface CommentEvent extends EventOf<'comment'>, CommentContent {}

export interface LiveCommentEvent extends EventOf<'live_comment'>, CommentContent {}

/** Somebody mentioned the account under a post of their own. */
export interface MentionEvent extends EventOf<'mention'> {
  mediaId?: string;
  commentId?: string;
}

export interface UnknownEvent extends EventOf<'unknown'> {
  /** What the event was about, as far as it can be named: a webhook field or the keys of a messaging item. */
  about: string;
}

export type InstagramEvent =
  | MessageEvent
  | StoryReplyEvent
  | StoryMentionEvent
  | QuickReplyEvent
  | EchoEvent
  | PostbackEvent
  | ReactionEvent
  | SeenEvent
  | EditEvent
  | ReferralEvent
  | CommentEvent
  | LiveCommentEvent
  | MentionEvent
  | UnknownEvent;

export type EventOfKind<K extends EventKind> = Extract<InstagramEvent, { kind: K }>;
