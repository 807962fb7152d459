import { Injectable } from '@nestjs/common';
import { NotFoundError } from '../http/http.errors.js';
import type { InstagramEvent } from '../instagram/instagram-event.js';
import { parseLosslessJson } from '../instagram/lossless-json.js';
import { parseEnvelope } from './envelope.parser.js';
import { WebhookLogRepository } from './webhook-log.repository.js';
import type { WebhookLogDocument } from './webhook-log.schema.js';

/** Deliveries as they came, for who looks into them. */
@Injectable()
export class WebhookLogsService {
  constructor(private readonly logs: WebhookLogRepository) {}

  /** The newest first, without their bodies. */
  list(limit: number, cursor: string | undefined): Promise<Omit<WebhookLogDocument, 'body'>[]> {
    return this.logs.list(limit, cursor);
  }

  /** @throws {NotFoundError} */
  async get(id: string): Promise<WebhookLogDocument> {
    const log = await this.logs.find(id);
    if (!log)
      throw new NotFoundError('webhook_log_not_found', 'There is no such delivery, or it is no longer kept.');
    return log;
  }

  /** Its JSON, with every id as it was sent. */
  bodyOf({ body }: WebhookLogDocument): unknown {
    return parseLosslessJson(body.toString('utf8'));
  }

  /** The events of a delivery, read as today's version of the program reads them. */
  eventsOf(log: WebhookLogDocument): { event: InstagramEvent; identity: string }[] {
    const { events } = parseEnvelope(this.bodyOf(log), log.receivedAt.getTime());
    return events.map(({ event, identity }) => ({ event, identity: identity.key }));
  }
}
