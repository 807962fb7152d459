import type { DynamicModule, INestApplicationContext } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';

/** @throws when the database can't be reached, among others */
export async function openContext(module: DynamicModule): Promise<INestApplicationContext> {
  try {
    // What goes wrong is thrown, and said once: the framework would print it with all that it knows of the connection.
    return await NestFactory.createApplicationContext(module, { logger: false, abortOnError: false });
  } catch (error) {
    if (!(error instanceof Error) || !error.name.endsWith('ServerSelectionError')) throw error;
    throw new Error(`The database can not be reached: ${error.message}`, { cause: error });
  }
}
