import { randomBytes } from 'node:crypto';
import type { AppConfig } from '../../src/config/app-config.js';
import { loadConfig } from '../../src/config/load-config.js';

export const testSecrets = {
  appSecret: 'test-app-secret',
  verifyToken: 'test-verify-token',
  adminToken: 'test-admin-token-0123456789abcdef',
  encryptionKey: '5a'.repeat(32),
};

/** The URI of a fresh database on the server that the test run has started. */
export function freshDatabaseUri(): string {
  const server = process.env['TEST_MONGODB_URI'];
  if (!server) throw new Error('TEST_MONGODB_URI is not set: tests are started with "npm test"');
  const [, hosts, options] = /^(mongodb(?:\+srv)?:\/\/[^/]+)(?:\/[^?]*)?(\?.*)?$/.exec(server) ?? [];
  return `${hosts}/test_${randomBytes(6).toString('hex')}${options ?? ''}`;
}

/** A configuration for tests: a fresh database, quick timings, and what the test sets itself, as in the environment. */
export function testConfig(environment: Record<string, string> = {}): AppConfig {
  return loadConfig(
    {
      MONGODB_URI: freshDatabaseUri(),
      META_APP_SECRET: testSecrets.appSecret,
      INSTAGRAM_GRAPH_URL: 'http://127.0.0.1:9',
      PORT: '0',
      LOG_LEVEL: 'silent',
      QUEUE_POLL_MS: '20',
      QUEUE_BACKOFF_MS: '5',
      QUEUE_LEASE_MS: '1500',
      SHUTDOWN_TIMEOUT_MS: '2000',
      ...environment,
    },
    () => testSecrets,
  );
}
