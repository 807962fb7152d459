import type { RequestListener, Server, ServerResponse } from 'node:http';
import type { DynamicModule, INestApplicationContext, LoggerService } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import type { NestExpressApplication } from '@nestjs/platform-express';
import { AdminAccess } from './access/admin-access.js';
import { AppModule } from './app.module.js';
import type { AppConfig } from './config/app-config.js';
import { DASHBOARD_FOLDER, dashboardRoutes } from './dashboard/dashboard.routes.js';
import { useBodyParsers } from './http/body-parsers.js';
import { LimitedExpressAdapter } from './http/limited-express.adapter.js';
import { securityHeaders } from './http/security-headers.js';
import { UnusedConnections } from './http/unused-connections.js';
import { DeliveryEndpoint } from './webhooks/delivery.endpoint.js';

export interface RunningServer {
  app: NestExpressApplication;
  /** Where it listens, for example `http://127.0.0.1:3000`. */
  url: string;
  /** Stops claiming, lets handlers finish, answers what is being answered, closes. */
  close(): Promise<void>;
}

const CLOSE_IDLE_EVERY_MS = 50;

/**
 * Starts everything and listens; resolves when requests are taken.
 *
 * @param prepare what must be done before the first request
 * @param modules beside those that every server has
 */
export async function startServer(
  config: AppConfig,
  logger: LoggerService | false,
  prepare?: (app: INestApplicationContext) => Promise<void>,
  modules: DynamicModule[] = [],
): Promise<RunningServer> {
  const app = await NestFactory.create<NestExpressApplication>(
    AppModule.forRoot(config, modules),
    new LimitedExpressAdapter(),
    {
      logger,
      bodyParser: false,
      abortOnError: false,
    },
  );
  app.disable('x-powered-by');
  app.disable('etag');
  app.set('trust proxy', [...config.server.trustedProxies]);
  app.use(securityHeaders(config.server.production));
  app.use(dashboardRoutes(DASHBOARD_FOLDER, config.server.sandbox ? 'sandbox' : 'live'));
  useBodyParsers(app, app.get(AdminAccess, { strict: false }).admit);
  const unused = new UnusedConnections(app.getHttpServer() as Server);
  try {
    await app.init();
    await prepare?.(app);
    putBefore(app.getHttpServer() as Server, app.get(DeliveryEndpoint, { strict: false }));
    await app.listen(config.server.port, config.server.host);
  } catch (error) {
    // The queue may be at work already: its jobs go back in good order.
    await app.close();
    throw error;
  }
  return { app, url: await app.getUrl(), close: () => close(app, unused, config.queue.shutdownTimeoutMs) };
}

/** Deliveries don't go through the framework. */
function putBefore(server: Server, deliveries: DeliveryEndpoint): void {
  const [framework] = server.listeners('request') as RequestListener[];
  server.removeAllListeners('request');
  server.on('request', (request, response) => {
    if (deliveries.takes(request)) deliveries.handle(request, response);
    else framework!(request, response);
  });
}

/** Requests under way are answered; connections that wait for a next one are cut, and in the end the slow ones too. */
async function close(
  app: NestExpressApplication,
  unused: UnusedConnections,
  timeoutMs: number,
): Promise<void> {
  const server = app.getHttpServer() as Server;
  // Told so, nobody sends a next request on a connection that is about to be cut.
  server.prependListener('request', (_request, response: ServerResponse) => {
    response.shouldKeepAlive = false;
  });
  const idle = setInterval(() => {
    server.closeIdleConnections();
    unused.close();
  }, CLOSE_IDLE_EVERY_MS);
  const late = setTimeout(() => server.closeAllConnections(), timeoutMs * 2);
  try {
    await app.close();
  } finally {
    clearInterval(idle);
    clearTimeout(late);
  }
}
