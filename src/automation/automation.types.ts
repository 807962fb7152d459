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

export type Trigger =
  MessageTrigger | StoryReplyTrigger | PostbackTrigger | QuickReplyTrigger | CommentTrigger;

export type TriggerType = Trigger['type'];

/** Exactly one of the two; of several texts one is picked for each event. */
interface Texts {
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

export type Action = SendMessageAction | ReplyToCommentAction;

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
  actions: Action[];
  /** Not again for the same person (and, on comments, the same media) before this time has passed. */
  cooldownMs: number;
}

export interface Automation extends AutomationSettings {
  id: string;
  createdAt: Date;
  updatedAt: Date;
}
