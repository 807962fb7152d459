import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import { foldText } from './text-folding.js';

const anyText = fc.string({ unit: 'grapheme', maxLength: 40 });

describe('foldText', () => {
  it.each([
    ['Latin case', 'PRICE', 'price'],
    ['Latin accents', 'Café Ångström naïve', 'cafe angstrom naive'],
    ['composed and decomposed accents', 'Cafe\u0301', 'café'],
    ['letters with a stroke', 'Øl Łódź Đà', 'ol lodz da'],
    ['ligatures', 'ﬁne œuvre Ægir', 'fine oeuvre aegir'],
    ['German sharp s', 'Größe', 'GRÖSSE'],
    ['Turkish i with and without its dot', 'FİYAT', 'fıyat'],
    ['Vietnamese tones', 'giá bao nhiêu', 'gia bao nhieu'],
    ['Greek accents and final sigma', 'Πόσο ΚΌΣΤΟΣ', 'ποσο κοστος'],
    ['Cyrillic case and ё', 'Сколько стоит ЁЛКА', 'сколько стоит елка'],
    ['Arabic vowel marks', 'السِّعْر', 'السعر'],
    ['Arabic tatweel', 'السعـــر', 'السعر'],
    ['Arabic hamza on alef', 'أسعار', 'اسعار'],
    ['Arabic presentation forms', 'ﻻ', 'لا'],
    ['Hebrew points', 'מְחִיר', 'מחיר'],
    ['Persian zero-width non-joiner', 'می\u200Cخواهم', 'میخواهم'],
    ['full width', 'ＰＲＩＣＥ１２', 'price12'],
    ['half-width katakana', 'ｶﾞｲﾄﾞ', 'ガイド'],
    ['ideographic space', '値段　教えて', '値段 教えて'],
    ['zero-width characters', 'pr\u200Bi\u00ADc\uFEFFe\u2060', 'price'],
    ['direction marks', '\u200Fسعر\u200E', 'سعر'],
    ['white space of every kind', ' a\u00A0 \t\n b ', 'a b'],
    ['emoji presentation', '❤️', '❤'],
    ['emoji skin tone', '👍🏽', '👍'],
    ['curly apostrophe', 'what’s', "what's"],
    ['digits in circles', '①', '1'],
  ])('does not count %s', (_what, one, other) => {
    expect(foldText(one)).toBe(foldText(other));
  });

  it.each([
    ['Devanagari vowel signs', 'कि', 'कु'],
    ['a Devanagari vowel sign from none', 'का', 'क'],
    ['the Devanagari virama', 'क्या', 'कया'],
    ['Devanagari anusvara', 'हिंदी', 'हिदी'],
    ['Tamil vowel signs', 'கி', 'கு'],
    ['Thai vowels', 'กิน', 'กน'],
    ['Thai tones', 'ใกล้', 'ใกล'],
    ['Japanese voicing', 'が', 'か'],
    ['hiragana from katakana', 'すし', 'スシ'],
    ['Chinese characters', '价格', '价钱'],
    ['Hangul syllables', '가격', '거격'],
    ['a family from its members', '👨‍👩‍👧', '👨👩👧'],
    ['flags of tags', '🏴󠁧󠁢󠁳󠁣󠁴󠁿', '🏴󠁧󠁢󠁷󠁬󠁳󠁿'],
  ])('tells apart %s', (_what, one, other) => {
    expect(foldText(one)).not.toBe(foldText(other));
  });

  it('leaves Devanagari text whole', () => {
    expect(foldText('क्या दाम है?')).toBe('क्या दाम है?');
  });

  it('changes nothing more the second time', () => {
    fc.assert(
      fc.property(anyText, (text) => {
        expect(foldText(foldText(text))).toBe(foldText(text));
      }),
      { numRuns: 1000 },
    );
  });

  it('does not depend on how a text is composed', () => {
    fc.assert(
      fc.property(anyText, (text) => {
        expect(foldText(text.normalize('NFD'))).toBe(foldText(text.normalize('NFC')));
      }),
    );
  });

  it('copes with any code units, lone surrogates included', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 40 }), (text) => {
        expect(foldText(text)).not.toMatch(/\p{Cs}/u);
      }),
    );
  });

  it('stays bounded on a huge text', () => {
    expect(foldText('é'.repeat(1_000_000))).toHaveLength(10_000);
  });
});
