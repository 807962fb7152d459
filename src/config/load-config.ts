import type { AppConfig } from './app-config.js';
import { ConfigError, type ConfigProblem } from './config.errors.js';
import { environmentSchema, requiredInProduction, type Environment } from './config.schema.js';
import type { GeneratedSecrets } from './generated-secrets.js';

const HOUR_MS = 3_600_000;
const STRONG_TOKEN_LENGTH = 32;
const GRAPH_URL = 'https://graph.instagram.com';

/**
 * Reads the whole environment once.
 *
 * @param generate called outside production with the data directory, for the secrets that are not set
 * @throws {ConfigError} with everything that is wrong, by variable
 */
export function loadConfig(
  environment: Record<string, string | undefined>,
  generate: (dataDir: string) => GeneratedSecrets,
): AppConfig {
  const set = Object.fromEntries(Object.entries(environment).filter(([, value]) => value !== ''));
  const parsed = environmentSchema.safeParse(set);
  const problems: ConfigProblem[] = (parsed.error?.issues ?? []).map((issue) => ({
    variable: String(issue.path[0]),
    message: issue.message,
  }));
  const production = set['NODE_ENV'] === 'production';
  if (production) problems.push(...missingInProduction(set));
  if (parsed.data?.ADMIN_READ_TOKENS.some((token) => token === parsed.data.ADMIN_TOKEN)) {
    problems.push({ variable: 'ADMIN_READ_TOKENS', message: 'must not hold ADMIN_TOKEN, which may write' });
  }
  if (!parsed.success || problems.length > 0) throw new ConfigError(problems);
  const env = parsed.data;
  return toConfig(env, production ? undefined : generate(env.DATA_DIR));
}

function missingInProduction(set: Record<string, string | undefined>): ConfigProblem[] {
  const missing = Object.entries(requiredInProduction)
    .filter(([variable]) => set[variable] === undefined)
    .map(([variable, what]) => ({ variable, message: `is not set: production needs ${what}` }));
  const adminToken = set['ADMIN_TOKEN'];
  if (adminToken !== undefined && isWeak(adminToken)) missing.push(tooShort('ADMIN_TOKEN'));
  const readTokens = set['ADMIN_READ_TOKENS']?.split(',').map((token) => token.trim()) ?? [];
  if (readTokens.some((token) => token !== '' && isWeak(token))) missing.push(tooShort('ADMIN_READ_TOKENS'));
  return missing;
}

const isWeak = (token: string): boolean => token.length < STRONG_TOKEN_LENGTH;

const tooShort = (variable: string): ConfigProblem => ({
  variable,
  message: `must have at least ${STRONG_TOKEN_LENGTH} characters in production`,
});

function toConfig(env: Environment, generated: GeneratedSecrets | undefined): AppConfig {
  const production = generated === undefined;
  const sandbox = !production && env.META_APP_SECRET === undefined;
  const secretOr = (value: string | undefined, name: keyof GeneratedSecrets) =>
    value ?? generated?.[name] ?? '';
  return {
    server: {
      production,
      sandbox,
      host: env.HOST ?? (production ? '0.0.0.0' : '127.0.0.1'),
      port: env.PORT,
      logLevel: env.LOG_LEVEL,
      publicUrl: env.PUBLIC_URL,
      trustedProxies: env.TRUSTED_PROXIES,
    },
    database: { uri: env.MONGODB_URI, dataDir: env.DATA_DIR, storePort: env.EMBEDDED_STORE_PORT },
    meta: {
      appSecrets: env.META_APP_SECRET ?? [secretOr(undefined, 'appSecret')],
      verifyToken: secretOr(env.META_VERIFY_TOKEN, 'verifyToken'),
      maxBodyBytes: env.WEBHOOK_MAX_BYTES,
    },
    graph: {
      baseUrl: env.INSTAGRAM_GRAPH_URL ?? (sandbox ? undefined : GRAPH_URL),
      version: env.INSTAGRAM_GRAPH_VERSION,
      timeoutMs: env.INSTAGRAM_TIMEOUT_MS,
      login: {
        appId: env.INSTAGRAM_APP_ID,
        appSecret: env.INSTAGRAM_APP_SECRET ?? env.META_APP_SECRET?.[0] ?? secretOr(undefined, 'appSecret'),
        authorizeUrl: env.INSTAGRAM_AUTHORIZE_URL,
        tokenUrl: env.INSTAGRAM_TOKEN_URL,
      },
      limits: {
        textsPerSecond: env.INSTAGRAM_TEXTS_PER_SECOND,
        mediaPerSecond: env.INSTAGRAM_MEDIA_PER_SECOND,
        privateRepliesPerHour: env.INSTAGRAM_PRIVATE_REPLIES_PER_HOUR,
        conversationsPerSecond: env.INSTAGRAM_CONVERSATIONS_PER_SECOND,
      },
    },
    access: {
      adminToken: secretOr(env.ADMIN_TOKEN, 'adminToken'),
      adminTokenGenerated: env.ADMIN_TOKEN === undefined,
      readTokens: env.ADMIN_READ_TOKENS,
      sessionMs: env.ADMIN_SESSION_HOURS * HOUR_MS,
      auditRetentionMs: env.AUDIT_LOG_RETENTION_HOURS * HOUR_MS,
    },
    security: {
      encryptionKeys: env.ENCRYPTION_KEY ?? [secretOr(undefined, 'encryptionKey')],
    },
    queue: queueConfig(env),
    webhooks: {
      dedupWindowMs: env.DEDUP_WINDOW_MS,
      // Message texts are in them.
      logRetentionMs: Math.min(env.WEBHOOK_LOG_RETENTION_HOURS, env.MESSAGE_TEXT_RETENTION_HOURS) * HOUR_MS,
    },
    automation: {
      optOutWords: env.OPT_OUT_WORDS,
      optInWords: env.OPT_IN_WORDS,
      textRetentionMs: env.MESSAGE_TEXT_RETENTION_HOURS * HOUR_MS,
      outboundAllowedHosts: env.OUTBOUND_ALLOWED_HOSTS,
      humanTakeoverMs: env.HUMAN_TAKEOVER_HOURS * HOUR_MS,
    },
    telemetry: telemetryConfig(env),
  };
}

/** Traces are on when somebody says where to, unless somebody says no. */
function telemetryConfig(env: Environment): AppConfig['telemetry'] {
  const endpoint = env.OTEL_EXPORTER_OTLP_TRACES_ENDPOINT ?? env.OTEL_EXPORTER_OTLP_ENDPOINT;
  const wanted = env.OTEL_TRACES_EXPORTER ?? (endpoint === undefined ? 'none' : 'otlp');
  const protocol =
    env.OTEL_EXPORTER_OTLP_TRACES_PROTOCOL ?? env.OTEL_EXPORTER_OTLP_PROTOCOL ?? 'http/protobuf';
  return {
    traces: wanted === 'otlp' && !env.OTEL_SDK_DISABLED ? { protocol } : undefined,
    eachLogged: env.LOG_LEVEL === 'debug' || env.LOG_LEVEL === 'trace',
    metricsToken: env.METRICS_TOKEN,
  };
}

function queueConfig(env: Environment): AppConfig['queue'] {
  return {
    enabled: env.QUEUE_ENABLED,
    workers: env.QUEUE_WORKERS,
    maxAttempts: env.QUEUE_MAX_ATTEMPTS,
    backoffMs: env.QUEUE_BACKOFF_MS,
    leaseMs: env.QUEUE_LEASE_MS,
    pollMs: env.QUEUE_POLL_MS,
    rateLimitPerMinute: env.RATE_LIMIT_PER_MINUTE,
    shutdownTimeoutMs: env.SHUTDOWN_TIMEOUT_MS,
    completedRetentionMs: env.COMPLETED_RETENTION_HOURS * HOUR_MS,
    deadRetentionMs: env.DEAD_RETENTION_HOURS * HOUR_MS,
  };
}
