import { Pool } from 'undici';
import { echoWebhook, messageWebhook } from '../webhook-samples.js';
import { signBody } from '../webhook-signature.js';
import { isRecord } from './message-rules.js';
import type { JournalEntry } from './sandbox.types.js';

const CONNECTIONS = 8;

/**
 * Reports what an account sent back to the app as a signed webhook, as Instagram does for subscribers of `messages`.
 * A delivery that fails is not tried again, and is counted.
 */
export class EchoWebhooks {
  failures = 0;
  private readonly pool: Pool;
  private readonly path: string;

  /**
   * @param callbackUrl where the app receives Instagram's webhooks
   * @param secret the app secret that the app checks signatures with
   */
  constructor(
    callbackUrl: string,
    private readonly secret: string,
  ) {
    const { origin, pathname } = new URL(callbackUrl);
    this.path = pathname;
    this.pool = new Pool(origin, { connections: CONNECTIONS });
  }

  /** What an account sent to another account: there it arrives as a message. */
  relay({ account, person, at, content }: JournalEntry, mid: string): void {
    if (account === null || person === null) return;
    const text = isRecord(content) && typeof content.text === 'string' ? content.text : undefined;
    void this.post(
      JSON.stringify(messageWebhook({ account: person, person: account, timestamp: at, mid, text })),
    );
  }

  /** Does not wait for the app's answer. */
  report({ kind, account, person, at, content }: JournalEntry, mid: string): void {
    const isMessage = kind === 'message' || kind === 'private_reply';
    if (!isMessage || account === null || person === null) return;
    const text = isRecord(content) && typeof content.text === 'string' ? content.text : undefined;
    const attachments = attachmentsOf(content);
    const body = JSON.stringify(echoWebhook({ account, person, timestamp: at, mid, text, attachments }));
    void this.post(body);
  }

  async close(): Promise<void> {
    await this.pool.destroy();
  }

  private async post(body: string): Promise<void> {
    try {
      const headers = {
        'content-type': 'application/json',
        'user-agent': 'facebookexternalua',
        'x-hub-signature-256': signBody(body, this.secret),
      };
      const answer = await this.pool.request({ method: 'POST', path: this.path, headers, body });
      await answer.body.dump();
      if (answer.statusCode !== 200) this.failures += 1;
    } catch {
      this.failures += 1;
    }
  }
}

/** Media and templates come back as attachments, without what a template says. */
function attachmentsOf(content: unknown): { type: string; payload: { url?: string } }[] | undefined {
  if (!isRecord(content) || !isRecord(content.attachment)) return undefined;
  const { type, payload } = content.attachment;
  const url = isRecord(payload) && typeof payload.url === 'string' ? { url: payload.url } : {};
  return [{ type: String(type), payload: url }];
}
