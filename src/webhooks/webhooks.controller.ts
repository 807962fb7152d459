import { timingSafeEqual } from 'node:crypto';
import { Controller, Get, Header, HttpCode, Post, Query, Req, UseGuards } from '@nestjs/common';
import { MetaConfig } from '../config/app-config.js';
import { ForbiddenError } from '../http/http.errors.js';
import { IngestionService } from './ingestion.service.js';
import { SignatureGuard, type SignedRequest } from './signature.guard.js';

@Controller('api/webhooks/instagram')
export class WebhooksController {
  constructor(
    private readonly config: MetaConfig,
    private readonly ingestion: IngestionService,
  ) {}

  /** Meta asks once, when the webhook is entered in the app dashboard, whether this server expects it. */
  @Get()
  @Header('Content-Type', 'text/plain')
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

  /** Answers only when everything in the delivery is on disk. */
  @Post()
  @HttpCode(200)
  @Header('Content-Type', 'text/plain')
  @UseGuards(SignatureGuard)
  async receive(@Req() request: SignedRequest): Promise<string> {
    await this.ingestion.receive(request.body ?? Buffer.alloc(0), request.signedBy);
    return 'EVENT_RECEIVED';
  }
}

function isEqual(given: unknown, expected: string): boolean {
  if (typeof given !== 'string' || expected === '') return false;
  const [left, right] = [Buffer.from(given), Buffer.from(expected)];
  return left.length === right.length && timingSafeEqual(left, right);
}
