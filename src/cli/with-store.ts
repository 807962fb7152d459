import type { INestApplicationContext } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { readEnvironment } from '../config/read-environment.js';
import { CliModule } from './cli.module.js';

/**
 * Runs a command against the database of the configuration. The embedded store is shared with a running server, or
 * started for the time of the command.
 */
export async function withStore<T>(run: (context: INestApplicationContext) => Promise<T>): Promise<T> {
  const { config } = readEnvironment();
  const context = await NestFactory.createApplicationContext(CliModule.forRoot(config), {
    logger: ['error', 'fatal'],
    abortOnError: false,
  });
  try {
    return await run(context);
  } finally {
    await context.close();
  }
}
