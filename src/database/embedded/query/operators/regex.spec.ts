import { describe, expect, it } from '@jest/globals';
import { compileRegex } from './regex.js';

const matches = (pattern: string, flags: string, text: string): boolean =>
  compileRegex({ pattern, flags })(text);

describe('compileRegex', () => {
  it.each<[string, string, string, boolean]>([
    ['b', '', 'abc', true],
    ['^b', '', 'abc', false],
    ['^ab', '', 'abc', true],
    ['a/b', '', 'xa/by', true],
    ['a\\/b', '', 'xa/by', true],
    ['a\\-\\_\\@', '', 'a-_@', true],
    ['a.c', '', 'a\nc', false],
    ['a.c', 's', 'a\nc', true],
    ['c$', '', 'abc', true],
    ['c$', '', 'abc\n', true],
    ['c$', '', 'abc\nd', false],
    ['c$', 'm', 'abc\nd', true],
    ['(a$|b)', '', 'a\n', true],
    ['a\\$', '', 'a$', true],
    ['[$^]', '', '$', true],
    ['[]a]', '', ']', true],
    ['[[:digit:]]+$', '', 'a12', true],
    ['\\Qa$b\\E', '', 'a$b', true],
    ['\\s', '', '\v', true],
    ['[\\s]', '', '\v', true],
    ['\\S', '', '\v', false],
    ['^\\s*$', 'm', 'a\n', false],
    ['^\\s*$', 'm', 'a\n\nb', true],
    ['é', 'i', 'É', true],
    ['(?i)ab', '', 'AB', true],
    ['a #c', 'x', 'a', true],
    ['[ #]', 'x', '#', true],
  ])('/%s/%s on %j: %s', (pattern, flags, text, expected) => {
    expect(matches(pattern, flags, text)).toBe(expected);
  });

  it('refuses what RE2 cannot match as PCRE does', () => {
    for (const pattern of ['a'.repeat(40_000), '(?=a)', '(?<!a)b', '(a)\\1', 'a$b', '(?m)a$', 'a++', '(']) {
      expect(() => compileRegex({ pattern, flags: '' })).toThrow(expect.objectContaining({ code: 51_091 }));
    }
  });

  it('takes linear time for patterns that make backtracking engines stall', () => {
    expect(matches('^(a+)+$', '', `${'a'.repeat(5_000)}b`)).toBe(false);
  });
});
