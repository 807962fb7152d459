import { describe, expect, it } from '@jest/globals';
import { readAnswer } from './answer-format.js';

describe('readAnswer', () => {
  it.each([
    ['email', ' ann.lee+x@mail.example.org ', 'ann.lee+x@mail.example.org'],
    ['email', 'ann@müller.de', 'ann@müller.de'],
    ['email', 'ann@localhost', null],
    ['email', 'ann @example.org', null],
    ['email', 'write to ann@example.org', null],
    ['email', `${'a'.repeat(250)}@b.de`, null],
    ['phone', '+49 (30) 901-820', '+4930901820'],
    ['phone', '０３０ １２３４５６', '030123456'],
    ['phone', '+٤٩ (٣٠) ٩٠١‑٨٢٠', '+4930901820'],
    ['phone', '०९८७६ ५४३२१०', '09876543210'],
    ['phone', '\u202A+49 30−901–820\u202C', '+4930901820'],
    ['phone', '½½½½½½', null],
    ['phone', '一二三四五六', null],
    ['phone', '12345', null],
    ['phone', '1234567890123456', null],
    ['phone', 'call me', null],
    ['text', '  anything ', 'anything'],
    ['text', '   ', null],
    ['text', undefined, null],
    ['text', 'x'.repeat(1001), null],
  ] as const)('%s: %j is %j', (format, text, answer) => {
    expect(readAnswer(format, text)).toBe(answer);
  });

  it.each(Intl.supportedValuesOf('numberingSystem'))(
    'phone: takes the digits of %s, if they are decimal',
    (system) => {
      const written = new Intl.NumberFormat(`en-u-nu-${system}`, { useGrouping: false }).format(1234567890);
      if (!/^\p{Nd}{10}$/u.test(written)) return;
      expect(readAnswer('phone', written)).toBe('1234567890');
    },
  );
});
