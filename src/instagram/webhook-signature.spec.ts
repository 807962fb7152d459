import { describe, expect, it } from '@jest/globals';
import { signBody, verifySignature } from './webhook-signature.js';

const body = Buffer.from('{"object":"instagram","entry":[]}');

describe('verifySignature', () => {
  it('accepts a body signed with the secret, as RFC 4231 computes it', () => {
    // Test case 2 of RFC 4231: key "Jefe".
    const data = Buffer.from('what do ya want for nothing?');
    const header = 'sha256=5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843';
    expect(signBody(data, 'Jefe')).toBe(header);
    expect(verifySignature(data, header, ['Jefe'])).toEqual({ valid: true, secretIndex: 0 });
  });

  it('tries every secret and names the one that signed', () => {
    const header = signBody(body, 'instagram-secret');
    expect(verifySignature(body, header, ['facebook-secret', 'old', 'instagram-secret'])).toEqual({
      valid: true,
      secretIndex: 2,
    });
  });

  it('signs bytes, not characters: escaped and unescaped unicode differ', () => {
    const escaped = Buffer.from(String.raw`{"text":"\u00e9"}`);
    const header = signBody(escaped, 's');
    expect(verifySignature(escaped, header, ['s']).valid).toBe(true);
    expect(verifySignature(Buffer.from('{"text":"é"}'), header, ['s'])).toEqual({
      valid: false,
      reason: 'mismatch',
    });
  });

  it('accepts upper-case digits, which stand for the same bytes', () => {
    const digits = signBody(body, 's').slice('sha256='.length);
    expect(verifySignature(body, `sha256=${digits.toUpperCase()}`, ['s']).valid).toBe(true);
  });

  it.each([
    ['another secret', signBody(body, 'other')],
    ['another body', signBody('{}', 's')],
    ['one digit changed', signBody(body, 's').replace(/.$/, (digit) => (digit === '0' ? '1' : '0'))],
  ])('refuses the signature of %s', (_what, header) => {
    expect(verifySignature(body, header, ['s'])).toEqual({ valid: false, reason: 'mismatch' });
  });

  it('refuses everything when no secret is known, and never matches an empty secret', () => {
    expect(verifySignature(body, signBody(body, 's'), [])).toEqual({ valid: false, reason: 'mismatch' });
    expect(verifySignature(body, signBody(body, ''), [''])).toEqual({ valid: false, reason: 'mismatch' });
  });

  it.each([undefined, ''])('reports a missing header (%j)', (header) => {
    expect(verifySignature(body, header, ['s'])).toEqual({ valid: false, reason: 'missing' });
  });

  it.each([
    ['sha1 only', `sha1=${'a'.repeat(40)}`],
    ['the scheme in capitals', signBody(body, 's').replace('sha', 'SHA')],
    ['no scheme', 'a'.repeat(64)],
    ['too short', `sha256=${'a'.repeat(63)}`],
    ['too long', `sha256=${'a'.repeat(65)}`],
    ['not hexadecimal at the end', `sha256=${'a'.repeat(63)}g`],
    ['not hexadecimal at the start', `sha256=${'zz'}${'a'.repeat(62)}`],
    ['two headers joined', `${signBody(body, 's')}, ${signBody(body, 's')}`],
    ['unicode digits', `sha256=${'１'.repeat(64)}`],
  ])('calls a header malformed: %s', (_what, header) => {
    expect(verifySignature(body, header, ['s'])).toEqual({ valid: false, reason: 'malformed' });
  });
});
