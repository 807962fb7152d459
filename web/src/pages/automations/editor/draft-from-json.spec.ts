import { describe, expect, it } from '@jest/globals';
import { draftFromJson } from './draft-from-json.js';
import { newDraft, toSettings } from './draft.js';

const before = toSettings(newDraft('17841400000000001'));
const read = (value: unknown) => draftFromJson(JSON.stringify(value), before);

describe('JSON that somebody types', () => {
  it('comes back as it is when it is whole', () => {
    const settings = { ...before, name: 'Price', priority: 3, schedule: { timezone: 'UTC' } };
    expect(toSettings(read(settings).draft!)).toEqual(settings);
  });

  it('may leave out what has a default', () => {
    const draft = read({
      name: 'Price',
      trigger: { type: 'comment' },
      actions: [{ type: 'send_message', text: 'Hi' }],
    }).draft!;
    expect(toSettings(draft)).toMatchObject({
      account: '17841400000000001',
      conditions: [],
      trigger: {
        match: { mode: 'any', keywords: [], exclude: [] },
        repliesToo: false,
        live: false,
      },
    });
  });

  it.each([
    ['{"name": ', /no JSON yet/],
    ['[]', /must be an object/],
    ['{"trigger": {"type": "dance"}}', /trigger.type must be one of message/],
    ['{"actions": [{"text": "Hi"}]}', /actions needs a type/],
    ['{"actions": {}}', /actions needs a type/],
    ['{"conditions": [1]}', /conditions needs a type/],
  ])('%s changes nothing, and says why', (text, problem) => {
    const result = draftFromJson(text, before);
    expect(result.draft).toBeUndefined();
    expect(result.problem).toMatch(problem);
  });
});
