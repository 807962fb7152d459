import { describe, expect, it } from '@jest/globals';
import { AdminTokens } from './admin-tokens.js';
import { SessionSeal } from './session-seal.js';

const OLD_KEY = '11'.repeat(32);
const NEW_KEY = '22'.repeat(32);
const unused = { adminTokenGenerated: false, sessionMs: 0, auditRetentionMs: 0 };
const EXPIRY = new Date('2026-03-01T12:00:00Z');

function sealOf(encryptionKeys: string[], adminToken = 'the-admin-token', readTokens = ['a-read-token']) {
  const tokens = new AdminTokens({ ...unused, adminToken, readTokens });
  return { tokens, seal: new SessionSeal(tokens, { encryptionKeys }) };
}

function sealed(token: string, encryptionKeys: string[]): string {
  const { tokens, seal } = sealOf(encryptionKeys);
  return seal.seal(tokens.find(token)!, EXPIRY);
}

describe('SessionSeal', () => {
  it('opens in another process with the same configuration, with the role of the token', () => {
    const session = sealOf([OLD_KEY]).seal.open(sealed('a-read-token', [OLD_KEY]));
    expect(session).toMatchObject({ expiresAt: EXPIRY, token: { role: 'reader' } });
  });

  it('opens none whose token is configured no longer', () => {
    expect(
      sealOf([OLD_KEY], 'the-admin-token', []).seal.open(sealed('a-read-token', [OLD_KEY])),
    ).toBeUndefined();
    expect(sealOf([OLD_KEY], 'a-new-token').seal.open(sealed('the-admin-token', [OLD_KEY]))).toBeUndefined();
  });

  it('opens with each of the encryption keys, and seals with the first', () => {
    const rotated = [NEW_KEY, OLD_KEY];
    expect(sealOf(rotated).seal.open(sealed('the-admin-token', [OLD_KEY]))).toBeDefined();
    expect(sealOf([NEW_KEY]).seal.open(sealed('the-admin-token', rotated))).toBeDefined();
    expect(sealOf([NEW_KEY]).seal.open(sealed('the-admin-token', [OLD_KEY]))).toBeUndefined();
  });

  it('makes each session another one', () => {
    expect(sealed('the-admin-token', [OLD_KEY])).not.toBe(sealed('the-admin-token', [OLD_KEY]));
  });
});
