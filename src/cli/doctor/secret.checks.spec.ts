import { describe, expect, it } from '@jest/globals';
import { loadConfig } from '../../config/load-config.js';
import { checkSecrets } from './secret.checks.js';

const good = {
  META_APP_SECRET: '9f86d081884c7d659a2feaa0c55ad015',
  META_VERIFY_TOKEN: 'k3y-Of_the-verification',
  ADMIN_TOKEN: '3c9909afec25354d551dae21590bb26e38d53f2173b8d3dc3eee4c047e7ab1c1',
  ENCRYPTION_KEY: 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855',
};

const check = (change: Partial<typeof good>) =>
  checkSecrets(
    loadConfig({ ...good, ...change }, () => ({
      appSecret: '',
      verifyToken: '',
      adminToken: '',
      encryptionKey: '',
    })),
  );

describe('the check of secrets', () => {
  it('finds nothing wrong with random ones', () => {
    expect(check({})).toMatchObject([{ status: 'ok' }]);
  });

  it.each([
    ['META_VERIFY_TOKEN', 'changeme-1234', 'fail'],
    ['META_APP_SECRET', '9f86d081', 'warn'],
    ['ADMIN_TOKEN', 'aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa', 'fail'],
    ['ADMIN_TOKEN', '3c9909afec25354d551d', 'warn'],
    ['ENCRYPTION_KEY', '00'.repeat(32), 'fail'],
  ])('says of %s that %s is weak', (variable, value, status) => {
    const findings = check({ [variable]: value });
    expect(findings).toMatchObject([{ status, message: expect.stringContaining(variable) }]);
    expect(JSON.stringify(findings)).not.toContain(value);
    expect(findings[0]!.advice).toMatch(/\w/);
  });

  it('says that one value stands in two places', () => {
    expect(check({ META_VERIFY_TOKEN: good.ADMIN_TOKEN })).toMatchObject([
      { status: 'warn', message: expect.stringContaining('META_VERIFY_TOKEN and ADMIN_TOKEN') },
    ]);
  });
});
