/** How a text is looked for; what `keywords` and `exclude` mean depends on it. */
export const matchModes = ['any', 'exact', 'contains', 'word', 'starts_with', 'regex'] as const;

export type MatchMode = (typeof matchModes)[number];

export interface TextMatch {
  mode: MatchMode;
  /** One of them must be found. Empty for `any`. */
  keywords: string[];
  /**
   * None of them may be found, anywhere in the text: as words for `word`, as patterns for `regex`, else as plain parts.
   */
  exclude: string[];
}

export interface MessageTrigger {
  type: 'message';
  match: TextMatch;
}

export interface StoryReplyTrigger {
  type: 'story_reply';
  match: TextMatch;
  /** Absent: replies to any story. */
  storyIds?: string[];
}

/** At most one of the two; with neither, any tap fires. */
interface PayloadFilter {
  payload?: string;
  payloadPrefix?: string;
}

export interface PostbackTrigger extends PayloadFilter {
  type: 'postback';
}

export interface QuickReplyTrigger extends PayloadFilter {
  type: 'quick_reply';
}

export interface CommentTrigger {
  type: 'comment';
  match: TextMatch;
  /** Absent: comments on any post. Also met by the original of a boosted post. */
  mediaIds?: string[];
  /** Fires on replies to other comments as well. */
  repliesToo: boolean;
  /** Fires on comments on live video as well. */
  live: boolean;
}

export interface StoryMentionTrigger {
  type: 'story_mention';
}

/** An ig.me link or an ad that opened the conversation, alone or within a message or tap. */
export interface ReferralTrigger {
  type: 'referral';
  /** Exact; absent: any. */
  ref?: string;
}

export interface ReactionTrigger {
  type: 'reaction';
  /** Absent: any. */
  emoji?: string;
}

/** A direct message for which no other automation of the account is there. */
export interface DefaultTrigger {
  type: 'default';
}

export type Trigger =
  | MessageTrigger
  | StoryReplyTrigger
  | StoryMentionTrigger
  | PostbackTrigger
  | QuickReplyTrigger
  | CommentTrigger
  | ReferralTrigger
  | ReactionTrigger
  | DefaultTrigger;

export const triggerTypes = [
  'message',
  'story_reply',
  'story_mention',
  'postback',
  'quick_reply',
  'comment',
  'referral',
  'reaction',
  'default',
] as const satisfies readonly Trigger['type'][];

export type TriggerType = Trigger['type'];

export type Condition =
  /** Asks Instagram; holds where Instagram gives no answer. */
  | { type: 'follows_account' }
  | { type: 'has_tag'; tag: string }
  | { type: 'lacks_tag'; tag: string }
  /** The event is the first that the account ever had of this person; what the account wrote does not count. */
  | { type: 'first_contact' }
  | { type: 'attribute'; name: string; op: 'exists' }
  | { type: 'attribute'; name: string; op: 'equals'; value: string };

export const weekdays = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'] as const;

export type Weekday = (typeof weekdays)[number];

/** When an automation is on duty, by the time of the event. */
export interface Schedule {
  /** IANA name, for example `Europe/Berlin`. */
  timezone: string;
  /** Absent: every day. */
  days?: Weekday[];
  /** `HH:MM`, included; absent: from midnight. */
  from?: string;
  /** `HH:MM`, not included; absent: until midnight. Before `from`: on the next day. */
  to?: string;
}

/** Exactly one of the two; of several texts one is picked for each event. */
export interface Texts {
  text?: string;
  texts?: string[];
}

export interface QuickReplyOption {
  title: string;
  payload: string;
}

export type Button =
  { type: 'url'; title: string; url: string } | { type: 'postback'; title: string; payload: string };

export interface SendMessageAction extends Texts {
  type: 'send_message';
  quickReplies?: QuickReplyOption[];
  buttons?: Button[];
}

export interface ReplyToCommentAction extends Texts {
  type: 'reply_to_comment';
}

export const mediaKinds = ['image', 'video', 'audio', 'file'] as const;

export interface SendMediaAction {
  type: 'send_media';
  kind: (typeof mediaKinds)[number];
  /** https; Instagram fetches it. */
  url: string;
}

export interface Card {
  title: string;
  subtitle?: string;
  imageUrl?: string;
  buttons?: Button[];
}

export interface SendCardsAction {
  type: 'send_cards';
  cards: Card[];
}

export interface TypingAction {
  type: 'typing';
  /** How long the person sees it before the next action. */
  ms: number;
}

export interface ReactAction {
  type: 'react';
  /** Instagram's name of a reaction, for example `love`. */
  reaction: string;
}

/** One of the two. */
export interface WaitAction {
  type: 'wait';
  ms?: number;
  /** ISO 8601, with the distance to UTC. */
  until?: string;
}

export interface AddTagAction {
  type: 'add_tag';
  tag: string;
}

export interface RemoveTagAction {
  type: 'remove_tag';
  tag: string;
}

export interface SetAttributeAction {
  type: 'set_attribute';
  name: string;
  /** A template. */
  value: string;
}

export const answerFormats = ['email', 'phone', 'text'] as const;

/** What an answer to a question must be. */
export type AnswerFormat = (typeof answerFormats)[number];

export interface AskAction {
  type: 'ask';
  text: string;
  /** Of the contact, in which the answer is kept. */
  attribute: string;
  validate: AnswerFormat;
  /** Absent: the question again. */
  retryText?: string;
  timeoutMs: number;
}

export interface PauseAutomationAction {
  type: 'pause_automation';
  ms: number;
}

export interface CallWebhookAction {
  type: 'call_webhook';
  url: string;
  /** Signs the body. Never answered. In what an owner sends, null stands for none, and absent for the one that is there. */
  secret?: string | null;
}

export type Action =
  | SendMessageAction
  | SendMediaAction
  | SendCardsAction
  | ReplyToCommentAction
  | TypingAction
  | ReactAction
  | WaitAction
  | AddTagAction
  | RemoveTagAction
  | SetAttributeAction
  | AskAction
  | PauseAutomationAction
  | CallWebhookAction;

export type ActionType = Action['type'];

/** What the owner of an account decides about an automation. */
export interface AutomationSettings {
  /** Instagram professional account id. */
  account: string;
  name: string;
  enabled: boolean;
  /** Higher first; of equal ones the older. */
  priority: number;
  /** The next automation that matches answers too. */
  continue: boolean;
  trigger: Trigger;
  /** All must hold. */
  conditions: Condition[];
  actions: Action[];
  /** Not again for the same person (and, on comments, the same media) before this time has passed. */
  cooldownMs: number;
  /** Absent: always on duty. */
  schedule?: Schedule;
}

/** Some of the fields; null takes one back to what it is when a new automation leaves it out. */
export type AutomationChange = {
  [Field in keyof AutomationSettings]?:
    AutomationSettings[Field] | (Field extends Removable ? null : never) | undefined;
};

type Removable = 'priority' | 'continue' | 'conditions' | 'cooldownMs' | 'schedule';

export interface Automation extends AutomationSettings {
  id: string;
  createdAt: Date;
  updatedAt: Date;
}
