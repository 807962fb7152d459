import type { DryRun } from '../../../api/delivery-views.js';
import type { TriggerType } from '../automation.types.js';

/** Under which an automation shows up that was never saved. */
export const DRAFT_ID = 'f'.repeat(24);

export interface Verdict {
  fires: boolean;
  text: string;
}

const whyNot: Record<string, string> = {
  no_match: 'It stays silent: its trigger does not fit, or a condition or its times do not hold.',
  opted_out: 'The person would be taken for one who wants nothing more: this word ends all answers.',
  ignored: 'It stays silent: such events are never answered.',
  paused: 'It stays silent: the conversation is paused.',
  outside_window: 'It stays silent: Instagram’s 24 hours are over.',
  cooldown: 'It stays silent: it is cooling down.',
};

/** In one sentence, whether the automation would answer. */
export function verdictOf(
  { outcome, steps }: Pick<DryRun, 'outcome' | 'steps'>,
  id: string,
  nameOf: (id: string) => string,
): Verdict {
  const acts = steps.some(({ step, automation }) => step === 'action' && automation === id);
  if (acts) {
    const unsure =
      outcome.reason === 'follow_unknown' ? ', as far as Instagram says that they follow you' : '';
    return { fires: true, text: `It answers${unsure}.` };
  }
  if (outcome.result === 'answered' && outcome.automation !== undefined) {
    return {
      fires: false,
      text: `“${nameOf(outcome.automation)}” answers first: it has the higher priority, or is older.`,
    };
  }
  return { fires: false, text: whyNot[outcome.result] ?? `It stays silent: ${outcome.result}.` };
}

/** What the text to try is, by what the trigger goes by. */
export const trialLabels: Record<TriggerType, string> = {
  message: 'What somebody writes',
  default: 'What somebody writes',
  story_reply: 'What somebody replies',
  comment: 'What somebody comments',
  story_mention: 'Text of the story',
  postback: 'Payload of the tapped button',
  quick_reply: 'Payload of the tapped quick reply',
  referral: 'Ref of the link',
  reaction: 'Emoji',
};
