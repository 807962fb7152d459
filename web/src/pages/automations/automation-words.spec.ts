import { describe, expect, it } from '@jest/globals';
import { describeActions, describeTrigger } from './automation-words.js';

describe('an automation in words', () => {
  it.each([
    [{ type: 'message', match: { mode: 'any', keywords: [], exclude: [] } }, 'Message'],
    [
      { type: 'comment', match: { mode: 'word', keywords: ['a', 'b'], exclude: [] } },
      'Comment has the word “a”, “b”',
    ],
    [
      { type: 'message', match: { mode: 'contains', keywords: ['a', 'b', 'c', 'd', 'e', 'f'], exclude: [] } },
      'Message contains “a”, “b”, “c”, “d” and 2 more',
    ],
    [{ type: 'postback', payload: 'ORDER' }, 'Button tap with ORDER'],
    [{ type: 'quick_reply', payloadPrefix: 'O' }, 'Quick reply tap with O…'],
    [{ type: 'reaction' }, 'Reaction'],
    [{ type: 'referral', ref: 'summer' }, 'Link or ad with summer'],
    [{ type: 'default' }, 'Anything else'],
  ])('%j is %s', (trigger, words) => {
    expect(describeTrigger(trigger as Parameters<typeof describeTrigger>[0])).toBe(words);
  });

  it('counts actions of the same type', () => {
    const message = { type: 'send_message' as const, text: 'x' };
    expect(describeActions({ actions: [message, { type: 'wait', ms: 1 }, message] })).toBe(
      'Send a message (2×), wait',
    );
  });
});
