import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import type {
  CommentEvent,
  LiveCommentEvent,
  MessageEvent,
  PostbackEvent,
  QuickReplyEvent,
  ReactionEvent,
  ReferralEvent,
  StoryMentionEvent,
  StoryReplyEvent,
} from '../../instagram/instagram-event.js';
import type { Automation, TextMatch, Trigger } from '../automation.types.js';
import { compileAutomations } from './rule-set.js';

const base = { account: '178', person: '42', timestamp: 0 };
const message = (text?: string): MessageEvent => ({
  ...base,
  kind: 'message',
  mid: 'm',
  attachments: [],
  text,
});
const storyReply = (id: string, text = 'wow'): StoryReplyEvent => ({
  ...message(text),
  kind: 'story_reply',
  story: { id },
});
const postback = (payload: string): PostbackEvent => ({ ...base, kind: 'postback', payload, title: 'Buy' });
const quickReply = (payload: string): QuickReplyEvent => ({
  ...message('Red'),
  kind: 'quick_reply',
  payload,
});
const comment = (text: string, more: Partial<CommentEvent> = {}): CommentEvent => ({
  ...base,
  kind: 'comment',
  commentId: 'c',
  text,
  own: false,
  ...more,
});
const storyMention: StoryMentionEvent = { ...message(), kind: 'story_mention' };
const referral = (ref?: string): ReferralEvent => ({
  ...base,
  kind: 'referral',
  referral: { ...(ref && { ref }) },
});
const reaction = (emoji?: string): ReactionEvent => ({
  ...base,
  kind: 'reaction',
  mid: 'm',
  action: 'react',
  ...(emoji && { emoji }),
});
const liveComment = (text: string): LiveCommentEvent => ({ ...comment(text), kind: 'live_comment' });

const any: TextMatch = { mode: 'any', keywords: [], exclude: [] };
const contains = (...keywords: string[]): TextMatch => ({ mode: 'contains', keywords, exclude: [] });

let made = 0;
function automation(trigger: Trigger, more: Partial<Automation> = {}): Automation {
  made += 1;
  const id = made.toString(16).padStart(24, '0');
  return {
    id,
    account: '178',
    name: id,
    enabled: true,
    priority: 0,
    continue: false,
    cooldownMs: 0,
    trigger,
    conditions: [],
    actions: [{ type: 'send_message', text: 'Hi' }],
    createdAt: new Date(0),
    updatedAt: new Date(0),
    ...more,
  };
}

const onComment = (more: object = {}): Trigger => ({
  type: 'comment',
  match: any,
  repliesToo: false,
  live: false,
  ...more,
});
const fires = (trigger: Trigger, event: Parameters<ReturnType<typeof compileAutomations>['match']>[0]) =>
  compileAutomations([automation(trigger)]).match(event).length === 1;

describe('which event a trigger fires on', () => {
  it.each([
    [
      'a message by its text',
      fires({ type: 'message', match: contains('price') }, message('the price?')),
      true,
    ],
    [
      'no message of another text',
      fires({ type: 'message', match: contains('price') }, message('hello')),
      false,
    ],
    ['media without text when any', fires({ type: 'message', match: any }, message()), true],
    ['no media without text by keyword', fires({ type: 'message', match: contains('a') }, message()), false],
    ['no story reply as a message', fires({ type: 'message', match: any }, storyReply('1')), false],
    ['no comment as a message', fires({ type: 'message', match: any }, comment('hi')), false],
    ['a reply to any story', fires({ type: 'story_reply', match: any }, storyReply('1')), true],
    [
      'a reply to this story',
      fires({ type: 'story_reply', match: any, storyIds: ['1'] }, storyReply('1')),
      true,
    ],
    [
      'no reply to another',
      fires({ type: 'story_reply', match: any, storyIds: ['2'] }, storyReply('1')),
      false,
    ],
    ['a postback by payload', fires({ type: 'postback', payload: 'BUY' }, postback('BUY')), true],
    ['no postback of other case', fires({ type: 'postback', payload: 'BUY' }, postback('buy')), false],
    ['no longer payload', fires({ type: 'postback', payload: 'BUY' }, postback('BUY_1')), false],
    ['a postback by prefix', fires({ type: 'postback', payloadPrefix: 'BUY' }, postback('BUY_1')), true],
    ['any postback', fires({ type: 'postback' }, postback('x')), true],
    ['no quick reply as a postback', fires({ type: 'postback' }, quickReply('x')), false],
    ['a quick reply by payload', fires({ type: 'quick_reply', payload: 'RED' }, quickReply('RED')), true],
    ['no other quick reply', fires({ type: 'quick_reply', payload: 'RED' }, quickReply('BLUE')), false],
    ['a story mention', fires({ type: 'story_mention' }, storyMention), true],
    ['no story mention as a message', fires({ type: 'message', match: any }, storyMention), false],
    ['a followed link', fires({ type: 'referral' }, referral()), true],
    ['a followed link by its ref', fires({ type: 'referral', ref: 'summer' }, referral('summer')), true],
    ['no other ref', fires({ type: 'referral', ref: 'summer' }, referral('winter')), false],
    [
      'a message that came by an ad',
      fires({ type: 'referral' }, { ...message('hi'), referral: { adId: '1' } }),
      true,
    ],
    [
      'a tap that came by a link',
      fires({ type: 'referral', ref: 'a' }, { ...postback('x'), referral: { ref: 'a' } }),
      true,
    ],
    ['no message that came by itself', fires({ type: 'referral' }, message('hi')), false],
    ['any reaction', fires({ type: 'reaction' }, reaction()), true],
    ['a heart however a phone spells it', fires({ type: 'reaction', emoji: '❤️' }, reaction('❤')), true],
    ['no other reaction', fires({ type: 'reaction', emoji: '❤️' }, reaction('😂')), false],
    ['any direct message by default', fires({ type: 'default' }, message('hi')), true],
    ['media by default', fires({ type: 'default' }, message()), true],
    ['a story reply by default', fires({ type: 'default' }, storyReply('1')), true],
    ['no comment by default', fires({ type: 'default' }, comment('hi')), false],
    ['no tap by default', fires({ type: 'default' }, postback('x')), false],
    ['a comment', fires(onComment(), comment('hi')), true],
    ['a comment by its text', fires(onComment({ match: contains('price') }), comment('PRICE?')), true],
    ['a comment on this media', fires(onComment({ mediaIds: ['7'] }), comment('hi', { mediaId: '7' })), true],
    [
      'no comment on other media',
      fires(onComment({ mediaIds: ['7'] }), comment('hi', { mediaId: '8' })),
      false,
    ],
    [
      'a comment on the boosted copy of this media',
      fires(onComment({ mediaIds: ['7'] }), comment('hi', { mediaId: '8', originalMediaId: '7' })),
      true,
    ],
    ['no reply to a comment', fires(onComment(), comment('hi', { parentId: 'p' })), false],
    [
      'a reply to a comment if wanted',
      fires(onComment({ repliesToo: true }), comment('hi', { parentId: 'p' })),
      true,
    ],
    ['no live comment', fires(onComment(), liveComment('hi')), false],
    ['a live comment if wanted', fires(onComment({ live: true }), liveComment('hi')), true],
    ['an ordinary comment too when live', fires(onComment({ live: true }), comment('hi')), true],
  ])('%s', (_what, fired, expected) => {
    expect(fired).toBe(expected);
  });
});

describe('which of several automations answers', () => {
  const trigger: Trigger = { type: 'message', match: any };
  const answering = (...automations: Automation[]) =>
    compileAutomations(automations)
      .match(message('hi'))
      .map(({ id }) => id);

  it('the one of highest priority alone', () => {
    const [low, high] = [automation(trigger, { priority: -1 }), automation(trigger, { priority: 5 })];
    expect(answering(low, automation(trigger), high)).toEqual([high.id]);
  });

  it('of equal priority the oldest', () => {
    const [older, younger] = [automation(trigger), automation(trigger)];
    expect(answering(younger, older)).toEqual([older.id]);
  });

  it('all down to the first that does not continue', () => {
    const [first, second, third] = [
      automation(trigger, { priority: 3, continue: true }),
      automation(trigger, { priority: 2 }),
      automation(trigger, { priority: 1 }),
    ];
    expect(answering(third, second, first)).toEqual([first.id, second.id]);
  });

  it('none that is switched off', () => {
    expect(answering(automation(trigger, { enabled: false }))).toEqual([]);
  });

  it('one that matches, past others of higher priority that do not', () => {
    const other = automation({ type: 'message', match: contains('price') }, { priority: 9 });
    const fallback = automation(trigger);
    expect(answering(other, fallback)).toEqual([fallback.id]);
  });

  it('a broken one is left out and told, the others still answer', () => {
    const broken = automation(
      { type: 'message', match: { mode: 'regex', keywords: ['('], exclude: [] } },
      { priority: 9 },
    );
    const stale = automation(trigger, {
      priority: 8,
      actions: [{ type: 'send_message', text: '{{gone.variable}}' }],
    });
    const fine = automation({ type: 'message', match: { mode: 'regex', keywords: ['^h'], exclude: [] } });
    const rules = compileAutomations([broken, stale, fine]);
    expect(rules.match(message('hi')).map(({ id }) => id)).toEqual([fine.id]);
    expect(rules.broken.map(({ id }) => id)).toEqual([broken.id, stale.id]);
  });

  it('is the first in order for any priorities and keywords', () => {
    const one = fc.record({
      priority: fc.integer({ min: 0, max: 3 }),
      continue: fc.boolean(),
      keyword: fc.constantFrom('red', 'blue', 'green'),
    });
    fc.assert(
      fc.property(
        fc.array(one, { maxLength: 12 }),
        fc.constantFrom('red', 'blue green', 'x'),
        (ones, text) => {
          const automations = ones.map(({ keyword, ...more }) =>
            automation({ type: 'message', match: contains(keyword) }, more),
          );
          const expected: string[] = [];
          const inOrder = automations
            .map((each, index) => ({ each, keyword: ones[index]!.keyword }))
            .filter(({ keyword }) => text.includes(keyword))
            .toSorted((a, b) => b.each.priority - a.each.priority || a.each.id.localeCompare(b.each.id));
          for (const { each } of inOrder) {
            expected.push(each.id);
            if (!each.continue) break;
          }
          const matched = compileAutomations(automations).match(message(text));
          expect(matched.map(({ id }) => id)).toEqual(expected);
        },
      ),
    );
  });
});

describe('listensTo', () => {
  it('tells whether any automation could answer such an event', () => {
    const rules = compileAutomations([automation(onComment({ live: true }))]);
    expect([rules.listensTo('live_comment'), rules.listensTo('comment'), rules.listensTo('message')]).toEqual(
      [true, true, false],
    );
  });
});

describe('the default', () => {
  const fallback = automation({ type: 'default' }, { priority: 99 });
  const price = automation({ type: 'message', match: contains('price') });
  const idsFor = (text: string, admits?: (id: string) => boolean) =>
    compileAutomations([fallback, price])
      .match(message(text), admits && (({ id }) => admits(id)))
      .map(({ id }) => id);

  it('answers what no other automation answers, whatever its priority', () => {
    expect(idsFor('the price?')).toEqual([price.id]);
    expect(idsFor('hello')).toEqual([fallback.id]);
  });

  it('answers also where the conditions of the other one do not hold', () => {
    expect(idsFor('the price?', (id) => id !== price.id)).toEqual([fallback.id]);
    expect(idsFor('the price?', () => false)).toEqual([]);
  });
});
