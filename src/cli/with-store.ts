import type { AppServices } from './services/app.services.js';
import type { QueueServices } from './services/queue.services.js';

/*
 * Commands run against the database of the configuration. The embedded store is shared with a running server, or
 * started for the time of the command. The application is loaded only here: `--help` and wrong options need none of it.
 */

/** Runs a command on the stored queue. */
export async function withQueue<T>(run: (services: QueueServices) => Promise<T>): Promise<T> {
  const { QueueServices } = await import('./services/queue.services.js');
  return closing(await QueueServices.open(), run);
}

/**
 * Runs a command on the whole application, in which nothing works by itself.
 *
 * @param access `write` makes the indexes first
 */
export async function withApplication<T>(
  access: 'read' | 'write',
  run: (services: AppServices) => Promise<T>,
): Promise<T> {
  const { AppServices } = await import('./services/app.services.js');
  return closing(await AppServices.open(access), run);
}

async function closing<S extends { close(): Promise<void> }, T>(
  services: S,
  run: (services: S) => Promise<T>,
): Promise<T> {
  try {
    return await run(services);
  } finally {
    await services.close();
  }
}
