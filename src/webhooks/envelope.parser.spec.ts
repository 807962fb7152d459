import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import { parseLosslessJson } from '../instagram/lossless-json.js';
import {
  commentWebhook,
  mergeWebhooks,
  messageWebhook,
  postbackWebhook,
} from '../instagram/webhook-samples.js';
import { parseEnvelope } from './envelope.parser.js';
import { EnvelopeError } from './webhooks.errors.js';

const account = '17841400000000001';
const person = '2978000000000001';
const receivedAt = 1752834912000;
const between = { account, person, timestamp: 1752834910447 };

const message = (mid: string) => messageWebhook({ ...between, mid, text: mid });
const itemOf = (mid: string) => message(mid).entry[0]!.messaging![0]!;
const envelopeOf = (...entry: unknown[]) => ({ object: 'instagram', entry });
const parse = (body: unknown) => parseEnvelope(body, receivedAt);
const eventsOf = (body: unknown) => parse(body).events.map(({ event }) => event);
const midsOf = (body: unknown) => eventsOf(body).map((event) => ('mid' in event ? event.mid : event.kind));

describe('parseEnvelope', () => {
  it('makes one event of each item and change, in order', () => {
    const entry = { id: account, messaging: [itemOf('1'), itemOf('2')], changes: [{ field: 'x' }] };
    const body = mergeWebhooks([
      message('0'),
      { object: 'instagram', entry: [entry as never] },
      message('3'),
    ]);
    expect(midsOf(body)).toEqual(['0', '1', '2', 'unknown', '3']);
    expect(parse(body).rejected).toEqual([]);
  });

  it('reads a body wrapped in an array, also with several envelopes', () => {
    expect(midsOf([message('1')])).toEqual(['1']);
    expect(midsOf([message('1'), message('2')])).toEqual(['1', '2']);
  });

  it('reads field and value that stand on the entry itself', () => {
    const [change] = commentWebhook({ ...between, commentId: '1805', text: 'price?' }).entry[0]!.changes!;
    expect(eventsOf([envelopeOf({ id: account, time: 1752834910, ...change })])).toMatchObject([
      { kind: 'comment', account, person, commentId: '1805', text: 'price?', timestamp: 1752834910000 },
    ]);
  });

  it('finds the account of a postback whose entry carries the person', () => {
    const { messaging } = postbackWebhook({ ...between, payload: 'MENU' }).entry[0]!;
    expect(eventsOf(envelopeOf({ id: person, time: 1, messaging }))).toMatchObject([
      { kind: 'postback', account, person, payload: 'MENU' },
    ]);
  });

  it('takes conversations that another app holds for unknown events', () => {
    const unknown = { kind: 'unknown', ...between, about: 'standby' };
    expect(eventsOf(envelopeOf({ id: account, standby: [itemOf('1')] }))).toEqual([unknown]);
  });

  it.each([
    ['nothing', {}],
    ['empty lists', { messaging: [], changes: [] }],
    ['a list of tomorrow', { hop_context: [{ app_id: 1 }] }],
  ])('makes an unknown event of an entry with %s, dated by the entry', (_what, content) => {
    expect(eventsOf(envelopeOf({ id: account, time: 1752834910, ...content }))).toEqual([
      { kind: 'unknown', account, person: null, timestamp: 1752834910000, about: 'entry' },
    ]);
  });

  it.each([
    ['null', null],
    ['a text', 'instagram'],
    ['a number', 5],
    ['an object without entries', { object: 'instagram' }],
    ['entries that are no list', { object: 'instagram', entry: { 0: {} } }],
    ['entries that are an operator', { object: 'instagram', entry: { $ne: null } }],
    ['another product', { object: 'page', entry: [{ id: '1', time: 1 }] }],
    ['no product', { entry: [{ id: '1', time: 1 }] }],
    ['an operator for a product', { object: { $ne: null }, entry: [{ id: '1' }] }],
    ['an array of arrays', [[message('1')]]],
  ])('refuses what is no envelope: %s', (_what, body) => {
    expect(() => parse(body)).toThrow(EnvelopeError);
    expect(() => parse(body)).toThrow(expect.objectContaining({ statusCode: 400, code: 'not_an_envelope' }));
  });

  it.each([
    ['an empty list', envelopeOf()],
    ['an empty array', []],
    ['envelopes with empty lists', [envelopeOf(), envelopeOf()]],
  ])('refuses an envelope without entries: %s', (_what, body) => {
    expect(() => parse(body)).toThrow(expect.objectContaining({ statusCode: 400, code: 'envelope_empty' }));
  });
});

describe('malformed neighbours', () => {
  it('rejects an event by place and reason and keeps those beside it', () => {
    const broken = { sender: { id: { $ne: null } }, recipient: { id: account }, message: { mid: '2' } };
    const body = envelopeOf(
      { id: account, time: 1, messaging: [itemOf('1'), broken, 'x', itemOf('3')] },
      'no entry',
      { id: { $ne: null }, messaging: [itemOf('4')] },
      { id: account, changes: [{ field: 'comments', value: {} }, { field: 'x' }] },
    );
    expect(midsOf(body)).toEqual(['1', '3', 'unknown']);
    expect(parse(body).rejected).toEqual([
      { at: 'entry.0.messaging.1', reason: 'sender.id must be an id' },
      { at: 'entry.0.messaging.2', reason: 'messaging.2 must be an object' },
      { at: 'entry.1', reason: 'entry must be an object' },
      { at: 'entry.2', reason: 'id must be an id' },
      { at: 'entry.3.changes.0', reason: 'value.id must be an id' },
    ]);
  });

  it.each(['messaging', 'changes', 'standby'])(
    'keeps the other lists of an entry whose %s is no list',
    (name) => {
      const lists = { messaging: [itemOf('1')], changes: [{ field: 'x' }], standby: [itemOf('2')] };
      const body = envelopeOf({ id: account, time: 1, ...lists, [name]: { $ne: null } });
      const { events, rejected } = parse(body);
      expect(events).toHaveLength(2);
      expect(rejected).toEqual([{ at: 'entry.0', reason: `${name} must be a list` }]);
    },
  );

  it('keeps the entries of an envelope beside one that is none', () => {
    const { events, rejected } = parse([null, message('1'), { object: 'page', entry: [{ id: '1' }] }]);
    expect(events).toMatchObject([{ event: { mid: '1' } }]);
    expect(rejected).toEqual([
      { at: 'envelope.0', reason: 'The body must be an object with a list named "entry".' },
      { at: 'envelope.2', reason: 'The field "object" must be "instagram".' },
    ]);
  });

  it('accepts an envelope of which nothing is good, for it would not be better the next time', () => {
    expect(parse(envelopeOf(null))).toEqual({
      events: [],
      rejected: [{ at: 'entry.0', reason: 'entry must be an object' }],
    });
  });

  it('rejects an event that is nested too deeply to be told from others', () => {
    const nested = parseLosslessJson(`{"a":${'['.repeat(200_000)}${']'.repeat(200_000)}}`);
    const { events, rejected } = parse(envelopeOf({ id: account, messaging: [nested, itemOf('1')] }));
    expect(events).toMatchObject([{ event: { mid: '1' } }]);
    expect(rejected).toEqual([{ at: 'entry.0.messaging.0', reason: 'event must be nested less deeply' }]);
  });

  it('never quotes what was sent', () => {
    const secret = 'a private text';
    const item = { message: { mid: '1', text: [secret] }, [secret]: secret };
    const { rejected } = parse(envelopeOf({ id: account, messaging: [item] }, secret));
    expect(rejected).toHaveLength(2);
    expect(JSON.stringify(rejected)).not.toContain(secret);
  });

  it('gives every good event whatever stands beside it, and never throws for what stands in an entry', () => {
    const garbage = fc.oneof(
      fc.jsonValue(),
      fc.record({ id: fc.constant(account), messaging: fc.jsonValue() }),
      fc.record({ id: fc.constant(account), changes: fc.array(fc.jsonValue()) }),
      fc.record({ id: fc.constant(account), messaging: fc.array(fc.record({ message: fc.jsonValue() })) }),
      fc.record({ id: fc.constant(account), field: fc.constant('comments'), value: fc.jsonValue() }),
    );
    fc.assert(
      fc.property(fc.array(garbage), fc.array(garbage), (before, after) => {
        const body = envelopeOf(...before, message('the good one').entry[0], ...after);
        const found = eventsOf(body).filter((event) => 'mid' in event && event.mid === 'the good one');
        expect(found).toMatchObject([{ kind: 'message', ...between, text: 'the good one' }]);
      }),
    );
  });
});

describe('ids and keys of the outside', () => {
  it('keeps ids beyond 2^53 exact, written as numbers or as strings', () => {
    const [big, other] = ['178414000000000012345', '9007199254740993'];
    const text = `{"object":"instagram","entry":[{"id":${big},"messaging":[{"sender":{"id":${other}},"recipient":{"id":${big}},"message":{"mid":"1","text":"x"}}],"changes":[{"field":"comments","value":{"id":${other},"from":{"id":"${other}"},"media":{"id":${big}}}}]}]}`;
    expect(eventsOf(parseLosslessJson(text))).toMatchObject([
      { kind: 'message', account: big, person: other },
      { kind: 'comment', account: big, person: other, commentId: other, mediaId: big },
    ]);
  });

  it('lets nobody reach a prototype', () => {
    const text = `{"object":"instagram","__proto__":{"polluted":1},"entry":[{"id":"1","__proto__":{"messaging":[{}]},"messaging":[{"__proto__":{"message":{"mid":"1"}},"constructor":{"prototype":{"polluted":1}}}]}]}`;
    expect(eventsOf(JSON.parse(text))).toHaveLength(1);
    const [event] = eventsOf(parseLosslessJson(text));
    expect(event).toMatchObject({ kind: 'unknown', about: 'constructor' });
    expect(Object.getPrototypeOf(event)).toBe(Object.prototype);
    expect({}).not.toHaveProperty('polluted');
  });

  it('lets only plain strings, numbers, booleans and null through to storage, never an operator', () => {
    const operator = fc.constantFrom({ $ne: null }, { $gt: '' }, { $where: '1' }, [{ $ne: null }]);
    const field = fc.oneof(operator, fc.string(), fc.integer(), fc.constant(undefined));
    const content = fc.record({
      mid: field,
      text: field,
      payload: field,
      title: field,
      emoji: field,
      ref: field,
    });
    const kind = fc.constantFrom(
      'message',
      'postback',
      'reaction',
      'read',
      'message_edit',
      'referral',
      'other',
    );
    fc.assert(
      fc.property(kind, content, field, field, (name, value, sender, timestamp) => {
        const item = { sender: { id: sender }, recipient: { id: account }, timestamp, [name]: value };
        expect(JSON.stringify(eventsOf(envelopeOf({ id: account, messaging: [item] })))).not.toContain('{"$');
      }),
    );
  });
});
