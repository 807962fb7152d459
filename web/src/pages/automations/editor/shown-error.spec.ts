import { describe, expect, it } from '@jest/globals';
import { shownError } from './shown-error.js';

const details = [
  { path: 'name', message: 'must not be empty' },
  { path: 'trigger.match.keywords.2', message: 'must have something that can be seen' },
  { path: 'actions.1.text', message: 'must not be empty' },
  { path: 'actions.10.text', message: 'is too long' },
];

describe('the error that a field shows', () => {
  it.each([
    ['name', false, 'must not be empty'],
    ['names', true, undefined],
    ['trigger.match.keywords', false, undefined],
    ['trigger.match.keywords', true, 'no. 3 must have something that can be seen'],
    ['trigger', true, 'must have something that can be seen'],
    ['actions.1', true, 'must not be empty'],
    ['actions.0', true, undefined],
    ['actions.10.text', false, 'is too long'],
  ])('at %s (within: %s) is %s', (path, within, message) => {
    expect(shownError(details, path, within)).toBe(message);
  });
});
