import { isIP } from 'node:net';
import { z } from 'zod';

/**
 * Every environment variable that the program reads. Values come as strings; an empty string counts as not set, as
 * compose files and `.env` templates leave it.
 */

const wholeNumber = (min: number, max: number) =>
  z
    .string()
    .regex(/^\d+$/, `must be a whole number from ${min} to ${max}`)
    .transform(Number)
    .refine((value) => value >= min && value <= max, `must be a whole number from ${min} to ${max}`);

const flag = z
  .enum(['true', 'false'], { error: 'must be true or false' })
  .transform((value) => value === 'true');

const list = z.string().transform((value) =>
  value
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== ''),
);

const words = list.refine((values) => values.length > 0, 'must be a word, or several separated by commas');

const secret = (what: string) => z.string().min(8, `must be ${what} of at least 8 characters`);

const secrets = (what: string) =>
  list.refine(
    (values) => values.length > 0 && values.every((value) => value.length >= 8),
    `must be ${what} of at least 8 characters, or several separated by commas`,
  );

const encryptionKeys = list.refine(
  (keys) => keys.length > 0 && keys.every((key) => /^[0-9a-fA-F]{64}$/.test(key)),
  'must be 64 hexadecimal characters (32 bytes; make one with: openssl rand -hex 32), or several separated by commas: the first encrypts, all decrypt',
);

/** What Express knows as `trust proxy`. */
const proxies = list
  .refine(
    (values) => values.length > 0 && values.every(isProxy),
    'must be addresses or networks like 10.0.0.0/8, or loopback, linklocal or uniquelocal, separated by commas; none for no proxy',
  )
  .transform((values) => values.filter((value) => value !== 'none'));

function isProxy(value: string): boolean {
  if (['none', 'loopback', 'linklocal', 'uniquelocal'].includes(value)) return true;
  const [address = '', prefix, ...rest] = value.split('/');
  const bits = { 0: -1, 4: 32, 6: 128 }[isIP(address)]!;
  return rest.length === 0 && bits > 0 && (prefix === undefined || (/^\d+$/.test(prefix) && +prefix <= bits));
}

const httpUrl = z
  .url({ protocol: /^https?$/, error: 'must be an http or https URL' })
  .transform((value) => value.replace(/\/+$/, ''));

const mongoUri = z
  .string()
  .regex(/^mongodb(\+srv)?:\/\/\S+$/, 'must start with mongodb:// or mongodb+srv://');

const otlpProtocol = z.enum(['http/protobuf', 'http/json'], { error: 'must be http/protobuf or http/json' });

export const environmentSchema = z.object({
  NODE_ENV: z.string().default('development'),
  PORT: wholeNumber(0, 65_535).default(3000),
  HOST: z.string().optional(),
  PUBLIC_URL: httpUrl.optional(),
  TRUSTED_PROXIES: proxies.default(['loopback']),
  LOG_LEVEL: z
    .enum(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'], {
      error: 'must be one of fatal, error, warn, info, debug, trace, silent',
    })
    .default('info'),

  MONGODB_URI: mongoUri.optional(),
  DATA_DIR: z.string().default('./data'),
  EMBEDDED_STORE_PORT: wholeNumber(0, 65_535).optional(),

  META_APP_SECRET: secrets('the app secret').optional(),
  META_VERIFY_TOKEN: secret('the verify token that you enter at Meta').optional(),
  WEBHOOK_MAX_BYTES: wholeNumber(1024, 16_000_000).default(4_000_000),
  INSTAGRAM_GRAPH_URL: httpUrl.optional(),
  INSTAGRAM_GRAPH_VERSION: z
    .string()
    .regex(/^v\d+\.\d+$/, 'must look like v25.0')
    .default('v25.0'),
  INSTAGRAM_TIMEOUT_MS: wholeNumber(100, 120_000).default(10_000),
  INSTAGRAM_APP_ID: z
    .string()
    .regex(/^\w{1,64}$/, 'must be the id of the Instagram app')
    .optional(),
  INSTAGRAM_APP_SECRET: secret('the secret of the Instagram app').optional(),
  INSTAGRAM_AUTHORIZE_URL: httpUrl.default('https://www.instagram.com/oauth/authorize'),
  INSTAGRAM_TOKEN_URL: httpUrl.default('https://api.instagram.com/oauth/access_token'),
  INSTAGRAM_TEXTS_PER_SECOND: wholeNumber(1, 100_000).default(100),
  INSTAGRAM_MEDIA_PER_SECOND: wholeNumber(1, 100_000).default(10),
  INSTAGRAM_PRIVATE_REPLIES_PER_HOUR: wholeNumber(1, 1_000_000).default(750),
  INSTAGRAM_CONVERSATIONS_PER_SECOND: wholeNumber(1, 100_000).default(2),

  ADMIN_TOKEN: z.string().min(16, 'must be a token of at least 16 characters').optional(),
  ADMIN_READ_TOKENS: list
    .refine(
      (tokens) => tokens.every((token) => token.length >= 16),
      'must be tokens of at least 16 characters, separated by commas',
    )
    .default([]),
  ADMIN_SESSION_HOURS: wholeNumber(1, 720).default(24),
  ENCRYPTION_KEY: encryptionKeys.optional(),

  QUEUE_ENABLED: flag.default(true),
  QUEUE_WORKERS: wholeNumber(1, 10_000).default(180),
  QUEUE_MAX_ATTEMPTS: wholeNumber(1, 100).default(3),
  QUEUE_BACKOFF_MS: wholeNumber(1, 3_600_000).default(1000),
  QUEUE_LEASE_MS: wholeNumber(1000, 3_600_000).default(60_000),
  QUEUE_POLL_MS: wholeNumber(10, 60_000).default(500),
  RATE_LIMIT_PER_MINUTE: wholeNumber(1, 10_000_000).default(10_000),
  DEDUP_WINDOW_MS: wholeNumber(0, 3_600_000).default(10_000),
  SHUTDOWN_TIMEOUT_MS: wholeNumber(0, 600_000).default(10_000),

  OPT_OUT_WORDS: words.default(['STOP']),
  OPT_IN_WORDS: words.default(['START']),
  OUTBOUND_ALLOWED_HOSTS: list.default([]),
  HUMAN_TAKEOVER_HOURS: wholeNumber(1, 720).default(12),

  // Instagram delivers again for 36 hours: what is forgotten earlier would be answered twice.
  COMPLETED_RETENTION_HOURS: wholeNumber(36, 8760).default(48),
  DEAD_RETENTION_HOURS: wholeNumber(1, 87_600).default(720),
  MESSAGE_TEXT_RETENTION_HOURS: wholeNumber(1, 720).default(168),
  WEBHOOK_LOG_RETENTION_HOURS: wholeNumber(1, 8760).default(168),

  METRICS_TOKEN: z.string().min(16, 'must be a token of at least 16 characters').optional(),
  OTEL_SDK_DISABLED: flag.default(false),
  OTEL_TRACES_EXPORTER: z.enum(['otlp', 'none'], { error: 'must be otlp or none' }).optional(),
  OTEL_EXPORTER_OTLP_ENDPOINT: z.string().optional(),
  OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: z.string().optional(),
  OTEL_EXPORTER_OTLP_PROTOCOL: otlpProtocol.optional(),
  OTEL_EXPORTER_OTLP_TRACES_PROTOCOL: otlpProtocol.optional(),
  AUDIT_LOG_RETENTION_HOURS: wholeNumber(24, 87_600).default(8760),
});

export type Environment = z.infer<typeof environmentSchema>;

/** What production can't start without; elsewhere what is missing is generated. */
export const requiredInProduction = {
  META_APP_SECRET: 'the app secret from the app dashboard at Meta, or several separated by commas',
  META_VERIFY_TOKEN: 'the verify token that you enter at Meta, at least 8 characters',
  ADMIN_TOKEN: 'a token of at least 32 characters (make one with: openssl rand -hex 32)',
  ENCRYPTION_KEY: '64 hexadecimal characters (make one with: openssl rand -hex 32)',
} as const satisfies Partial<Record<keyof Environment, string>>;

/** Never printed: only whether they are set. */
export const secretVariables: ReadonlySet<keyof Environment> = new Set([
  'MONGODB_URI',
  'META_APP_SECRET',
  'META_VERIFY_TOKEN',
  'INSTAGRAM_APP_SECRET',
  'ADMIN_TOKEN',
  'ADMIN_READ_TOKENS',
  'ENCRYPTION_KEY',
  'METRICS_TOKEN',
] as const);
