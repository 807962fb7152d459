import { describe, expect, it } from '@jest/globals';
import { TokenCipherError } from './accounts.errors.js';
import { TokenCipher } from './token.cipher.js';

const OLD_KEY = '11'.repeat(32);
const NEW_KEY = '22'.repeat(32);
const ACCOUNT = '17841400000000001';

const cipherWith = (...encryptionKeys: string[]) => new TokenCipher({ encryptionKeys });

describe('TokenCipher', () => {
  it('opens what it sealed, and shows nothing of the token at rest', () => {
    const cipher = cipherWith(NEW_KEY);
    const sealed = cipher.seal('IGAA-secret-token', ACCOUNT);
    expect(JSON.stringify(sealed)).not.toContain('secret');
    expect(cipher.open(sealed, ACCOUNT)).toBe('IGAA-secret-token');
  });

  it('seals the same token differently each time', () => {
    const cipher = cipherWith(NEW_KEY);
    expect(cipher.seal('token', ACCOUNT)).not.toEqual(cipher.seal('token', ACCOUNT));
  });

  it('opens with an old key after rotation, and seals with the new one', () => {
    const sealed = cipherWith(OLD_KEY).seal('token', ACCOUNT);
    const rotated = cipherWith(NEW_KEY, OLD_KEY);
    expect(rotated.open(sealed, ACCOUNT)).toBe('token');
    expect(rotated.seal('token', ACCOUNT).keyId).not.toBe(sealed.keyId);
  });

  it('names the missing key when it was removed too early', () => {
    const sealed = cipherWith(OLD_KEY).seal('token', ACCOUNT);
    expect(() => cipherWith(NEW_KEY).open(sealed, ACCOUNT)).toThrow(sealed.keyId);
  });

  it.each([
    ['altered', (sealed: object) => ({ ...sealed, ciphertext: 'AAAA' }), ACCOUNT],
    ['copied to another account', (sealed: object) => sealed, '17841400000000002'],
    ['with a shortened tag', (sealed: object) => ({ ...sealed, tag: 'AAAAAAAA' }), ACCOUNT],
  ])('does not open a token that was %s', (_what, change, account) => {
    const cipher = cipherWith(NEW_KEY);
    const sealed = change(cipher.seal('token', ACCOUNT)) as ReturnType<TokenCipher['seal']>;
    expect(() => cipher.open(sealed, account)).toThrow(TokenCipherError);
  });
});
