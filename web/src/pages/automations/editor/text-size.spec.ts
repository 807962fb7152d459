import { describe, expect, it } from '@jest/globals';
import { CARD_LIMIT, MESSAGE_LIMIT, sizeOf } from './text-size.js';

describe('the size of a text', () => {
  it.each([
    ['abc', 3, 3],
    ['Größe', 7, 5],
    ['😀', 4, 2],
    ['قهوة', 8, 4],
  ])('of %s is %d bytes or %d characters', (text, bytes, characters) => {
    expect([sizeOf(text, MESSAGE_LIMIT), sizeOf(text, CARD_LIMIT)]).toEqual([bytes, characters]);
  });
});
