import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import { MalformedJsonError } from './instagram.errors.js';
import { parseLosslessJson } from './lossless-json.js';

describe('parseLosslessJson', () => {
  it.each([
    ['in an object', '{"id":17841400000000001}', { id: '17841400000000001' }],
    ['after spaces', '{"id" :\n\t 17841400000000001 }', { id: '17841400000000001' }],
    ['in an array', '[17841400000000001,17841400000000003]', ['17841400000000001', '17841400000000003']],
    ['alone', '17841400000000001', '17841400000000001'],
    ['negative', '[-17841400000000001]', ['-17841400000000001']],
    ['the first that a number cannot hold', '[9007199254740993]', ['9007199254740993']],
    ['2^53, which other integers round to', '[9007199254740992]', ['9007199254740992']],
    ['of 400 digits', `[${'9'.repeat(400)}]`, ['9'.repeat(400)]],
  ])('keeps a big integer exact: %s', (_what, text, expected) => {
    expect(parseLosslessJson(text)).toEqual(expected);
  });

  it.each([
    ['the largest safe integer', '[9007199254740991]', [9007199254740991]],
    ['milliseconds', '{"time":1752834911539}', { time: 1752834911539 }],
    ['fractions', '[0.12345678901234567,1.5]', [Number('0.12345678901234567'), 1.5]],
    ['exponents', '[1e20,12345678901234567e2]', [1e20, Number('12345678901234567e2')]],
  ])('leaves other numbers numbers: %s', (_what, text, expected) => {
    expect(parseLosslessJson(text)).toEqual(expected);
  });

  it.each([
    String.raw`{"text":"call :17841400000000001 or [17841400000000003,17841400000000005]"}`,
    String.raw`{"text":"a \" quote: 17841400000000001","n":1}`,
    String.raw`{"text":"a backslash \\","b":":17841400000000001\\\""}`,
    String.raw`{"text":"\u00e9 \u0022 : 17841400000000001"}`,
  ])('leaves digits inside strings alone: %s', (text) => {
    expect(parseLosslessJson(text)).toEqual(JSON.parse(text));
  });

  it('rewrites numbers beside strings with quotes, backslashes and digits', () => {
    expect(
      parseLosslessJson(String.raw`{"t\"":"\\\" :17841400000000001","id":17841400000000003,"u":"x"}`),
    ).toEqual({ 't"': '\\" :17841400000000001', id: '17841400000000003', u: 'x' });
  });

  it.each([
    '{"a":1',
    '',
    'hello',
    '{12345678901234567890:1}',
    '[01784140000000000001]',
    '[--17841400000000001]',
    '[17841400000000001"a"]',
    '{"a":"unclosed, 17841400000000001',
  ])('refuses what is not JSON, without quoting it: %j', (text) => {
    expect(() => parseLosslessJson(text)).toThrow(new MalformedJsonError());
  });

  it.each([
    '{"__proto__":{"admin":true},"a":{"b":[{"__proto__":1,"c":2}]}}',
    String.raw`{"\u005F_proto_\u005f":{"admin":true},"a":{"b":[{"__proto__":1,"c":2}]}}`,
  ])('drops keys named __proto__ at any depth: %s', (text) => {
    const value = parseLosslessJson(text);
    expect(JSON.stringify(value)).toBe('{"a":{"b":[{"c":2}]}}');
    expect(Object.getPrototypeOf(value)).toBe(Object.prototype);
    expect(Object.assign({}, value)).not.toHaveProperty('admin');
  });

  it('survives nesting far deeper than the call stack', () => {
    const depth = 200_000;
    const text = `${'['.repeat(depth)}{"__proto__":17841400000000001}${']'.repeat(depth)}`;
    let value = parseLosslessJson(text);
    while (Array.isArray(value)) value = value[0];
    expect(value).toEqual({});
  });

  it('answers as JSON.parse does for any JSON value without big integers', () => {
    fc.assert(
      fc.property(fc.jsonValue({ noUnicodeString: false }), (value) => {
        const text = JSON.stringify(value);
        if (text.includes('__proto__') || /\d{16}/.test(text)) return;
        expect(parseLosslessJson(text)).toEqual(JSON.parse(text));
      }),
    );
  });

  it('keeps any integer exact among any strings and keys', () => {
    const key = fc.string().filter((name) => name !== '__proto__');
    fc.assert(
      fc.property(key, fc.bigInt(), fc.string(), fc.boolean(), (name, id, other, spaced) => {
        const space = spaced ? ' ' : '';
        const text = `{${JSON.stringify(`${name}x`)}:${space}${JSON.stringify(other)},"id":${space}${id}${space}}`;
        const value = parseLosslessJson(text) as Record<string, unknown>;
        expect(String(value.id)).toBe(String(id));
        expect(value[`${name}x`]).toBe(other);
      }),
    );
  });
});
