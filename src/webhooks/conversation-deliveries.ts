import { Injectable } from '@nestjs/common';
import { WebhookConfig } from '../config/app-config.js';
import type { InstagramEvent } from '../instagram/instagram-event.js';
import { parseLosslessJson } from '../instagram/lossless-json.js';
import { windowedKey } from '../queue/dedup-window.js';
import { parseEnvelope, type ParsedEnvelope } from './envelope.parser.js';
import { WebhookLogRepository } from './webhook-log.repository.js';

/** An event as a delivery brought it. */
export interface DeliveredEvent {
  event: InstagramEvent;
  /** As the log of deliveries has it. */
  identity: string;
  /** Keys of which the event's job has one: several where the identity counts for a window of time only. */
  jobKeys: string[];
}

/** What one delivery brought of one conversation. */
export interface ConversationDelivery {
  /** Of the log's entry. */
  id: string;
  receivedAt: Date;
  events: DeliveredEvent[];
}

/** Reads what came in of one conversation out of the log of deliveries: the only place where texts are kept for a while. */
@Injectable()
export class ConversationDeliveries {
  constructor(
    private readonly config: WebhookConfig,
    private readonly logs: WebhookLogRepository,
  ) {}

  /**
   * The newest first.
   *
   * @param conversation `account:person`
   * @param cursor id of a delivery: those before it
   */
  async read(
    conversation: string,
    limit: number,
    cursor: string | undefined,
  ): Promise<ConversationDelivery[]> {
    const logs = await this.logs.ofConversation(conversation, limit, cursor);
    return logs.map(({ _id, receivedAt, body }) => {
      const { events } = parseEnvelope(parseLosslessJson(body.toString('utf8')), receivedAt.getTime());
      const own = events.filter(({ event }) => `${event.account}:${event.person}` === conversation);
      return { id: _id.toHexString(), receivedAt, events: own.map((each) => this.delivered(each)) };
    });
  }

  /** The events of a body that was or is going to be delivered. */
  eventsOf(body: unknown, receivedAtMs: number): DeliveredEvent[] {
    return parseEnvelope(body, receivedAtMs).events.map((each) => this.delivered(each));
  }

  private delivered({ event, identity: { key, ownId } }: ParsedEnvelope['events'][number]): DeliveredEvent {
    const window = { ms: this.config.dedupWindowMs, at: new Date(event.timestamp) };
    const windowed = ownId
      ? undefined
      : windowedKey({ kind: event.kind, payload: null, dedupKey: key, dedupWindow: window });
    return { event, identity: key, jobKeys: windowed ? [windowed.key, ...windowed.neighbours] : [key] };
  }
}
