import type { IncomingMessage, ServerResponse } from 'node:http';
import { Injectable, Logger } from '@nestjs/common';
import { MetaConfig } from '../config/app-config.js';
import { errorAnswer } from '../http/error-answer.js';
import { readBody } from '../http/request-body.js';
import { verifySignature } from '../instagram/webhook-signature.js';
import { Telemetry } from '../telemetry/telemetry.js';
import { DeliveryFigures } from './delivery.figures.js';
import { IngestionService } from './ingestion.service.js';
import { SignatureError } from './webhooks.errors.js';
import { WEBHOOK_PATH } from './webhook-path.js';

const OTHER_SPELLINGS = new RegExp(`^${WEBHOOK_PATH}/?(?:[?#]|$)`, 'i');
const RECEIVED = 'EVENT_RECEIVED';
const RECEIVED_HEADERS = { 'Content-Type': 'text/plain; charset=utf-8', 'Content-Length': RECEIVED.length };

/**
 * Takes Instagram's deliveries straight from Node's HTTP server. It is the one route with thousands of requests a second,
 * and Express with Nest's pipeline would cost each of them more than the check of its signature, its parsing and its share
 * of the database together (see docs/performance.md); nothing of theirs is needed here.
 */
@Injectable()
export class DeliveryEndpoint {
  private readonly logger = new Logger('Webhooks');

  constructor(
    private readonly config: MetaConfig,
    private readonly ingestion: IngestionService,
    private readonly figures: DeliveryFigures,
    private readonly telemetry: Telemetry,
  ) {}

  /** Whether the request is a delivery, spelled in any way that Express would route to the same place. */
  takes({ method, url }: IncomingMessage): boolean {
    return method === 'POST' && (url === WEBHOOK_PATH || (url !== undefined && OTHER_SPELLINGS.test(url)));
  }

  /** Answers only when everything in the delivery is on disk. */
  handle(request: IncomingMessage, response: ServerResponse): void {
    const startedAt = performance.now();
    const { spans } = this.telemetry;
    const received = spans
      ? spans.run('delivery', { kind: 'SERVER', parent: null }, () => this.receive(request))
      : this.receive(request);
    received.then(
      () => this.accept(response, startedAt),
      (error: unknown) => this.figures.refused(refuse(request, response, error)),
    );
  }

  private accept(response: ServerResponse, startedAt: number): void {
    response.writeHead(200, RECEIVED_HEADERS).end(RECEIVED);
    this.figures.accepted(performance.now() - startedAt);
  }

  private async receive(request: IncomingMessage): Promise<void> {
    const body = await readBody(request, this.config.maxBodyBytes);
    await this.ingestion.receive(body, this.signerOf(request, body));
  }

  /** Lets through only what one of the app secrets signed. No header, address or mode is exempt. */
  private signerOf(request: IncomingMessage, body: Buffer): number {
    const header = request.headers['x-hub-signature-256'];
    const given = Array.isArray(header) ? header[0] : header;
    const result = verifySignature(body, given, this.config.appSecrets);
    if (result.valid) return result.secretIndex;
    this.logger.warn({
      msg: 'refused a delivery',
      reason: result.reason,
      from: request.socket.remoteAddress,
    });
    throw new SignatureError(result.reason);
  }
}

/** Returns the status that it answers. */
function refuse(request: IncomingMessage, response: ServerResponse, error: unknown): number {
  const { body, headers } = errorAnswer(error);
  const json = JSON.stringify(body);
  // What is left of a body that was not read to its end can't be told from a next request.
  if (!request.complete) response.shouldKeepAlive = false;
  request.resume();
  response
    .writeHead(body.statusCode, {
      'Content-Type': 'application/json; charset=utf-8',
      'Content-Length': Buffer.byteLength(json),
      ...headers,
    })
    .end(json);
  return body.statusCode;
}
