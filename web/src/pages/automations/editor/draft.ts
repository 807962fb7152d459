import type {
  Action,
  ActionType,
  AutomationSettings,
  Condition,
  Texts,
  Trigger,
  TriggerType,
} from '../automation.types.js';

/** An entry of a list that can be put in another order: the key stays with it. */
export type Keyed<T> = { key: string; value: T };

/**
 * An automation in the form. Apart from the keys it is what the server has, so that nothing which the form does not
 * show is lost when it is saved.
 */
export interface Draft extends Omit<AutomationSettings, 'conditions' | 'actions'> {
  conditions: Keyed<Condition>[];
  actions: Keyed<Action>[];
}

let lastKey = 0;

export function keyed<T>(value: T): Keyed<T> {
  lastKey += 1;
  return { key: `k${lastKey}`, value };
}

/** Takes what the server adds to the settings, too, and leaves it out. */
export function toDraft(automation: AutomationSettings): Draft {
  const { account, name, enabled, priority, trigger, cooldownMs, schedule } = automation;
  return {
    account,
    name,
    enabled,
    priority,
    continue: automation.continue,
    trigger,
    conditions: automation.conditions.map(keyed),
    actions: automation.actions.map(keyed),
    cooldownMs,
    ...(schedule && { schedule }),
  };
}

export function toSettings({ conditions, actions, ...draft }: Draft): AutomationSettings {
  return {
    ...draft,
    conditions: conditions.map(({ value }) => value),
    actions: actions.map(({ value }) => value),
  };
}

export function newDraft(account: string): Draft {
  return {
    account,
    name: '',
    enabled: true,
    priority: 0,
    continue: false,
    trigger: newTrigger('message'),
    conditions: [],
    actions: [keyed(newAction('send_message'))],
    cooldownMs: 0,
  };
}

/** Keeps from the former trigger what the new one has as well. */
export function newTrigger(type: TriggerType, before?: Trigger): Trigger {
  const match =
    before && 'match' in before ? before.match : { mode: 'contains' as const, keywords: [], exclude: [] };
  switch (type) {
    case 'message':
    case 'story_reply':
      return { type, match };
    case 'comment':
      return { type, match, repliesToo: false, live: false };
    default:
      return { type };
  }
}

const SECOND_MS = 1000;
const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

export function newAction(type: ActionType): Action {
  switch (type) {
    case 'send_message':
    case 'reply_to_comment':
      return { type, text: '' };
    case 'send_media':
      return { type, kind: 'image', url: '' };
    case 'send_cards':
      return { type, cards: [{ title: '' }] };
    case 'typing':
      return { type, ms: 2 * SECOND_MS };
    case 'react':
      return { type, reaction: 'love' };
    case 'wait':
      return { type, ms: HOUR_MS };
    case 'add_tag':
    case 'remove_tag':
      return { type, tag: '' };
    case 'set_attribute':
      return { type, name: '', value: '' };
    case 'ask':
      return { type, text: '', attribute: '', validate: 'text', timeoutMs: DAY_MS };
    case 'pause_automation':
      return { type, ms: 12 * HOUR_MS };
    case 'call_webhook':
      return { type, url: '' };
  }
}

export function newCondition(type: Condition['type']): Condition {
  switch (type) {
    case 'has_tag':
    case 'lacks_tag':
      return { type, tag: '' };
    case 'attribute':
      return { type, name: '', op: 'exists' };
    default:
      return { type };
  }
}

/** The list with the entry at `from` put to `to`; the same list when either is outside of it. */
export function moved<T>(list: readonly T[], from: number, to: number): T[] {
  const result = [...list];
  if (from < 0 || to < 0 || from >= list.length || to >= list.length) return result;
  result.splice(to, 0, ...result.splice(from, 1));
  return result;
}

/** The object with a field set, or without it when nothing is left in it: the server refuses empty texts where none is needed. */
export function withOptional<T extends object, K extends keyof T>(
  object: T,
  field: K,
  value: T[K] | undefined,
): T {
  const { [field]: _before, ...rest } = object;
  const empty = value === undefined || value === '' || (Array.isArray(value) && value.length === 0);
  return (empty ? rest : { ...rest, [field]: value }) as T;
}

/** The action with these texts in place of its own. */
export function withTexts<T extends Texts>({ text: _text, texts: _texts, ...rest }: T, texts: Texts): T {
  return { ...rest, ...texts } as T;
}
