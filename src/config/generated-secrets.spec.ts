import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SECRETS_FILE, generatedSecrets } from './generated-secrets.js';

describe('generatedSecrets', () => {
  let dir: string;
  beforeEach(async () => {
    dir = await mkdtemp(join(tmpdir(), 'secrets-'));
  });
  afterEach(() => rm(dir, { recursive: true }));

  it('gives the same secrets at every start, so that stored tokens stay readable', () => {
    const dataDir = join(dir, 'data');
    expect(generatedSecrets(dataDir)).toEqual(generatedSecrets(dataDir));
  });

  it('gives each data directory its own', () => {
    expect(generatedSecrets(join(dir, 'a')).appSecret).not.toBe(generatedSecrets(join(dir, 'b')).appSecret);
  });

  it('keeps them where only the owner can read', async () => {
    generatedSecrets(dir);
    expect((await stat(join(dir, SECRETS_FILE))).mode & 0o777).toBe(0o600);
  });
});
