import { describe, expect, it } from '@jest/globals';
import { outcomeText } from './outcome-text.js';

describe('an outcome in words', () => {
  it.each([
    [{ result: 'answered' }, 'Price', 'Answered by “Price”'],
    [
      { result: 'answered', reason: 'waiting' },
      'Price',
      'Answered by “Price”: the rest follows after a wait',
    ],
    [{ result: 'no_match' }, undefined, 'No automation matched'],
    [{ result: 'paused', reason: 'by_owner' }, undefined, 'The conversation is paused: by the owner'],
    [{ result: 'failed', reason: 'graph_down' }, 'Price', 'Failed: graph down'],
    [{ result: 'ignored', reason: 'discarded' }, undefined, 'Discarded by an operator'],
    [{ result: 'brand_new' }, undefined, 'brand new'],
  ])('says %j of %s', (outcome, name, text) => {
    expect(outcomeText(outcome, name)).toBe(text);
  });
});
