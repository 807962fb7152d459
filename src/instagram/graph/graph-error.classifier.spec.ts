import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import { classifyAnswer, classifyFailure } from './graph-error.classifier.js';
import type { GraphErrorKind } from './graph.errors.js';

const error = (code: number, subcode?: number, more: object = {}) => ({
  error: {
    message: 'm',
    type: 'OAuthException',
    code,
    error_subcode: subcode,
    fbtrace_id: 'AbC_1-x',
    ...more,
  },
});

const refusals: [GraphErrorKind, string[]][] = [
  ['throttled', ['4', '17', '32', '341', '613', '80002', '80006', '613/1996']],
  ['token', ['190', '102', '190/463', '190/467']],
  ['restricted', ['368', '368/1', '10/1893063', '100/2534029', '200/2534041']],
  ['outside_window', ['10/2534022', '10/2018278']],
  ['unreachable', ['10/2018108', '551', '551/1545041', '200/1545041']],
  ['not_found', ['100/2534014', '100/2534025']],
  ['thread_taken', ['100/2534037', '2018300', '10/2018300']],
  ['already_replied', ['10900', '10900/5']],
  ['permission', ['10', '3', '200', '299', '230/9', '10/33']],
  ['invalid', ['100', '100/33', '300', '199', '5', '0']],
];

const usage = (minutes: number) =>
  JSON.stringify({ '1784': [{ type: 'instagram', estimated_time_to_regain_access: minutes }] });

describe('classifyAnswer', () => {
  for (const [kind, codes] of refusals) {
    it.each(codes)(`takes code %s for ${kind}: Instagram did not carry it out`, (pair) => {
      const [code, subcode] = pair.split('/').map(Number) as [number, number?];
      expect(classifyAnswer(400, {}, error(code, subcode))).toMatchObject({
        kind,
        code: `graph_${kind}`,
        delivery: 'refused',
        httpStatus: 400,
        graphCode: code,
        graphSubcode: subcode,
        traceId: 'AbC_1-x',
      });
    });
  }

  it.each([
    ['code 1', 400, error(1)],
    ['code 2', 400, error(2, 99)],
    ['is_transient', 400, error(100, 33, { is_transient: true })],
    ['is_transient on a permission code', 400, error(10, 33, { is_transient: true })],
    ['HTTP 500 with another code', 500, error(100)],
    ['HTTP 503 without JSON', 503, undefined],
  ])('takes %s for transient, perhaps carried out', (_what, status, body) => {
    expect(classifyAnswer(status, {}, body)).toMatchObject({ kind: 'transient', delivery: 'unknown' });
  });

  it('believes a certain code over is_transient and the status', () => {
    expect(classifyAnswer(503, {}, error(4, undefined, { is_transient: true })).kind).toBe('throttled');
    expect(classifyAnswer(500, {}, error(190)).kind).toBe('token');
    expect(classifyAnswer(429, {}, error(190)).kind).toBe('token');
  });

  it('takes HTTP 429 for throttling whatever the body', () => {
    expect(classifyAnswer(429, {}, undefined).kind).toBe('throttled');
    expect(classifyAnswer(429, {}, error(100)).kind).toBe('throttled');
  });

  it('reads codes that come as strings', () => {
    const body = { error: { code: '10', error_subcode: '2534022' } };
    expect(classifyAnswer(400, {}, body)).toMatchObject({ kind: 'outside_window', graphSubcode: 2534022 });
  });

  it.each([undefined, null, 'text', [], { error: 'text' }, { error: null }, { error: { code: {} } }])(
    'takes a 4xx whose body is %j for invalid',
    (body) => {
      expect(classifyAnswer(404, {}, body)).toMatchObject({ kind: 'invalid', delivery: 'refused' });
    },
  );

  it('never repeats what Instagram wrote', () => {
    const wording = { message: 'Malformed access token IGAAsecret', fbtrace_id: 'IGAAsecret secret' };
    const classified = classifyAnswer(400, {}, error(190, 0, wording));
    expect(JSON.stringify(classified) + classified.message).not.toContain('IGAAsecret');
  });

  it('answers with a GraphError for any body at all', () => {
    fc.assert(
      fc.property(fc.integer({ min: 300, max: 599 }), fc.jsonValue(), (status, value) => {
        for (const body of [value, { error: value }, { error: { code: value, error_subcode: value } }]) {
          expect(classifyAnswer(status, {}, body).code).toMatch(/^graph_/);
        }
      }),
    );
  });
});

describe('the wait that Instagram states', () => {
  const nowMs = Date.parse('2026-03-01T12:00:00Z');
  const waitMs = (headers: Record<string, string>, body: object = error(4)) =>
    classifyAnswer(400, headers, body, nowMs).retryAfterMs;

  it.each([
    ['Retry-After in seconds', { 'retry-after': '30' }, 30_000],
    ['Retry-After as a date', { 'retry-after': 'Sun, 01 Mar 2026 12:02:00 GMT' }, 120_000],
    ['minutes in the usage header', { 'x-business-use-case-usage': usage(5) }, 300_000],
    ['the longer of both', { 'retry-after': '30', 'x-business-use-case-usage': usage(5) }, 300_000],
    ['at most a day', { 'retry-after': '99999999' }, 86_400_000],
    ['none', {}, undefined],
    ['none for a date gone by', { 'retry-after': 'Sun, 01 Mar 2026 11:00:00 GMT' }, undefined],
    ['none for nonsense', { 'retry-after': 'soon', 'x-business-use-case-usage': '{' }, undefined],
    ['none while access is not lost', { 'x-business-use-case-usage': usage(0) }, undefined],
  ])('is %s', (_what, headers, expected) => {
    expect(waitMs(headers)).toBe(expected);
  });

  it('counts for transient failures as Retry-After only, and not for permanent ones', () => {
    const both = { 'retry-after': '30', 'x-business-use-case-usage': usage(5) };
    expect(waitMs(both, error(2))).toBe(30_000);
    expect(waitMs(both, error(190))).toBeUndefined();
  });
});

describe('classifyFailure', () => {
  it('tells a call that never left from one that may have arrived, and keeps the cause', () => {
    const cause = new Error('ECONNREFUSED');
    expect(classifyFailure(cause, false)).toMatchObject({ kind: 'transient', delivery: 'refused', cause });
    expect(classifyFailure(cause, true)).toMatchObject({ kind: 'transient', delivery: 'unknown', cause });
  });
});
