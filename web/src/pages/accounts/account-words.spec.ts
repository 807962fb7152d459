import { describe, expect, it } from '@jest/globals';
import { adviceOn, quotaInWords, shareUsed } from './account-words.js';
import type { Account } from '../../api/use-accounts.js';

const NOW = Date.parse('2026-03-01T12:00:00Z');
const account: Account = {
  id: '1',
  instagramId: '17841400000000001',
  username: 'shop',
  status: 'active',
  createdAt: '2026-01-01T00:00:00Z',
};
const advice = (change: Partial<Account>) => adviceOn({ ...account, ...change }, NOW);

describe('advice on an account', () => {
  it('is none when all is well', () => {
    expect(advice({})).toBeNull();
    expect(advice({ tokenExpiresAt: '2026-04-01T00:00:00Z' })).toBeNull();
  });

  it.each<[Partial<Account>, RegExp, string | undefined]>([
    [{ status: 'reconnect' }, /refuses the token/, 'replace_token'],
    [{ status: 'paused', statusReason: 'by_owner' }, /Paused by you/, 'resume'],
    [{ status: 'paused', statusReason: 'dm_access_off' }, /dm access off/, 'resume'],
    [
      { status: 'throttled', throttledUntil: '2026-03-01T13:00:00Z' },
      /rest until .*goes on by itself/,
      undefined,
    ],
    [{ tokenExpiresAt: '2026-03-04T12:00:00Z' }, /expires in 3 days/, 'replace_token'],
    [{ tokenExpiresAt: '2026-02-04T12:00:00Z' }, /has expired/, 'replace_token'],
  ])('for %j says %s', (change, text, remedy) => {
    const given = advice(change)!;
    expect(given.text).toMatch(text);
    expect(given.remedy).toBe(remedy);
  });
});

describe('a quota', () => {
  it('is shown with its window', () => {
    const hourly = { limit: 750, windowMs: 3_600_000, used: 15, fullUntil: null };
    expect(quotaInWords(hourly)).toBe('15 of 750 in an hour');
    expect(quotaInWords({ ...hourly, limit: 100, windowMs: 1100 })).toBe('15 of 100 in a second');
    expect(shareUsed(hourly)).toBe(2);
    expect(shareUsed({ ...hourly, limit: 0 })).toBe(0);
  });
});
