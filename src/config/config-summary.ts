import type { AppConfig } from './app-config.js';

const HOUR_MS = 3_600_000;

/** What an operator wants to see at start: every setting in effect, secrets only as set or not set. */
export function configSummary(
  config: AppConfig,
  environment: Record<string, string | undefined>,
): Record<string, string | number | boolean> {
  const isSet = (variable: string) => (environment[variable] ? 'set' : 'not set');
  return {
    mode: config.server.production ? 'production' : config.server.sandbox ? 'sandbox' : 'development',
    HOST: config.server.host,
    PORT: config.server.port,
    MONGODB_URI: isSet('MONGODB_URI'),
    DATA_DIR: config.database.dataDir,
    EMBEDDED_STORE_PORT: config.database.storePort ?? 'not set',
    META_APP_SECRET: isSet('META_APP_SECRET'),
    META_VERIFY_TOKEN: isSet('META_VERIFY_TOKEN'),
    ADMIN_TOKEN: isSet('ADMIN_TOKEN'),
    ADMIN_READ_TOKENS: isSet('ADMIN_READ_TOKENS'),
    TRUSTED_PROXIES: config.server.trustedProxies.join(', '),
    ENCRYPTION_KEY: isSet('ENCRYPTION_KEY'),
    INSTAGRAM_GRAPH_URL: config.graph.baseUrl ?? 'sandbox',
    INSTAGRAM_GRAPH_VERSION: config.graph.version,
    QUEUE_ENABLED: config.queue.enabled,
    QUEUE_WORKERS: config.queue.workers,
    QUEUE_MAX_ATTEMPTS: config.queue.maxAttempts,
    QUEUE_BACKOFF_MS: config.queue.backoffMs,
    QUEUE_LEASE_MS: config.queue.leaseMs,
    RATE_LIMIT_PER_MINUTE: config.queue.rateLimitPerMinute,
    DEDUP_WINDOW_MS: config.webhooks.dedupWindowMs,
    MESSAGE_TEXT_RETENTION_HOURS: config.automation.textRetentionMs / HOUR_MS,
    WEBHOOK_LOG_RETENTION_HOURS: config.webhooks.logRetentionMs / HOUR_MS,
    LOG_LEVEL: config.server.logLevel,
    METRICS_TOKEN: isSet('METRICS_TOKEN'),
    traces: config.telemetry.traces?.protocol ?? 'off',
  };
}
