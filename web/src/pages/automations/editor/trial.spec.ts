import { describe, expect, it } from '@jest/globals';
import { DRAFT_ID, verdictOf } from './trial.js';

const nameOf = (id: string) => (id === 'a' ? 'Price' : '?');
const action = { step: 'action', automation: DRAFT_ID, result: 'would_run' } as const;

describe('what a trial says', () => {
  it('is that it answers when its actions would run', () => {
    const run = { outcome: { result: 'answered', automation: DRAFT_ID }, steps: [action] };
    expect(verdictOf(run, DRAFT_ID, nameOf)).toEqual({ fires: true, text: 'It answers.' });
    const unsure = { outcome: { ...run.outcome, reason: 'follow_unknown' }, steps: [action] };
    expect(verdictOf(unsure, DRAFT_ID, nameOf).text).toContain('follow you');
  });

  it('names the automation that answers first', () => {
    const run = { outcome: { result: 'answered', automation: 'a' }, steps: [] };
    expect(verdictOf(run, DRAFT_ID, nameOf)).toMatchObject({
      fires: false,
      text: expect.stringContaining('“Price” answers first'),
    });
  });

  it.each([
    ['no_match', /trigger does not fit/],
    ['opted_out', /ends all answers/],
    ['something_new', /something_new/],
  ])('is why not, with %s', (result, words) => {
    expect(verdictOf({ outcome: { result }, steps: [] }, DRAFT_ID, nameOf).text).toMatch(words);
  });
});
