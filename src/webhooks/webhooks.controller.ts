import { timingSafeEqual } from 'node:crypto';
import { Controller, Get, Header, Query } from '@nestjs/common';
import { MetaConfig } from '../config/app-config.js';
import { ForbiddenError } from '../http/http.errors.js';
import { WEBHOOK_PATH } from './webhook-path.js';
import { Documented } from '../http/api-docs/documented.decorator.js';

/** The deliveries themselves come in at {@link DeliveryEndpoint}. */
@Controller(WEBHOOK_PATH)
export class WebhooksController {
  constructor(private readonly config: MetaConfig) {}

  /** Meta asks once, when the webhook is entered in the app dashboard, whether this server expects it. */
  @Get()
  @Header('Content-Type', 'text/plain')
  @Documented({
    summary: "Meta's verification: the challenge, where the verify token is right",
    contentType: 'text/plain',
    errors: { 403: 'verification_failed' },
  })
  verify(@Query() query: Record<string, unknown>): string {
    const challenge = query['hub.challenge'];
    const expected =
      query['hub.mode'] === 'subscribe' && isEqual(query['hub.verify_token'], this.config.verifyToken);
    if (!expected || typeof challenge !== 'string') {
      throw new ForbiddenError(
        'verification_failed',
        'The mode, the verify token or the challenge is wrong.',
      );
    }
    return challenge;
  }
}

function isEqual(given: unknown, expected: string): boolean {
  if (typeof given !== 'string' || expected === '') return false;
  const [left, right] = [Buffer.from(given), Buffer.from(expected)];
  return left.length === right.length && timingSafeEqual(left, right);
}
