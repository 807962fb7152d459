import type {
  Action as StoredAction,
  ActionType,
  Automation as StoredAutomation,
  AutomationSettings as StoredSettings,
  CallWebhookAction,
  Trigger,
  TriggerType,
} from '../../../../src/automation/automation.types.js';

/** The server's own, of which an automation in the API is made: the one thing that both sides share. */
export {
  answerFormats,
  matchModes,
  mediaKinds,
  weekdays,
} from '../../../../src/automation/automation.types.js';
export type {
  ActionType,
  Button,
  Card,
  Condition,
  MatchMode,
  QuickReplyOption,
  Schedule,
  TextMatch,
  Texts,
  Trigger,
  TriggerType,
} from '../../../../src/automation/automation.types.js';

export type TriggerOf<T extends TriggerType> = Extract<Trigger, { type: T }>;

/** `secret` is only sent, `secretSet` only answered. */
type WebhookAction = CallWebhookAction & { secretSet?: boolean };

export type Action = Exclude<StoredAction, CallWebhookAction> | WebhookAction;
export type ActionOf<T extends ActionType> = Extract<Action, { type: T }>;

/** As the API takes them. */
export interface AutomationSettings extends Omit<StoredSettings, 'actions'> {
  actions: Action[];
}

/** As the API answers it. */
export interface Automation
  extends AutomationSettings, Omit<StoredAutomation, keyof StoredSettings | 'createdAt' | 'updatedAt'> {
  createdAt: string;
  updatedAt: string;
  /** In lists, where it was asked for. */
  today?: { fired: number; sent: number; failed: number };
}
