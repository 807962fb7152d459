import { request } from 'undici';
import type { JournalEntry, SandboxStats } from '../instagram/sandbox/sandbox.types.js';

const JOURNAL_PAGE = 5000;

async function getJson<T>(url: string): Promise<T> {
  const response = await request(url);
  return (await response.body.json()) as T;
}

/** The server's admin API, as far as the demo needs it. */
export class AdminApi {
  constructor(
    private readonly url: string,
    private readonly token: string,
  ) {}

  async post(path: string, body: object): Promise<void> {
    const response = await request(`${this.url}/api/admin/${path}`, {
      method: 'POST',
      headers: { authorization: `Bearer ${this.token}`, 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
    const text = await response.body.text();
    if (response.statusCode !== 201) throw new Error(`POST ${path} answered ${response.statusCode}: ${text}`);
  }
}

export interface QueueStats {
  pending: number;
  processing: number;
  retrying: number;
  dead: number;
}

export const queueStats = (url: string): Promise<QueueStats> => getJson(`${url}/api/webhooks/queue-stats`);

export const sandboxStats = (url: string): Promise<SandboxStats> => getJson(`${url}/_sandbox/stats`);

/** Everything that was sent, page by page. */
export async function* journal(url: string): AsyncGenerator<JournalEntry> {
  for (let after = 0; ; after += JOURNAL_PAGE) {
    const path = `/_sandbox/journal?after=${after}&limit=${JOURNAL_PAGE}`;
    const { items } = await getJson<{ items: JournalEntry[] }>(url + path);
    yield* items;
    if (items.length < JOURNAL_PAGE) return;
  }
}
