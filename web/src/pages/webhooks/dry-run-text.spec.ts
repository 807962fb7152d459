import { describe, expect, it } from '@jest/globals';
import type { DryRunStep } from '../../api/delivery-views.js';
import { stepText } from './dry-run-text.js';

const names = new Map([['a1', 'Price']]);

describe('a step of a dry run in words', () => {
  it.each<[DryRunStep, string, string]>([
    [
      { step: 'event', result: 'ignored', reason: 'own' },
      'stop',
      'Nothing to answer: written by the account itself. Nothing is sent.',
    ],
    [{ step: 'account', result: 'ok', reason: 'active' }, 'on', 'The account is connected and may send.'],
    [
      { step: 'account', result: 'waits', reason: 'reconnect' },
      'skip',
      'The account must be connected again: the event would wait until it may send. Then:',
    ],
    [
      { step: 'account', result: 'unknown_account' },
      'stop',
      'The account is not connected. Nothing is sent.',
    ],
    [{ step: 'match', automation: 'a1', result: 'chosen' }, 'on', '“Price” matches and is chosen.'],
    [
      { step: 'match', automation: 'gone', result: 'passed_over', reason: 'conditions_or_schedule' },
      'skip',
      '“gone” matches, but is passed over: its conditions or its schedule do not hold now.',
    ],
    [{ step: 'match', result: 'no_match' }, 'stop', 'No automation matches. Nothing is sent.'],
    [
      { step: 'cooldown', automation: 'a1', result: 'cooldown' },
      'skip',
      '“Price” stays silent: it is cooling down for this person.',
    ],
    [
      { step: 'action', action: 1, type: 'send_message', result: 'would_skip', reason: 'sent_already' },
      'skip',
      'Action 2, send message, is left out: it was sent already.',
    ],
    [
      { step: 'action', action: 0, type: 'send_message', result: 'would_stop', reason: 'outside_window' },
      'stop',
      "Action 1, send message, can’t be done: outside Instagram's 24-hour window. It ends here.",
    ],
  ])('%j is %s', (step, tone, title) => {
    expect(stepText(step, names)).toEqual({ tone, title });
  });

  it('quotes what would be sent', () => {
    const step = {
      step: 'action',
      action: 0,
      type: 'send_message',
      result: 'would_run',
      text: '49 EUR',
    } as const;
    expect(stepText(step, names)).toEqual({
      title: 'Action 1, send message, is done.',
      tone: 'on',
      quote: '49 EUR',
    });
  });
});
