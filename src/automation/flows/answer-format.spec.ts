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
});
