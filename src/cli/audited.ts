import { constants, hostname, userInfo } from 'node:os';
import type { Command } from 'commander';
import type { AuditedRun } from '../access/audit/audit-log.service.js';
import type { QueueServices } from './services/queue.services.js';

const SIGNALS = ['SIGINT', 'SIGTERM'] as const;

/** Who runs this command, as jobs and the audit log name them. */
export const userName = (): string => userInfo().username;

/**
 * Does what a command is for, and puts into the audit log what came of it: done, failed, or interrupted by a signal, which ends
 * the process. In the last two cases a part of it may be done.
 */
export async function audited<T>(
  command: Command,
  { auditLog }: Pick<QueueServices, 'auditLog'>,
  change: () => Promise<T>,
): Promise<T> {
  const record = (end: AuditedRun['end']) =>
    auditLog.recordRun({ ...describe(command), end }).catch((error: unknown) => {
      // What is done is done: it is told as such all the same.
      process.stderr.write(`The audit log has no entry of this: ${String(error)}\n`);
    });
  let interrupted = false;
  const interrupt = (signal: NodeJS.Signals) => {
    const code = 128 + constants.signals[signal];
    // A second one does not wait for a database that does not answer.
    if (interrupted) process.exit(code);
    interrupted = true;
    void record('interrupted').then(() => process.exit(code));
  };
  for (const signal of SIGNALS) process.on(signal, interrupt);
  try {
    const result = await change();
    await record('done');
    return result;
  } catch (error) {
    await record('failed');
    throw error;
  } finally {
    for (const signal of SIGNALS) process.off(signal, interrupt);
  }
}

const describe = (command: Command): Omit<AuditedRun, 'end'> => ({
  user: userName(),
  host: hostname(),
  command: command.name(),
  target: command.args.join(' ') || undefined,
  options: givenOptions(command),
});

/** Names only: values may be texts of people. */
const givenOptions = (command: Command): string[] =>
  command.options
    .filter((option) => command.getOptionValueSource(option.attributeName()) === 'cli')
    .map(({ long, flags }) => long ?? flags);
