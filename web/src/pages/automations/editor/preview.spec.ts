import { describe, expect, it } from '@jest/globals';
import { actionNames } from '../automation-words.js';
import type { ActionType } from '../automation.types.js';
import { newAction } from './draft.js';
import { fillIn, inWords, previewOf } from './preview.js';

describe('the preview', () => {
  it.each([
    ['Hi {{contact.name|there}}!', 'Hi Ada!'],
    ['{{ contact.username }}', 'ada.lovelace'],
    ['You said {{event.text}}', 'You said price?'],
    ['{{contact.attributes.size|M}}', 'M'],
    ['{{contact.attributes.size}}', '[contact.attributes.size]'],
    ['{{ not closed', '{{ not closed'],
    ['$& {{contact.name}} $1', '$& Ada $1'],
  ])('shows %s as %s', (text, shown) => {
    expect(fillIn(text, 'price?')).toBe(shown);
  });

  it('shows something of every action, however empty', () => {
    for (const type of Object.keys(actionNames) as ActionType[]) {
      expect(previewOf([newAction(type)], 'message', 'hi').length).toBeGreaterThan(1);
    }
  });

  it('shows messages in their order, behind what the person wrote', () => {
    const items = previewOf(
      [
        { type: 'send_message', texts: ['One', 'Two'], quickReplies: [{ title: 'Order', payload: 'O' }] },
        { type: 'wait', ms: 90_000 },
      ],
      'message',
      'price?',
    );
    expect(items).toEqual([
      { kind: 'in', text: 'price?' },
      { kind: 'bubble', text: 'One', buttons: [], quickReplies: ['Order'], variants: 2 },
      { kind: 'note', text: 'waits 1 minute 30 seconds' },
    ]);
  });

  it.each([
    [5, '5 ms'],
    [1000, '1 second'],
    [90_061_000, '1 day 1 hour 1 minute 1 second'],
  ])('says %d ms as %s', (ms, words) => {
    expect(inWords(ms)).toBe(words);
  });
});
