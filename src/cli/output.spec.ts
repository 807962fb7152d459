import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { wrapped } from './output.js';

describe('wrapped', () => {
  it('breaks between words, and leaves long ones whole', () => {
    expect(wrapped('nothing waits that could run', 14)).toEqual(['nothing waits', 'that could run']);
    expect(wrapped('see https://example.com/a/b now', 10)).toEqual(['see', 'https://example.com/a/b', 'now']);
    expect(wrapped('as it is', Infinity)).toEqual(['as it is']);
  });

  it('loses nothing, and is too wide only where a single word is', () => {
    fc.assert(
      fc.property(fc.string(), fc.integer({ min: -5, max: 60 }), (text, width) => {
        const lines = wrapped(text, width);
        expect(lines.join(' ')).toBe(text);
        for (const line of lines) expect(line.length <= width || !line.includes(' ')).toBe(true);
      }),
    );
  });
});
