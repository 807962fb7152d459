import type { AutomationSettings } from '../automation.types.js';
import { actionNames, conditionNames, triggerNames } from '../automation-words.js';
import { toDraft, type Draft } from './draft.js';

/** Either of the two. */
export interface ReadDraft {
  draft?: Draft;
  problem?: string;
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const typesIn = (value: unknown, names: object): boolean =>
  Array.isArray(value) && value.every((each) => isObject(each) && String(each['type']) in names);

/**
 * What somebody typed, as far as the form can show it. Only what would break the form is refused here; all else is the
 * server's to judge.
 *
 * @param before takes the place of fields that are left out
 */
export function draftFromJson(text: string, before: AutomationSettings): ReadDraft {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    return { problem: `This is no JSON yet: ${error instanceof Error ? error.message : String(error)}` };
  }
  if (!isObject(value)) return { problem: 'This must be an object: { … }.' };
  const defaults = { ...before, conditions: [], cooldownMs: 0, priority: 0, continue: false };
  const { schedule: _schedule, ...known } = defaults;
  const whole = { ...known, ...value };
  if (!isObject(whole.trigger) || !(String(whole.trigger['type']) in triggerNames)) {
    return { problem: `trigger.type must be one of ${Object.keys(triggerNames).join(', ')}.` };
  }
  if (!typesIn(whole.actions, actionNames)) {
    return { problem: `Each of the actions needs a type: one of ${Object.keys(actionNames).join(', ')}.` };
  }
  if (!typesIn(whole.conditions, conditionNames)) {
    return {
      problem: `Each of the conditions needs a type: one of ${Object.keys(conditionNames).join(', ')}.`,
    };
  }
  const draft = toDraft(whole as unknown as AutomationSettings);
  return { draft: { ...draft, trigger: withMatch(whole.trigger) } };
}

/** The form shows lists of keywords, which the server lets one leave out. */
function withMatch(trigger: Record<string, unknown>): Draft['trigger'] {
  const hasMatch = ['message', 'story_reply', 'comment'].includes(String(trigger['type']));
  if (!hasMatch) return trigger as unknown as Draft['trigger'];
  const match = isObject(trigger['match']) ? trigger['match'] : { mode: 'any' };
  return {
    ...(trigger['type'] === 'comment' && { repliesToo: false, live: false }),
    ...trigger,
    match: { keywords: [], exclude: [], ...match },
  } as unknown as Draft['trigger'];
}
