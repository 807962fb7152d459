/** An automation, as the server's API has it. */

export const matchModes = ['any', 'contains', 'word', 'exact', 'starts_with', 'regex'] as const;

export type MatchMode = (typeof matchModes)[number];

export interface TextMatch {
  mode: MatchMode;
  keywords: string[];
  exclude: string[];
}

interface PayloadFilter {
  payload?: string;
  payloadPrefix?: string;
}

export type Trigger =
  | { type: 'message'; match: TextMatch }
  | { type: 'story_reply'; match: TextMatch; storyIds?: string[] }
  | { type: 'story_mention' }
  | ({ type: 'postback' } & PayloadFilter)
  | ({ type: 'quick_reply' } & PayloadFilter)
  | { type: 'comment'; match: TextMatch; mediaIds?: string[]; repliesToo: boolean; live: boolean }
  | { type: 'referral'; ref?: string }
  | { type: 'reaction'; emoji?: string }
  | { type: 'default' };

export type TriggerType = Trigger['type'];

export type TriggerOf<T extends TriggerType> = Extract<Trigger, { type: T }>;

export type Condition =
  | { type: 'follows_account' }
  | { type: 'has_tag'; tag: string }
  | { type: 'lacks_tag'; tag: string }
  | { type: 'first_contact' }
  | { type: 'attribute'; name: string; op: 'exists' }
  | { type: 'attribute'; name: string; op: 'equals'; value: string };

export const weekdays = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'] as const;

export interface Schedule {
  timezone: string;
  days?: (typeof weekdays)[number][];
  from?: string;
  to?: string;
}

/** One of the two; of several texts the server picks one for each event. */
export interface Texts {
  text?: string;
  texts?: string[];
}

export interface QuickReply {
  title: string;
  payload: string;
}

export type Button =
  { type: 'url'; title: string; url: string } | { type: 'postback'; title: string; payload: string };

export interface Card {
  title: string;
  subtitle?: string;
  imageUrl?: string;
  buttons?: Button[];
}

export const mediaKinds = ['image', 'video', 'audio', 'file'] as const;
export const answerFormats = ['text', 'email', 'phone'] as const;

export type Action =
  | ({ type: 'send_message'; quickReplies?: QuickReply[]; buttons?: Button[] } & Texts)
  | { type: 'send_media'; kind: (typeof mediaKinds)[number]; url: string }
  | { type: 'send_cards'; cards: Card[] }
  | ({ type: 'reply_to_comment' } & Texts)
  | { type: 'typing'; ms: number }
  | { type: 'react'; reaction: string }
  | { type: 'wait'; ms?: number; until?: string }
  | { type: 'add_tag'; tag: string }
  | { type: 'remove_tag'; tag: string }
  | { type: 'set_attribute'; name: string; value: string }
  | {
      type: 'ask';
      text: string;
      attribute: string;
      validate: (typeof answerFormats)[number];
      retryText?: string;
      timeoutMs: number;
    }
  | { type: 'pause_automation'; ms: number }
  | {
      type: 'call_webhook';
      url: string;
      /** Only sent: null removes the one that is set. */
      secret?: string | null;
      /** Only answered. */
      secretSet?: boolean;
    };

export type ActionType = Action['type'];

export type ActionOf<T extends ActionType> = Extract<Action, { type: T }>;

export interface AutomationSettings {
  account: string;
  name: string;
  enabled: boolean;
  priority: number;
  continue: boolean;
  trigger: Trigger;
  conditions: Condition[];
  actions: Action[];
  cooldownMs: number;
  schedule?: Schedule;
}

export interface Automation extends AutomationSettings {
  id: string;
  createdAt: string;
  updatedAt: string;
  /** In lists, where it was asked for. */
  today?: { fired: number; sent: number; failed: number };
}
