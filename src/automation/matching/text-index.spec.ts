import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import { RE2JS } from 're2js';
import type { MatchMode } from '../automation.types.js';
import { TextIndex } from './text-index.js';

function matches(
  mode: MatchMode,
  keywords: string[],
  text: string | undefined,
  exclude: string[] = [],
): boolean {
  return new TextIndex([{ mode, keywords, exclude }]).find(text)(0);
}

describe('any', () => {
  it('holds for every text, and for a message without one', () => {
    expect(matches('any', [], 'whatever')).toBe(true);
    expect(matches('any', [], undefined)).toBe(true);
  });

  it('does not hold for a text with an excluded part', () => {
    expect(matches('any', [], 'STOP it', ['stop'])).toBe(false);
  });
});

describe('a message without text', () => {
  it.each(['exact', 'contains', 'word', 'starts_with', 'regex'] as const)('never meets %s', (mode) => {
    expect(matches(mode, ['a*'], undefined)).toBe(false);
  });
});

describe('exact, contains and starts_with', () => {
  it.each<[MatchMode, string, string, boolean]>([
    ['exact', 'Price', ' PRICE ', true],
    ['exact', 'price', 'price?', false],
    ['exact', 'two  words', 'Two words', true],
    ['contains', 'price', 'reprices', true],
    ['contains', 'цена', 'Какая ЦЕНА?', true],
    ['contains', 'سعر', 'كم السِّعر', true],
    ['contains', 'दाम', 'क्या दाम है', true],
    ['contains', '价格', '请问价格多少', true],
    ['contains', '値段', '値段はいくらですか', true],
    ['contains', '🔥', 'so🔥🔥', true],
    ['contains', 'price', 'prince', false],
    ['starts_with', 'info', 'INFO please', true],
    ['starts_with', 'info', 'more info', false],
  ])('%s %j on %j: %j', (mode, keyword, text, expected) => {
    expect(matches(mode, [keyword], text)).toBe(expected);
  });

  it('needs only one of the keywords', () => {
    expect(matches('contains', ['cost', 'price'], 'the price?')).toBe(true);
  });
});

describe('word', () => {
  it.each([
    ['Latin', 'art', 'Art!', 'party'],
    ['Latin with digits', 'art', 'art-5', 'art5'],
    ['Latin with accents', 'cafe', 'un CAFÉ, merci', 'cafés'],
    ['Latin after a full stop without a space', 'price', 'hi.price.thanks', 'prices.'],
    ['an underscore', 'price', 'price', 'my_price'],
    ['several words', 'how much', 'so: HOW  MUCH?', 'how muchos'],
    ['Cyrillic', 'кот', 'кот?', 'который'],
    ['Arabic', 'سعر', 'كم سعر هذا', 'اسعار'],
    ['Devanagari', 'कम', 'बहुत कम है', 'कमी'],
    ['Devanagari before a vowel sign', 'क', 'क ख', 'कि'],
    ['Chinese', '价格', '请问价格多少', '评价格式'],
    ['Chinese inside a longer word', '京都', '京都很美', '東京都'],
    ['Japanese', '値段', '値段はいくらですか', '高値段階'],
    ['Katakana', 'イン', 'イン!', 'メインです'],
    ['Thai', 'ราคา', 'ราคาเท่าไหร่', 'มหาราคาม'],
    ['scripts side by side', 'iphone', 'iphone价格', 'iphones价格'],
    ['emoji', '🔥', 'so🔥🔥hot', 'so hot'],
    ['emoji of any skin tone', '👍', 'ok👍🏽', 'ok👎'],
    ['an emoji and the family it is part of', '👩', '👩 👩', '👨‍👩‍👧'],
    ['flags', '🇩🇪', '🇫🇷🇩🇪', '🇬🇩🇪🇸'],
    ['a word beside an emoji', 'price', '🔥price🔥', 'pricey🔥'],
  ])('respects boundaries: %s', (_what, keyword, found, missed) => {
    expect({ found: matches('word', [keyword], found), missed: matches('word', [keyword], missed) }).toEqual({
      found: true,
      missed: false,
    });
  });

  it('finds a later occurrence when the first is part of a longer word', () => {
    expect(matches('word', ['art'], 'party art')).toBe(true);
  });
});

describe('regex', () => {
  it.each([
    ['plain', 'pri(c|z)e', 'the PRIZE', true],
    ['upper case in the pattern', 'PRICE\\S', 'price!', true],
    ['accents in the pattern', 'größe', 'Welche GROSSE?', true],
    ['accents in the text', 'grosse', 'Größe', true],
    ['anchors', '^info$', ' Info ', true],
    ['full-width syntax taken as text', '（a）', '(a)', true],
    ['Cyrillic class', '^[а-я]+$', 'ЦЕНА', true],
    ['a property', '^\\p{Han}+$', '价格', true],
    ['no match', '^\\d+$', 'a1', false],
  ])('%s', (_what, pattern, text, expected) => {
    expect(matches('regex', [pattern], text)).toBe(expected);
  });

  it('takes linear time where a backtracking engine would not end', () => {
    expect(matches('regex', ['(a+)+$', '(x*)*y'], `${'a'.repeat(5000)}b`)).toBe(false);
  });

  it('answers for many patterns together as for each alone', () => {
    const piece = fc.constantFrom('a', 'b', '.', 'ab', '(a|b)', '[ab]');
    const pattern = fc.array(fc.tuple(piece, fc.constantFrom('', '*', '+', '?')), {
      minLength: 1,
      maxLength: 4,
    });
    const text = fc.string({ unit: fc.constantFrom('a', 'b', 'c'), maxLength: 8 });
    fc.assert(
      fc.property(fc.array(pattern, { minLength: 1, maxLength: 6 }), text, (parts, value) => {
        const patterns = parts.map((pairs) => `^${pairs.flat().join('')}$`);
        const found = new TextIndex(
          patterns.map((one) => ({ mode: 'regex', keywords: [one], exclude: [] })),
        ).find(value);
        expect(patterns.map((_, index) => found(index))).toEqual(
          patterns.map((one) => RE2JS.compile(one).matcher(value).find()),
        );
      }),
    );
  });
});

describe('exclude', () => {
  it.each<[MatchMode, string[], string]>([
    ['contains', ['price'], 'priceless price'],
    ['word', ['price'], 'price, priceless'],
    ['regex', ['^price'], 'price priceless'],
    ['starts_with', ['price'], 'price is priceless'],
  ])('%s', (mode, keywords, text) => {
    expect(matches(mode, keywords, text)).toBe(true);
    expect(matches(mode, keywords, text, ['priceless'])).toBe(false);
  });

  it('looks for whole words in word mode and for any part in the others', () => {
    expect(matches('word', ['price'], 'price priceless', ['less'])).toBe(true);
    expect(matches('contains', ['price'], 'price priceless', ['less'])).toBe(false);
  });
});

describe('TextIndex', () => {
  it('agrees with looking for each keyword on its own', () => {
    const word = fc.string({ unit: fc.constantFrom('a', 'b', 'ab ', '🔥'), minLength: 1, maxLength: 4 });
    const keyword = word.filter((value) => value.trim() !== '');
    const text = fc.array(word, { maxLength: 8 }).map((words) => words.join(''));
    fc.assert(
      fc.property(fc.array(keyword, { minLength: 1, maxLength: 8 }), text, (keywords, value) => {
        const found = new TextIndex(
          keywords.map((one) => ({ mode: 'contains', keywords: [one], exclude: [] })),
        ).find(value);
        const plain = value.replace(/\s+/g, ' ').trim();
        keywords.forEach((one, index) =>
          expect(found(index)).toBe(plain.includes(one.replace(/\s+/g, ' ').trim())),
        );
      }),
    );
  });

  it('keeps apart the keywords of different matches', () => {
    const found = new TextIndex([
      { mode: 'contains', keywords: ['red'], exclude: ['dark'] },
      { mode: 'word', keywords: ['dark'], exclude: [] },
      { mode: 'any', keywords: [], exclude: ['red'] },
    ]).find('dark red');
    expect([found(0), found(1), found(2)]).toEqual([false, true, false]);
  });
});
