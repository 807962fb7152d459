import { describe, expect, it } from '@jest/globals';
import { readFileSync } from 'node:fs';
import { configSummary } from './config-summary.js';
import { ConfigError } from './config.errors.js';
import { environmentSchema } from './config.schema.js';
import { loadConfig } from './load-config.js';

const generate = () => ({
  appSecret: 'generated-app-secret',
  verifyToken: 'generated-verify-token',
  adminToken: 'generated-admin-token',
  encryptionKey: 'ab'.repeat(32),
});
const mustNotGenerate = () => {
  throw new Error('production must not generate secrets');
};

const production = {
  NODE_ENV: 'production',
  META_APP_SECRET: 'first-secret,second-secret',
  META_VERIFY_TOKEN: 'verify-token',
  ADMIN_TOKEN: 'a'.repeat(32),
  ENCRYPTION_KEY: 'cd'.repeat(32),
};

function problemsOf(environment: Record<string, string>) {
  try {
    loadConfig(environment, generate);
  } catch (error) {
    if (error instanceof ConfigError) return error.problems;
    throw error;
  }
  throw new Error('the configuration was accepted');
}

describe('loadConfig', () => {
  it('starts as a sandbox with nothing set', () => {
    const config = loadConfig({}, generate);
    expect(config.server).toMatchObject({ production: false, sandbox: true, host: '127.0.0.1', port: 3000 });
    expect(config.meta.appSecrets).toEqual(['generated-app-secret']);
    expect(config.graph.baseUrl).toBeUndefined();
    expect(config.queue).toMatchObject({ enabled: true, workers: 180, maxAttempts: 3, backoffMs: 1000 });
  });

  it('is no sandbox once an app secret is set', () => {
    const config = loadConfig({ META_APP_SECRET: 'the-app-secret' }, generate);
    expect(config.server.sandbox).toBe(false);
    expect(config.graph.baseUrl).toBe('https://graph.instagram.com');
  });

  it('reads a production environment without generating anything', () => {
    const config = loadConfig(production, mustNotGenerate);
    expect(config.server).toMatchObject({ production: true, sandbox: false, host: '0.0.0.0' });
    expect(config.meta.appSecrets).toEqual(['first-secret', 'second-secret']);
    expect(config.security.encryptionKeys).toEqual(['cd'.repeat(32)]);
  });

  it('names every missing secret of production in one error', () => {
    expect(problemsOf({ NODE_ENV: 'production' }).map(({ variable }) => variable)).toEqual([
      'META_APP_SECRET',
      'META_VERIFY_TOKEN',
      'ADMIN_TOKEN',
      'ENCRYPTION_KEY',
    ]);
  });

  it('refuses a short admin token in production', () => {
    expect(problemsOf({ ...production, ADMIN_TOKEN: 'a'.repeat(20) })).toEqual([
      { variable: 'ADMIN_TOKEN', message: 'must have at least 32 characters in production' },
    ]);
  });

  it.each([
    ['PORT', '70000'],
    ['PORT', '3e3'],
    ['QUEUE_ENABLED', 'yes'],
    ['QUEUE_WORKERS', '0'],
    ['QUEUE_LEASE_MS', '-5'],
    ['MONGODB_URI', 'postgres://localhost'],
    ['EMBEDDED_STORE_PORT', '65536'],
    ['INSTAGRAM_GRAPH_URL', 'ftp://graph.instagram.com'],
    ['INSTAGRAM_GRAPH_VERSION', '25'],
    ['ENCRYPTION_KEY', 'too-short'],
    ['META_APP_SECRET', ' , '],
    ['LOG_LEVEL', 'loud'],
  ])('refuses %s=%s and says what would be right', (variable, value) => {
    const problems = problemsOf({ [variable]: value });
    expect(problems).toHaveLength(1);
    expect(problems[0]).toMatchObject({ variable, message: expect.stringMatching(/^must /) });
  });

  it('keeps the value of a wrong secret out of the message', () => {
    const value = 'tiny-secret';
    expect(JSON.stringify(problemsOf({ ENCRYPTION_KEY: value, ADMIN_TOKEN: value }))).not.toContain(value);
  });

  it('reports all wrong variables together', () => {
    const variables = problemsOf({ PORT: 'x', QUEUE_ENABLED: 'x', LOG_LEVEL: 'x' }).map((p) => p.variable);
    expect(variables).toEqual(['PORT', 'LOG_LEVEL', 'QUEUE_ENABLED']);
  });

  it('counts an empty variable as not set', () => {
    expect(loadConfig({ PORT: '', META_APP_SECRET: '' }, generate).server).toMatchObject({
      port: 3000,
      sandbox: true,
    });
  });
});

describe('retention', () => {
  it('keeps no delivery longer than the texts in it', () => {
    const retention = (environment: Record<string, string>) =>
      loadConfig(environment, generate).webhooks.logRetentionMs / 3_600_000;
    expect(retention({})).toBe(168);
    expect(retention({ WEBHOOK_LOG_RETENTION_HOURS: '5' })).toBe(5);
    expect(retention({ MESSAGE_TEXT_RETENTION_HOURS: '24' })).toBe(24);
  });
});

describe('configSummary', () => {
  it('shows secrets only as set or not set', () => {
    const summary = JSON.stringify(configSummary(loadConfig(production, mustNotGenerate), production));
    for (const secret of ['first-secret', 'verify-token', 'a'.repeat(32), 'cd'.repeat(32)]) {
      expect(summary).not.toContain(secret);
    }
    expect(summary).toContain('"META_APP_SECRET":"set"');
    expect(summary).toContain('"MONGODB_URI":"not set"');
  });
});

describe('.env.example', () => {
  it('names exactly the variables of the schema, and is valid as it stands', () => {
    const lines = readFileSync('.env.example', 'utf8').split('\n');
    const pairs = lines.flatMap((line) => {
      const match = /^#?\s?([A-Z_]+)=(.*)$/.exec(line);
      return match ? [[match[1]!, match[2]!] as const] : [];
    });
    expect(pairs.map(([name]) => name).toSorted()).toEqual(Object.keys(environmentSchema.shape).toSorted());
    expect(() => loadConfig(Object.fromEntries(pairs), generate)).not.toThrow();
  });
});
