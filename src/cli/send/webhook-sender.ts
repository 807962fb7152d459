import { setTimeout as sleep } from 'node:timers/promises';
import { Pool } from 'undici';
import { signBody } from '../../instagram/webhook-signature.js';
import { WEBHOOK_PATH } from '../../webhooks/webhook-path.js';

/** Meta has many deliveries under way at a time, too. */
const CONNECTIONS = 50;

export interface Answer {
  statusCode: number;
  /** The body. */
  answer: string;
}

export interface LoadReport {
  sent: number;
  accepted: number;
  /** How many answers had each status; `error` where none came. */
  statuses: Record<string, number>;
  /** From the first post to the last answer. */
  durationMs: number;
  perSecond: number;
  /** From post to answer. */
  ackMs: { p50: number; p95: number; p99: number; max: number };
}

export interface Load {
  count: number;
  /** Deliveries a second; Infinity: as fast as the server takes them. */
  rate: number;
  bodyOf: (n: number) => Buffer;
  onProgress: (done: number) => void;
}

/** Signs deliveries as Meta does, and posts them. */
export class WebhookSender {
  private readonly pool: Pool;

  /** @param baseUrl of the server, for example `http://127.0.0.1:3000` */
  constructor(
    private readonly baseUrl: string,
    private readonly secret: string,
  ) {
    this.pool = new Pool(new URL(baseUrl).origin, { connections: CONNECTIONS });
  }

  /** @throws when no server answers */
  async send(body: Buffer): Promise<Answer> {
    const headers = {
      'content-type': 'application/json',
      'x-hub-signature-256': signBody(body, this.secret),
    };
    const response = await this.pool
      .request({ method: 'POST', path: WEBHOOK_PATH, headers, body })
      .catch((cause: unknown) => {
        throw new Error(`No server answers at ${this.baseUrl}. Is it running? --url says where.`, { cause });
      });
    return { statusCode: response.statusCode, answer: await response.body.text() };
  }

  /** Never fails for an answer, nor for none: the report says how many there were of each. */
  async sendMany({ count, rate, bodyOf, onProgress }: Load): Promise<LoadReport> {
    const statuses: Record<string, number> = {};
    const ackMs: number[] = [];
    const start = performance.now();
    let next = 0;
    const sender = async () => {
      while (next < count) {
        const n = next++;
        const waitMs = start + (n * 1000) / rate - performance.now();
        if (waitMs > 0) await sleep(waitMs);
        const posted = performance.now();
        const status = await this.send(bodyOf(n)).then(
          ({ statusCode }) => String(statusCode),
          () => 'error',
        );
        ackMs.push(performance.now() - posted);
        statuses[status] = (statuses[status] ?? 0) + 1;
        onProgress(ackMs.length);
      }
    };
    await Promise.all(Array.from({ length: Math.min(CONNECTIONS, count) }, sender));
    const durationMs = performance.now() - start;
    return {
      sent: count,
      accepted: statuses['200'] ?? 0,
      statuses,
      durationMs: Math.round(durationMs),
      perSecond: Math.round((count * 1000) / durationMs),
      ackMs: percentilesOf(ackMs),
    };
  }

  async close(): Promise<void> {
    await this.pool.close();
  }
}

function percentilesOf(values: number[]): LoadReport['ackMs'] {
  const sorted = values.toSorted((a, b) => a - b);
  const at = (share: number) => {
    const value = sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0;
    return Math.round(value * 10) / 10;
  };
  return { p50: at(0.5), p95: at(0.95), p99: at(0.99), max: at(1) };
}
