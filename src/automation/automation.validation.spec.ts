import { describe, expect, it } from '@jest/globals';
import { ValidationError } from '../http/http.errors.js';
import { ZodPipe } from '../http/zod.pipe.js';
import { automationChangeSchema, automationSchema } from './automation.validation.js';

const valid = {
  account: '17841400000000001',
  name: 'Price',
  trigger: { type: 'message', match: { mode: 'contains', keywords: ['price'] } },
  actions: [{ type: 'send_message', text: 'Hi {{contact.username}}, it is 49 EUR.' }],
};
const onComment = { ...valid, trigger: { type: 'comment' } };

function problemsOf(input: unknown): Record<string, string> {
  try {
    new ZodPipe(automationSchema).transform(input);
  } catch (error) {
    if (error instanceof ValidationError) {
      return Object.fromEntries(error.details!.map(({ path, message }) => [path, message]));
    }
    throw error;
  }
  return {};
}

const withMatch = (match: unknown) => ({ ...valid, trigger: { type: 'message', match } });
const withAction = (action: object) => ({ ...valid, actions: [{ type: 'send_message', ...action }] });
const withSchedule = (schedule: object) => ({
  ...valid,
  schedule: { timezone: 'Europe/Berlin', ...schedule },
});
const withCondition = (condition: object) => ({ ...valid, conditions: [condition] });
const withOnly = (action: object) => ({ ...valid, actions: [action] });
const https = 'https://example.org/a';
const button = { type: 'url', title: 'Shop', url: 'https://example.org/' };
const times = <T>(count: number, value: T) => Array.from({ length: count }, () => value);
const quickReply = { title: 'Yes', payload: 'YES' };

describe('automationSchema', () => {
  it('fills in what may be left out', () => {
    expect(automationSchema.parse(valid)).toEqual({
      ...valid,
      enabled: true,
      priority: 0,
      continue: false,
      conditions: [],
      cooldownMs: 0,
      trigger: { type: 'message', match: { mode: 'contains', keywords: ['price'], exclude: [] } },
    });
    expect(automationSchema.parse(onComment).trigger).toEqual({
      type: 'comment',
      match: { mode: 'any', keywords: [], exclude: [] },
      live: false,
      repliesToo: false,
    });
  });

  it.each<[string, object]>([
    ['an empty list of conditions', { ...valid, conditions: [] }],
    [
      'every condition',
      {
        ...valid,
        conditions: [
          { type: 'follows_account' },
          { type: 'has_tag', tag: 'vip' },
          { type: 'lacks_tag', tag: 'asked' },
          { type: 'first_contact' },
          { type: 'attribute', name: 'email', op: 'exists' },
          { type: 'attribute', name: 'größe', op: 'equals', value: 'L' },
        ],
      },
    ],
    ['a schedule over night', withSchedule({ days: ['fri', 'sat'], from: '22:00', to: '06:00' })],
    ['a story mention', { ...valid, trigger: { type: 'story_mention' } }],
    ['a referral', { ...valid, trigger: { type: 'referral', ref: 'summer' } }],
    ['a reaction', { ...valid, trigger: { type: 'reaction', emoji: '❤️' } }],
    ['the default', { ...valid, trigger: { type: 'default' } }],
    ['a story reply to one story', { ...valid, trigger: { type: 'story_reply', storyIds: ['1'] } }],
    ['a postback', { ...valid, trigger: { type: 'postback', payload: 'BUY' } }],
    ['a quick reply by prefix', { ...valid, trigger: { type: 'quick_reply', payloadPrefix: 'SIZE_' } }],
    ['a pattern', withMatch({ mode: 'regex', keywords: ['^pri(c|z)e\\b'] })],
    [
      'a public reply to a comment',
      { ...onComment, actions: [{ type: 'reply_to_comment', texts: ['a', 'b'] }] },
    ],
    ['buttons', withAction({ text: 'x'.repeat(640), buttons: [button, button, button] })],
    ['13 quick replies', withAction({ text: 'x', quickReplies: times(13, quickReply) })],
    ['a text of exactly 1000 bytes', withAction({ text: 'é'.repeat(500) })],
    [
      'every action',
      {
        ...valid,
        actions: [
          { type: 'send_media', kind: 'video', url: https },
          { type: 'send_cards', cards: [{ title: 'A', subtitle: 'B', imageUrl: https, buttons: [button] }] },
          { type: 'typing', ms: 20_000 },
          { type: 'react', reaction: 'love' },
          { type: 'wait', ms: 1000 },
          { type: 'wait', until: '2026-12-01T09:00:00+01:00' },
          { type: 'add_tag', tag: 'vip' },
          { type: 'remove_tag', tag: 'vip' },
          { type: 'set_attribute', name: 'asked', value: '{{event.text|yes}}' },
          { type: 'ask', text: 'Email?', attribute: 'email', validate: 'email', retryText: 'Again?' },
          { type: 'pause_automation', ms: 1000 },
          { type: 'call_webhook', url: https, secret: 'a secret' },
        ],
      },
    ],
    ['a cooldown', { ...valid, cooldownMs: 86_400_000 }],
  ])('takes %s', (_what, input) => {
    expect(problemsOf(input)).toEqual({});
  });

  it.each<[string, unknown, string]>([
    ['nothing', {}, 'account'],
    ['an unknown field', { ...valid, colour: 'red' }, 'colour'],
    ['no such time zone', withSchedule({ timezone: 'Europe/Atlantis' }), 'schedule.timezone'],
    ['no time zone', withSchedule({ timezone: undefined }), 'schedule.timezone'],
    ['no such day', withSchedule({ days: ['mon', 'monday'] }), 'schedule.days.1'],
    ['no days', withSchedule({ days: [] }), 'schedule.days'],
    ['a day twice', withSchedule({ days: ['mon', 'mon'] }), 'schedule.days'],
    ['no such time', withSchedule({ from: '24:00' }), 'schedule.from'],
    ['a schedule of no length', withSchedule({ from: '09:00', to: '09:00' }), 'schedule.to'],
    ['an unknown field of a schedule', withSchedule({ date: 'x' }), 'schedule.date'],
    ['an unknown condition', withCondition({ type: 'is_nice' }), 'conditions.0.type'],
    ['a condition without its tag', withCondition({ type: 'has_tag' }), 'conditions.0.tag'],
    ['an empty tag', withCondition({ type: 'lacks_tag', tag: ' ' }), 'conditions.0.tag'],
    ['a field of another condition', withCondition({ type: 'first_contact', tag: 'a' }), 'conditions.0.tag'],
    ['an unknown operator', withCondition({ type: 'attribute', name: 'a', op: 'like' }), 'conditions.0.op'],
    [
      'equals without a value',
      withCondition({ type: 'attribute', name: 'a', op: 'equals' }),
      'conditions.0.value',
    ],
    [
      'exists with a value',
      withCondition({ type: 'attribute', name: 'a', op: 'exists', value: 'b' }),
      'conditions.0.value',
    ],
    [
      'the path of a field as a name',
      withCondition({ type: 'attribute', name: 'a.b', op: 'exists' }),
      'conditions.0.name',
    ],
    ['an invisible emoji', { ...valid, trigger: { type: 'reaction', emoji: '\u200B' } }, 'trigger.emoji'],
    ['a match where none belongs', { ...valid, trigger: { type: 'default', match: {} } }, 'trigger.match'],
    ['an operator in place of an id', { ...valid, account: { $ne: null } }, 'account'],
    ['a number in place of an id', { ...valid, account: 1784140 }, 'account'],
    ['an empty name', { ...valid, name: ' ' }, 'name'],
    ['a fractional priority', { ...valid, priority: 0.5 }, 'priority'],
    ['a negative cooldown', { ...valid, cooldownMs: -1 }, 'cooldownMs'],
    ['an unknown trigger', { ...valid, trigger: { type: 'follow' } }, 'trigger.type'],
    [
      'a field of another trigger',
      { ...valid, trigger: { type: 'message', mediaIds: ['1'] } },
      'trigger.mediaIds',
    ],
    [
      'payload and prefix',
      { ...valid, trigger: { type: 'postback', payload: 'a', payloadPrefix: 'b' } },
      'trigger.payloadPrefix',
    ],
    [
      'an operator as payload',
      { ...valid, trigger: { type: 'postback', payload: { $gt: '' } } },
      'trigger.payload',
    ],
    ['an unknown mode', withMatch({ mode: 'fuzzy', keywords: ['a'] }), 'trigger.match.mode'],
    ['no keywords', withMatch({ mode: 'word', keywords: [] }), 'trigger.match.keywords'],
    ['keywords in mode any', withMatch({ mode: 'any', keywords: ['a'] }), 'trigger.match.keywords'],
    [
      'an invisible keyword',
      withMatch({ mode: 'contains', keywords: ['a', '\u200B'] }),
      'trigger.match.keywords.1',
    ],
    ['an invisible exclusion', withMatch({ mode: 'any', exclude: ['\u0301'] }), 'trigger.match.exclude.0'],
    [
      'too long a keyword',
      withMatch({ mode: 'exact', keywords: ['a'.repeat(201)] }),
      'trigger.match.keywords.0',
    ],
    [
      'too many keywords',
      withMatch({ mode: 'exact', keywords: Array(201).fill('a') }),
      'trigger.match.keywords',
    ],
    ['a broken pattern', withMatch({ mode: 'regex', keywords: ['a', '(b'] }), 'trigger.match.keywords.1'],
    ['a look-ahead', withMatch({ mode: 'regex', keywords: ['a(?=b)'] }), 'trigger.match.keywords.0'],
    [
      'a pattern that grows without bound',
      withMatch({ mode: 'regex', keywords: ['((a{100}){100}){100}'] }),
      'trigger.match.keywords.0',
    ],
    ['no action', { ...valid, actions: [] }, 'actions'],
    ['an unknown action', { ...valid, actions: [{ type: 'dance' }] }, 'actions.0.type'],
    [
      'a public reply to a message',
      { ...valid, actions: [valid.actions[0], { type: 'reply_to_comment', text: 'x' }] },
      'actions.1.type',
    ],
    [
      'buttons on a public reply',
      { ...onComment, actions: [{ type: 'reply_to_comment', text: 'x', buttons: [button] }] },
      'actions.0.buttons',
    ],
    ['neither text nor texts', withAction({}), 'actions.0.text'],
    ['text and texts', withAction({ text: 'a', texts: ['b'] }), 'actions.0.texts'],
    ['a blank text', withAction({ text: ' \n' }), 'actions.0.text'],
    ['a text over 1000 bytes', withAction({ text: 'é'.repeat(501) }), 'actions.0.text'],
    ['one long text of several', withAction({ texts: ['ok', 'x'.repeat(1001)] }), 'actions.0.texts.1'],
    ['an unknown variable', withAction({ text: 'Hi {{contact.phone}}' }), 'actions.0.text'],
    [
      'a forbidden variable',
      withAction({ texts: ['{{contact.attributes.__proto__}}'] }),
      'actions.0.texts.0',
    ],
    [
      '14 quick replies',
      withAction({ text: 'x', quickReplies: times(14, quickReply) }),
      'actions.0.quickReplies',
    ],
    [
      'a long title',
      withAction({ text: 'x', quickReplies: [{ title: 'x'.repeat(21), payload: 'p' }] }),
      'actions.0.quickReplies.0.title',
    ],
    ['four buttons', withAction({ text: 'x', buttons: times(4, button) }), 'actions.0.buttons'],
    ['a long text above buttons', withAction({ text: 'x'.repeat(641), buttons: [button] }), 'actions.0.text'],
    [
      'a long one of several texts above buttons',
      withAction({ texts: ['x', 'x'.repeat(641)], buttons: [button] }),
      'actions.0.texts.1',
    ],
    [
      'more patterns than can be compiled in no time',
      withMatch({ mode: 'regex', keywords: times(21, 'a') }),
      'trigger.match.keywords',
    ],
    [
      'an unknown variable in what is said to a wrong answer',
      withOnly({ type: 'ask', text: 'a', attribute: 'b', retryText: '{{contact.token}}' }),
      'actions.0.retryText',
    ],
    [
      'buttons and quick replies',
      withAction({ text: 'x', buttons: [button], quickReplies: [quickReply] }),
      'actions.0.quickReplies',
    ],
    [
      'an http link',
      withAction({ text: 'x', buttons: [{ ...button, url: 'http://example.org' }] }),
      'actions.0.buttons.0.url',
    ],
    [
      'a script as link',
      withAction({ text: 'x', buttons: [{ ...button, url: 'javascript:alert(1)' }] }),
      'actions.0.buttons.0.url',
    ],
    ['media of an unknown kind', withOnly({ type: 'send_media', kind: 'gif', url: https }), 'actions.0.kind'],
    [
      'media over http',
      withOnly({ type: 'send_media', kind: 'image', url: 'http://example.org/a.png' }),
      'actions.0.url',
    ],
    ['no cards', withOnly({ type: 'send_cards', cards: [] }), 'actions.0.cards'],
    ['eleven cards', withOnly({ type: 'send_cards', cards: times(11, { title: 'a' }) }), 'actions.0.cards'],
    [
      'a long title of a card',
      withOnly({ type: 'send_cards', cards: [{ title: 'x'.repeat(81) }] }),
      'actions.0.cards.0.title',
    ],
    [
      'a long subtitle of a card',
      withOnly({ type: 'send_cards', cards: [{ title: 'a', subtitle: 'x'.repeat(81) }] }),
      'actions.0.cards.0.subtitle',
    ],
    [
      'four buttons on a card',
      withOnly({ type: 'send_cards', cards: [{ title: 'a', buttons: times(4, button) }] }),
      'actions.0.cards.0.buttons',
    ],
    ['typing for too long', withOnly({ type: 'typing', ms: 20_001 }), 'actions.0.ms'],
    ['typing for no time', withOnly({ type: 'typing', ms: 0 }), 'actions.0.ms'],
    ['a wait without an end', withOnly({ type: 'wait' }), 'actions.0.ms'],
    [
      'a wait with two ends',
      withOnly({ type: 'wait', ms: 1, until: '2026-01-01T00:00:00Z' }),
      'actions.0.until',
    ],
    ['a wait until no time', withOnly({ type: 'wait', until: 'tomorrow' }), 'actions.0.until'],
    ['an empty tag to add', withOnly({ type: 'add_tag', tag: '' }), 'actions.0.tag'],
    [
      'a reserved attribute',
      withOnly({ type: 'set_attribute', name: '__proto__', value: 'a' }),
      'actions.0.name',
    ],
    [
      'an unknown variable in a value',
      withOnly({ type: 'set_attribute', name: 'a', value: '{{process.env}}' }),
      'actions.0.value',
    ],
    ['a question without a place', withOnly({ type: 'ask', text: 'Email?' }), 'actions.0.attribute'],
    [
      'an answer of an unknown form',
      withOnly({ type: 'ask', text: 'a', attribute: 'b', validate: 'iban' }),
      'actions.0.validate',
    ],
    ['a pause without an end', withOnly({ type: 'pause_automation' }), 'actions.0.ms'],
    [
      'a webhook that is no URL',
      withOnly({ type: 'call_webhook', url: 'file:///etc/passwd' }),
      'actions.0.url',
    ],
    ['a short secret', withOnly({ type: 'call_webhook', url: https, secret: 'x' }), 'actions.0.secret'],
    [
      'a reaction to a comment',
      { ...onComment, actions: [{ type: 'react', reaction: 'love' }] },
      'actions.0.type',
    ],
    ['a list', [valid], ''],
    ['a string', 'automation', ''],
    ['null', null, ''],
  ])('refuses %s', (_what, input, path) => {
    expect(Object.keys(problemsOf(input))).toContain(path);
  });

  it('refuses a key named __proto__', () => {
    const input: unknown = JSON.parse(`{"__proto__":{"enabled":false},${JSON.stringify(valid).slice(1)}`);
    const result = automationSchema.safeParse(input);
    expect(result.success ? result.data.enabled : 'refused').not.toBe(false);
  });

  it('names each wrong field', () => {
    const input = { ...withMatch({ mode: 'word', keywords: [''] }), name: '', enabled: 'yes' };
    expect(Object.keys(problemsOf(input)).toSorted()).toEqual([
      'enabled',
      'name',
      'trigger.match.keywords.0',
    ]);
  });
});

describe('automationChangeSchema', () => {
  it('leaves alone what is not named', () => {
    expect(automationChangeSchema.parse({ enabled: false })).toEqual({ enabled: false });
  });

  it('refuses an unknown field', () => {
    expect(automationChangeSchema.safeParse({ id: 'x' }).success).toBe(false);
  });
});
