import { Injectable } from '@nestjs/common';
import { NotFoundError } from '../http/http.errors.js';
import type { InstagramEvent } from '../instagram/instagram-event.js';
import { parseLosslessJson } from '../instagram/lossless-json.js';
import { parseEnvelope } from './envelope.parser.js';
import type { ScannedPage } from '../database/newest-first.js';
import type { WebhookLogFilter } from './webhook-log-filter.js';
import { WebhookLogRepository, type ChosenLogs, type ListedLog } from './webhook-log.repository.js';
import type { WebhookLogDocument } from './webhook-log.schema.js';

/** Deliveries as they came, for who looks into them. */
@Injectable()
export class WebhookLogsService {
  constructor(private readonly logs: WebhookLogRepository) {}

  /** The newest first, without their bodies; a page may be short and still have a next one. */
  page(filter: WebhookLogFilter, limit: number, cursor?: string): Promise<ScannedPage<ListedLog>> {
    return this.logs.page(filter, limit, cursor);
  }

  /**
   * The delivery that an event's job came from; null when it is no longer kept.
   *
   * @param job its id
   * @param dedupKey the event's identity, perhaps with the window of time for which it counts
   */
  broughtBy(job: string, dedupKey: string): Promise<ListedLog | null> {
    return this.logs.bringing([dedupKey, dedupKey.replace(/@\d+$/, '')], job);
  }

  /** With their bodies, the oldest first, after `afterId`. */
  matching(chosen: ChosenLogs, limit: number, afterId: string | null = null): Promise<WebhookLogDocument[]> {
    return this.logs.matching(chosen, limit, afterId);
  }

  count(chosen: ChosenLogs): Promise<number> {
    return this.logs.count(chosen);
  }

  /** When a delivery reached this installation last; null when none is kept. */
  newestAt(): Promise<Date | null> {
    return this.logs.newestAt();
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
