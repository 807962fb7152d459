import 'reflect-metadata';
import { Logger } from '@nestjs/common';
import { configSummary } from './config/config-summary.js';
import { ConfigError } from './config/config.errors.js';
import { readEnvironment } from './config/read-environment.js';
import { PinoLogger } from './monitoring/pino-logger.js';
import { seedDemoAccount } from './sandbox/demo-account.js';
import { SandboxMode } from './sandbox/sandbox-mode.js';
import { startServer } from './server.js';
import { onTermination } from './termination.js';

async function main(): Promise<void> {
  const { config, environment } = readEnvironment();
  const logger = new PinoLogger(config.server.logLevel, process.stdout.isTTY && !config.server.production);
  Logger.overrideLogger(logger);
  new Logger('Config').log({ msg: 'configuration', ...configSummary(config, environment) });
  if (config.server.production && config.database.uri === undefined) {
    new Logger('Config').warn({
      msg: 'MONGODB_URI is not set: using the embedded store, on this machine only',
    });
  }
  const sandbox = config.server.sandbox ? await SandboxMode.start(config) : undefined;
  const starting = startServer(
    sandbox?.config ?? config,
    logger,
    sandbox && seedDemoAccount,
    sandbox?.modules(),
  );
  const ending = onTermination(async () => {
    await (await starting.catch(() => undefined))?.close();
    await sandbox?.close();
  });
  const server = await starting;
  // What was told to end meanwhile is not there for anybody.
  if (ending.aborted) return;
  new Logger('Server').log({ msg: `listening on ${server.url}`, node: process.version, pid: process.pid });
  sandbox?.reportBackTo(server.url);
  sandbox?.welcome(server.url);
}

// Node would print the error itself, and an error of the database carries documents with message texts.
process.on('uncaughtException', (error) => {
  new Logger('Server').fatal({ msg: 'unexpected error, ending', error });
  process.exit(1);
});

main().catch((error: unknown) => {
  const message = error instanceof ConfigError || !(error instanceof Error) ? String(error) : error.stack;
  process.stderr.write(`${message}\n`);
  process.exit(1);
});
