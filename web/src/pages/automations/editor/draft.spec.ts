import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { actionNames, conditionNames, triggerNames } from '../automation-words.js';
import type { Action, AutomationSettings, Condition, Schedule, Trigger } from '../automation.types.js';
import {
  moved,
  newAction,
  newCondition,
  newDraft,
  newTrigger,
  toDraft,
  toSettings,
  withOptional,
} from './draft.js';

const text = fc.string({ minLength: 1, maxLength: 12 });
const texts = fc.oneof(
  fc.record({ text }),
  fc.record({ texts: fc.array(text, { minLength: 1, maxLength: 3 }) }),
);
const ms = fc.integer({ min: 1, max: 20_000 });
const ids = fc.array(fc.stringMatching(/^\d{5}$/), { minLength: 1, maxLength: 3 });
const some = <T>(field: fc.Arbitrary<T>) => fc.option(field, { nil: undefined });
/** Without the fields that are undefined: JSON has none such. */
const record = (fields: Record<string, fc.Arbitrary<unknown>>) =>
  fc
    .record(fields)
    .map((each) => Object.fromEntries(Object.entries(each).filter(([, value]) => value !== undefined)));

const match = fc.record({
  mode: fc.constantFrom('any', 'contains', 'word', 'exact', 'starts_with', 'regex'),
  keywords: fc.array(text, { maxLength: 3 }),
  exclude: fc.array(text, { maxLength: 3 }),
});
const payloads = fc.oneof(record({}), record({ payload: text }), record({ payloadPrefix: text }));
const trigger = fc.oneof(
  record({ type: fc.constant('message'), match }),
  record({ type: fc.constant('story_reply'), match, storyIds: some(ids) }),
  record({ type: fc.constantFrom('story_mention', 'default') }),
  fc
    .tuple(fc.constantFrom('postback', 'quick_reply'), payloads)
    .map(([type, filter]) => Object.assign({ type }, filter)),
  record({
    type: fc.constant('comment'),
    match,
    mediaIds: some(ids),
    repliesToo: fc.boolean(),
    live: fc.boolean(),
  }),
  record({ type: fc.constant('referral'), ref: some(text) }),
  record({ type: fc.constant('reaction'), emoji: some(text) }),
) as fc.Arbitrary<Trigger>;
const condition = fc.oneof(
  record({ type: fc.constantFrom('follows_account', 'first_contact') }),
  record({ type: fc.constantFrom('has_tag', 'lacks_tag'), tag: text }),
  record({ type: fc.constant('attribute'), name: text, op: fc.constant('exists') }),
  record({ type: fc.constant('attribute'), name: text, op: fc.constant('equals'), value: text }),
) as fc.Arbitrary<Condition>;
const buttons = fc.array(
  fc.oneof(
    record({ type: fc.constant('url'), title: text, url: fc.webUrl() }),
    record({ type: fc.constant('postback'), title: text, payload: text }),
  ),
  { minLength: 1, maxLength: 3 },
);
const quickReplies = fc.array(record({ title: text, payload: text }), { minLength: 1, maxLength: 3 });
const card = record({
  title: text,
  subtitle: some(text),
  imageUrl: some(fc.webUrl()),
  buttons: some(buttons),
});
const action = fc.oneof(
  fc
    .tuple(texts, fc.oneof(record({}), record({ quickReplies }), record({ buttons })))
    .map(([content, below]) => Object.assign({ type: 'send_message' }, content, below)),
  texts.map((content) => Object.assign({ type: 'reply_to_comment' }, content)),
  record({ type: fc.constant('send_media'), kind: fc.constantFrom('image', 'file'), url: fc.webUrl() }),
  record({ type: fc.constant('send_cards'), cards: fc.array(card, { minLength: 1, maxLength: 3 }) }),
  record({ type: fc.constantFrom('typing', 'wait', 'pause_automation'), ms }),
  record({ type: fc.constant('wait'), until: fc.constant('2026-03-01T09:00:00+01:00') }),
  record({ type: fc.constant('react'), reaction: text }),
  record({ type: fc.constantFrom('add_tag', 'remove_tag'), tag: text }),
  record({ type: fc.constant('set_attribute'), name: text, value: text }),
  record({
    type: fc.constant('ask'),
    text,
    attribute: text,
    validate: fc.constantFrom('text', 'email', 'phone'),
    retryText: some(text),
    timeoutMs: ms,
  }),
  record({ type: fc.constant('call_webhook'), url: fc.webUrl(), secret: some(text) }),
) as fc.Arbitrary<Action>;
const schedule = record({
  timezone: fc.constantFrom('Europe/Berlin', 'UTC'),
  days: some(fc.constant(['mon', 'sun'])),
  from: some(fc.constant('09:00')),
  to: some(fc.constant('18:00')),
}) as unknown as fc.Arbitrary<Schedule>;
const automation = record({
  account: fc.stringMatching(/^\d{17}$/),
  name: text,
  enabled: fc.boolean(),
  priority: fc.integer(),
  continue: fc.boolean(),
  trigger,
  conditions: fc.array(condition, { maxLength: 3 }),
  actions: fc.array(action, { minLength: 1, maxLength: 4 }),
  cooldownMs: fc.nat(),
  schedule: some(schedule),
}) as unknown as fc.Arbitrary<AutomationSettings>;

describe('the form', () => {
  it('saves any automation as it was loaded', () => {
    fc.assert(
      fc.property(automation, (settings) => {
        const stored = { ...settings, id: 'x', createdAt: 'then', updatedAt: 'now', today: {} };
        expect(toSettings(toDraft(stored))).toEqual(settings);
      }),
    );
  });

  it('gives each entry a key of its own, which it keeps in another place', () => {
    fc.assert(
      fc.property(automation, fc.nat(5), fc.nat(5), (settings, from, to) => {
        const { actions } = toDraft(settings);
        const keys = moved(actions, from, to).map(({ key }) => key);
        expect(new Set(keys).size).toBe(actions.length);
        expect(keys.toSorted()).toEqual(actions.map(({ key }) => key).toSorted());
        const there = from < actions.length && to < actions.length;
        expect(keys[to]).toBe(there ? actions[from]!.key : actions[to]?.key);
      }),
      { numRuns: 30 },
    );
  });

  it('can begin with every type', () => {
    const types = <T extends string>(names: Record<T, string>) => Object.keys(names) as T[];
    for (const type of types(actionNames)) expect(newAction(type).type).toBe(type);
    for (const type of types(conditionNames)) expect(newCondition(type).type).toBe(type);
    for (const type of types(triggerNames)) expect(newTrigger(type).type).toBe(type);
    expect(toSettings(newDraft('1')).actions).toEqual([{ type: 'send_message', text: '' }]);
  });

  it('keeps the keywords when another trigger has keywords too', () => {
    const before = { mode: 'word' as const, keywords: ['link'], exclude: [] };
    expect(newTrigger('comment', { type: 'message', match: before })).toMatchObject({ match: before });
    expect(newTrigger('default', { type: 'message', match: before })).toEqual({ type: 'default' });
  });

  it('leaves out what was emptied', () => {
    expect(withOptional({ title: 'A', subtitle: 'B' }, 'subtitle', '')).toEqual({ title: 'A' });
    expect(withOptional<{ ids?: string[] }, 'ids'>({ ids: ['1'] }, 'ids', [])).toEqual({});
    expect(withOptional({ title: 'A' }, 'title', 'C')).toEqual({ title: 'C' });
  });
});
