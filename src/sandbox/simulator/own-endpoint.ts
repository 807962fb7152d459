import type { AddressInfo } from 'node:net';
import { Injectable } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import { MetaConfig } from '../../config/app-config.js';
import { signBody } from '../../instagram/webhook-signature.js';
import { WEBHOOK_PATH } from '../../webhooks/webhook-path.js';

const TIMEOUT_MS = 10_000;
/** An address to listen on that is none to connect to. */
const EVERYWHERE: Record<string, string> = { '0.0.0.0': '127.0.0.1', '::': '::1' };

export interface EndpointAnswer {
  status: number;
  /** From the request to the whole answer. */
  ms: number;
}

/** Posts signed webhooks to this server's own endpoint, over HTTP, as Instagram would. */
@Injectable()
export class OwnEndpoint {
  constructor(
    private readonly config: MetaConfig,
    private readonly host: HttpAdapterHost,
  ) {}

  async post(body: string): Promise<EndpointAnswer> {
    const began = performance.now();
    const response = await fetch(`${this.url()}${WEBHOOK_PATH}`, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        'user-agent': 'facebookexternalua',
        'x-hub-signature-256': signBody(body, this.config.appSecrets[0]!),
      },
      body,
      signal: AbortSignal.timeout(TIMEOUT_MS),
    });
    await response.arrayBuffer();
    return { status: response.status, ms: Math.round((performance.now() - began) * 10) / 10 };
  }

  private url(): string {
    const { address, family, port } = this.host.httpAdapter.getHttpServer().address() as AddressInfo;
    const reachable = EVERYWHERE[address] ?? address;
    return `http://${family === 'IPv6' ? `[${reachable}]` : reachable}:${port}`;
  }
}
