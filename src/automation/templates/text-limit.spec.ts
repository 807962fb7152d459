import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import { BUTTON_TEXT_LIMIT, cutToLimit, fitsLimit, MESSAGE_TEXT_LIMIT } from './text-limit.js';

const bytes = (max: number) => ({ max, unit: 'bytes' as const });

describe('cutToLimit', () => {
  it.each([
    ['short', 1000, 'short'],
    ['abcdef', 4, 'abcd'],
    ['ééé', 5, 'éé'],
    ['价格表', 7, '价格'],
    ['ok👍🏽', 6, 'ok'],
    ['ok👍🏽', 10, 'ok👍🏽'],
    ['a👨‍👩‍👧b', 18, 'a'],
    ['e\u0301e\u0301', 5, 'e\u0301'],
    ['👨‍👩‍👧', 9, '👨\u200D'],
  ])('%j to %d bytes: %j', (text, max, expected) => {
    expect(cutToLimit(text, bytes(max))).toBe(expected);
  });

  it('counts bytes in messages and characters above buttons', () => {
    const text = 'я'.repeat(1000);
    expect(cutToLimit(text, MESSAGE_TEXT_LIMIT)).toHaveLength(500);
    expect(cutToLimit(text, BUTTON_TEXT_LIMIT)).toHaveLength(640);
  });

  it('answers a beginning of the text that fits and is as long as it can be', () => {
    const text = fc.string({ unit: 'grapheme', maxLength: 60 });
    fc.assert(
      fc.property(text, fc.integer({ min: 0, max: 60 }), (value, max) => {
        const cut = cutToLimit(value, bytes(max));
        expect(value.startsWith(cut)).toBe(true);
        expect(fitsLimit(cut, bytes(max))).toBe(true);
        expect(Buffer.from(cut).toString()).toBe(cut);
        expect(cut === value).toBe(fitsLimit(value, bytes(max)));
      }),
    );
  });

  it('stays quick on a huge text', () => {
    expect(cutToLimit('a'.repeat(5_000_000), MESSAGE_TEXT_LIMIT)).toHaveLength(1000);
  });
});
