import { createServer } from 'node:http';
import { ExpressAdapter } from '@nestjs/platform-express';
import { CHECK_CLIENTS_EVERY_MS, limitClients } from './server-limits.js';

/** Express as Nest knows it, on a server that does not let clients keep of it what they like. */
export class LimitedExpressAdapter extends ExpressAdapter {
  override initHttpServer(): void {
    const options = { connectionsCheckingInterval: CHECK_CLIENTS_EVERY_MS };
    this.httpServer = limitClients(createServer(options, this.getInstance()));
  }
}
