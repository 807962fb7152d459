/**
 * The configuration in typed slices. Each is an abstract class so that it can be an injection token: a module asks for
 * the slice it needs and can't see the rest.
 */

export abstract class ServerConfig {
  abstract readonly production: boolean;
  abstract readonly host: string;
  /** 0 picks a free one. */
  abstract readonly port: number;
  abstract readonly logLevel: string;
  /** Generated secrets, a demo account and a stand-in for Instagram; never in production. */
  abstract readonly sandbox: boolean;
  /** Where the internet reaches this server, without a slash at the end; undefined when nobody said. */
  abstract readonly publicUrl: string | undefined;
  /** Whose `X-Forwarded-For` is believed: addresses, networks, or `loopback`, `linklocal`, `uniquelocal`. */
  abstract readonly trustedProxies: readonly string[];
}

export abstract class DatabaseConfig {
  /** Unset: the embedded store in `dataDir`. */
  abstract readonly uri: string | undefined;
  abstract readonly dataDir: string;
  /** The embedded store serves this port of the loopback interface too, behind a password; 0 for any that is free. */
  abstract readonly storePort: number | undefined;
}

export abstract class MetaConfig {
  /** Any of them may have signed a webhook. */
  abstract readonly appSecrets: readonly string[];
  abstract readonly verifyToken: string;
  abstract readonly maxBodyBytes: number;
}

export abstract class GraphConfig {
  /** Unset in the sandbox: its stand-in picks its own address. */
  abstract readonly baseUrl: string | undefined;
  abstract readonly version: string;
  abstract readonly timeoutMs: number;
  /** Instagram business login. */
  abstract readonly login: {
    /** Unset: accounts can't be connected by login. */
    readonly appId: string | undefined;
    readonly appSecret: string;
    readonly authorizeUrl: string;
    readonly tokenUrl: string;
  };
  /** What Instagram lets each account do. */
  abstract readonly limits: {
    readonly textsPerSecond: number;
    readonly mediaPerSecond: number;
    readonly privateRepliesPerHour: number;
    readonly conversationsPerSecond: number;
  };
}

/** Who may use the admin routes. */
export abstract class AccessConfig {
  abstract readonly adminToken: string;
  /** Made by the program itself, so that nobody has seen it yet. */
  abstract readonly adminTokenGenerated: boolean;
  /** May look at everything and change nothing. */
  abstract readonly readTokens: readonly string[];
  /** How long one stays signed in to the dashboard. */
  abstract readonly sessionMs: number;
  abstract readonly auditRetentionMs: number;
}

export abstract class SecurityConfig {
  /** 64 hexadecimal characters each; the first encrypts, all decrypt. */
  abstract readonly encryptionKeys: readonly string[];
}

export abstract class QueueConfig {
  /** False: handlers run inside the request that brought the event (direct mode). */
  abstract readonly enabled: boolean;
  abstract readonly workers: number;
  abstract readonly maxAttempts: number;
  abstract readonly backoffMs: number;
  abstract readonly leaseMs: number;
  /** How long an idle process waits before it looks for jobs of other processes. */
  abstract readonly pollMs: number;
  /** Jobs of one `limitKey` a minute; those above it are put off. */
  abstract readonly rateLimitPerMinute: number;
  abstract readonly shutdownTimeoutMs: number;
  abstract readonly completedRetentionMs: number;
  abstract readonly deadRetentionMs: number;
}

export abstract class WebhookConfig {
  /** How long an event without an id of its own counts as the same one. */
  abstract readonly dedupWindowMs: number;
  abstract readonly logRetentionMs: number;
}

export abstract class AutomationConfig {
  /** A message that is one of these ends all answers to the person … */
  abstract readonly optOutWords: readonly string[];
  /** … until one of these. */
  abstract readonly optInWords: readonly string[];
  /** How long a conversation is left to the person of the account who wrote in it. */
  abstract readonly humanTakeoverMs: number;
  /** How long the texts of what people wrote and were sent are kept. */
  abstract readonly textRetentionMs: number;
  /** `host` or `host:port` that `call_webhook` may reach although they are private. */
  abstract readonly outboundAllowedHosts: readonly string[];
}

export abstract class TelemetryConfig {
  /** Unset: traces are off. The rest of `OTEL_…` the SDK reads itself. */
  abstract readonly traces: { readonly protocol: 'http/protobuf' | 'http/json' } | undefined;
  /** Deliveries and jobs that went as they should are logged too. */
  abstract readonly eachLogged: boolean;
  /** Whoever reads `/metrics` must send it; unset: open to all. */
  abstract readonly metricsToken: string | undefined;
}

export interface AppConfig {
  server: ServerConfig;
  database: DatabaseConfig;
  meta: MetaConfig;
  graph: GraphConfig;
  access: AccessConfig;
  security: SecurityConfig;
  queue: QueueConfig;
  webhooks: WebhookConfig;
  automation: AutomationConfig;
  telemetry: TelemetryConfig;
}
