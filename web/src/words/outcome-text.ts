import type { Outcome } from '../api/job-views.js';
import { inWords } from './kinds.js';

const results: Record<string, string> = {
  answered: 'Answered',
  no_match: 'No automation matched',
  ignored: 'Nothing to answer',
  cooldown: 'The automation is cooling down for this person',
  paused: 'The conversation is paused',
  opted_out: 'The person does not want answers',
  outside_window: "Outside Instagram's 24-hour window",
  unknown_account: 'The account is not connected',
  failed: 'Failed',
};

const reasons: Record<string, string> = {
  own: 'written by the account itself',
  no_person: 'nobody in particular did it',
  deleted: 'the message was deleted',
  unsupported: 'of a sort that Instagram does not pass on',
  unreact: 'a reaction was taken back',
  seen: 'only says that a message was read',
  edit: 'a message was edited',
  echo: 'an echo of what was sent',
  mention: 'mentions are not answered',
  unknown_kind: 'of a kind that this version does not know',
  stop: 'asked to stop',
  start_came_later: 'asked to stop, and later to go on',
  by_owner: 'by the owner',
  human: 'a person of the account is writing',
  human_takeover: 'a person of the account is writing',
  loop: 'two programs answered each other',
  automation_gone: 'the automation was deleted meanwhile',
  comment_has_its_reply: 'the comment has its private reply already',
  no_live_trigger: 'no automation for live comments',
  follow_unknown: 'whether the person follows could not be learned',
  waiting: 'the rest follows after a wait',
  answer_invalid: 'the answer did not fit the question',
  discarded: 'discarded by an operator',
  conditions_or_schedule: 'its conditions or its schedule do not hold now',
  sent_already: 'it was sent already',
  empty_text: 'its text would be empty',
  outside_window: "outside Instagram's 24-hour window",
};

export const reasonText = (code: string): string => reasons[code] ?? inWords(code);

/**
 * How an event ended, in one sentence.
 *
 * @param automationName of the automation it names, if that is known
 */
export function outcomeText({ result, reason }: Outcome, automationName?: string): string {
  if (reason === 'discarded') return 'Discarded by an operator';
  const by = result === 'answered' && automationName !== undefined ? ` by “${automationName}”` : '';
  const why = reason === undefined ? '' : `: ${reasonText(reason)}`;
  return `${results[result] ?? inWords(result)}${by}${why}`;
}
