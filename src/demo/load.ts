import { setTimeout as sleep } from 'node:timers/promises';
import { Pool } from 'undici';
import { signBody } from '../instagram/webhook-signature.js';
import { isRedelivered, webhookFor, type DemoPlan } from './demo-plan.js';

/** What the parent process sends to begin. */
export interface LoadOrder extends DemoPlan {
  url: string;
  secret: string;
  connections: number;
  startedAt: number;
}

export interface LoadProgress {
  type: 'progress' | 'done';
  posted: number;
  accepted: number;
  /** Posts that were refused or failed, and were posted again as Meta would. */
  refused: number;
  /** Only with `done`: ms from post to answer, sorted. */
  latenciesMs?: number[];
}

const PATH = '/api/webhooks/instagram';
const REPORT_EVERY_MS = 100;
const MAX_TRIES = 20;
const RETRY_MS = 250;

/** Posts signed webhooks as fast as the server takes them: a process of its own, as Meta would be. */
class Load {
  private next = 0;
  private posted = 0;
  private accepted = 0;
  private refused = 0;
  private readonly latenciesMs: number[] = [];

  constructor(
    private readonly order: LoadOrder,
    private readonly pool: Pool,
  ) {}

  async run(): Promise<void> {
    const reports = setInterval(() => void this.report('progress'), REPORT_EVERY_MS);
    await Promise.all(Array.from({ length: this.order.connections }, () => this.sender()));
    clearInterval(reports);
    await this.report('done');
  }

  private async sender(): Promise<void> {
    while (this.next < this.order.events) {
      const n = this.next++;
      const body = JSON.stringify(webhookFor(n, this.order, this.order.startedAt));
      // Redeliveries come both ways: while the first delivery is still being answered, and after.
      if (isRedelivered(n) && n % 4 === 0) await Promise.all([this.deliver(body), this.deliver(body)]);
      else await this.deliver(body);
      if (isRedelivered(n) && n % 4 !== 0) await this.deliver(body);
    }
  }

  private async deliver(body: string): Promise<void> {
    for (let tries = 0; tries < MAX_TRIES; tries += 1) {
      this.posted += 1;
      if (await this.post(body)) {
        this.accepted += 1;
        return;
      }
      this.refused += 1;
      await sleep(RETRY_MS);
    }
  }

  private async post(body: string): Promise<boolean> {
    const headers = {
      'content-type': 'application/json',
      'x-hub-signature-256': signBody(body, this.order.secret),
    };
    const start = performance.now();
    try {
      const response = await this.pool.request({ path: PATH, method: 'POST', headers, body });
      await response.body.dump();
      this.latenciesMs.push(performance.now() - start);
      return response.statusCode === 200;
    } catch {
      return false;
    }
  }

  /** Resolves when it is on its way: a channel that is closed too early drops what is large. */
  private report(type: LoadProgress['type']): Promise<void> {
    const { posted, accepted, refused } = this;
    const progress: LoadProgress = { type, posted, accepted, refused };
    if (type === 'done') progress.latenciesMs = this.latenciesMs.toSorted((a, b) => a - b);
    return new Promise((resolve) => process.send!(progress, undefined, undefined, () => resolve()));
  }
}

async function obey(order: LoadOrder): Promise<void> {
  const pool = new Pool(order.url, { connections: order.connections });
  await new Load(order, pool).run();
  await pool.close();
  process.disconnect();
}

process.once('message', (order: LoadOrder) => void obey(order));
