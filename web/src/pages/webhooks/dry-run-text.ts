import type { DryRunStep } from '../../api/delivery-views.js';
import { inWords } from '../../words/kinds.js';
import { outcomeText, reasonText } from '../../words/outcome-text.js';

export interface StepText {
  title: string;
  /** Does it go on, does it end here, or is something left out? */
  tone: 'on' | 'stop' | 'skip';
  /** What would be sent. */
  quote?: string;
}

type Names = ReadonlyMap<string, string>;

/** One step of a dry run, as somebody would say it. */
export function stepText(step: DryRunStep, names: Names): StepText {
  const automation = `“${names.get(step.automation ?? '') ?? step.automation ?? ''}”`;
  switch (step.step) {
    case 'event':
    case 'conversation':
      return { title: `${ending(step)}. Nothing is sent.`, tone: 'stop' };
    case 'account':
      return accountText(step);
    case 'question':
      return step.result === 'answer_taken'
        ? { title: `It is taken as the answer to the question of ${automation}.`, tone: 'on' }
        : { title: `It does not fit the question of ${automation}, which is asked again.`, tone: 'on' };
    case 'match':
      return matchText(step, automation);
    case 'cooldown':
      return { title: `${automation} stays silent: it is cooling down for this person.`, tone: 'skip' };
    case 'action':
      return actionText(step);
  }
}

const ending = ({ result, reason }: DryRunStep) =>
  outcomeText({ result, ...(reason !== undefined && { reason }) });

function accountText({ result, reason }: DryRunStep): StepText {
  if (result === 'ok') return { title: 'The account is connected and may send.', tone: 'on' };
  if (result === 'unknown_account')
    return { title: 'The account is not connected. Nothing is sent.', tone: 'stop' };
  const state = accountStates[reason ?? ''] ?? `is ${inWords(reason ?? result)}`;
  return { title: `The account ${state}: the event would wait until it may send. Then:`, tone: 'skip' };
}

const accountStates: Record<string, string> = {
  reconnect: 'must be connected again',
  throttled: 'has to rest, as Instagram asked',
  paused: 'is paused',
};

function matchText({ result, reason }: DryRunStep, automation: string): StepText {
  if (result === 'chosen') return { title: `${automation} matches and is chosen.`, tone: 'on' };
  if (result === 'passed_over') {
    return { title: `${automation} matches, but is passed over: ${reasonText(reason ?? '')}.`, tone: 'skip' };
  }
  return { title: 'No automation matches. Nothing is sent.', tone: 'stop' };
}

function actionText({ action, type, result, reason, text }: DryRunStep): StepText {
  const what = `Action ${(action ?? 0) + 1}, ${inWords(type ?? 'action')}`;
  const quote = text === undefined ? {} : { quote: text };
  const why = reason === undefined ? '' : `: ${reasonText(reason)}`;
  switch (result) {
    case 'would_skip':
      return { title: `${what}, is left out${why}.`, tone: 'skip', ...quote };
    case 'would_stop':
      return { title: `${what}, can’t be done${why}. It ends here.`, tone: 'stop', ...quote };
    default:
      return { title: `${what}, is done.`, tone: 'on', ...quote };
  }
}
