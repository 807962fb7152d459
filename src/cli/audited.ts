import { hostname, userInfo } from 'node:os';
import type { Command } from 'commander';
import type { QueueServices } from './services/queue.services.js';

/** Who runs this command, as jobs and the audit log name them. */
export const userName = (): string => userInfo().username;

/** Does what a command is for, and puts into the audit log that it was done, or was begun and failed. */
export async function audited<T>(
  command: Command,
  { auditLog }: Pick<QueueServices, 'auditLog'>,
  change: () => Promise<T>,
): Promise<T> {
  const record = (failed: boolean) =>
    auditLog
      .recordRun({
        user: userName(),
        host: hostname(),
        command: command.name(),
        target: command.args.join(' ') || undefined,
        options: givenOptions(command),
        failed,
      })
      // What is done is done: it is told as such all the same.
      .catch((error: unknown) => {
        process.stderr.write(`The audit log has no entry of this: ${String(error)}\n`);
      });
  const result = await change().catch(async (error: unknown) => {
    await record(true);
    throw error;
  });
  await record(false);
  return result;
}

/** Names only: values may be texts of people. */
const givenOptions = (command: Command): string[] =>
  command.options
    .filter((option) => command.getOptionValueSource(option.attributeName()) === 'cli')
    .map(({ long, flags }) => long ?? flags);
