import { setTimeout as sleep } from 'node:timers/promises';
import { testSecrets } from '../test-config.js';
import { postWebhook } from '../webhook-client.js';
import { bodyOf, type ChaosConversation, type ChaosOptions } from './chaos-plan.js';
import type { SeededRandom } from './seeded-random.js';

const AGAIN_AFTER_MS = 50;
const REDELIVERY_CHANCE = 0.02;

/**
 * Posts the events of conversations as Instagram does: to any of the servers, again until it is answered with 200, now and
 * then twice. The events of one conversation one after the other, since nothing orders those that are posted at the same time.
 */
export class Delivery {
  accepted = 0;
  /** Posts that were refused, or not answered. */
  refused = 0;
  /** Events that were posted once more after they had been accepted. */
  redelivered = 0;
  private readonly startedAt = Date.now();

  constructor(
    private readonly options: ChaosOptions,
    private readonly urls: readonly string[],
    private readonly random: SeededRandom,
  ) {}

  /** Resolves when everything is accepted. */
  async all(conversations: ChaosConversation[]): Promise<void> {
    const waiting = [...conversations];
    const sender = async () => {
      for (let next = waiting.shift(); next; next = waiting.shift()) await this.conversation(next);
    };
    await Promise.all(Array.from({ length: this.options.senders }, sender));
  }

  private async conversation(conversation: ChaosConversation): Promise<void> {
    for (const event of conversation.events) {
      const body = bodyOf(conversation, event, this.startedAt);
      await this.untilAccepted(body);
      this.accepted += 1;
      if (this.random.chance(REDELIVERY_CHANCE)) {
        this.redelivered += 1;
        await this.untilAccepted(body);
      }
      const { paceMs } = this.options;
      if (paceMs > 0) await sleep(this.random.next() * 2 * paceMs);
    }
  }

  private async untilAccepted(body: string): Promise<void> {
    while (!(await this.isAccepted(body))) {
      this.refused += 1;
      await sleep(AGAIN_AFTER_MS);
    }
  }

  private async isAccepted(body: string): Promise<boolean> {
    try {
      const response = await postWebhook(this.random.pick(this.urls), body, testSecrets.appSecret);
      await response.arrayBuffer();
      return response.status === 200;
    } catch {
      return false;
    }
  }
}
