import 'reflect-metadata';
import { Command, CommanderError } from 'commander';
import { checkQueueStatus } from './cli/check-queue-status.command.js';
import { doctor } from './cli/doctor.command.js';
import { exportData } from './cli/export.command.js';
import { importData } from './cli/import.command.js';
import { redriveDeadLetters } from './cli/redrive-dead-letters.command.js';
import { replayWebhooks } from './cli/replay-webhooks.command.js';
import { resetStuckJobs } from './cli/reset-stuck-jobs.command.js';
import { sendWebhook } from './cli/send-webhook.command.js';
import { watchQueue } from './cli/watch-queue.command.js';
import { ConfigError } from './config/config.errors.js';

/** For what kept a command from doing its work; 1 says that it did, and that the answer is bad. */
const FAILED = 2;

const program = new Command('chatautodm')
  .description('Looks after a ChatAutoDM installation, beside a running server or without one.')
  .addHelpText(
    'after',
    '\nExit codes: 0 all is well, 1 it is not (as each command says), 2 the command could not do its work.',
  )
  .showHelpAfterError()
  .exitOverride();

for (const register of [
  checkQueueStatus,
  watchQueue,
  resetStuckJobs,
  redriveDeadLetters,
  replayWebhooks,
  sendWebhook,
  exportData,
  importData,
  doctor,
]) {
  register(program);
}

program.parseAsync().catch((error: unknown) => {
  if (error instanceof CommanderError) {
    // It has said what is wrong, or printed the help.
    process.exitCode = error.exitCode === 0 ? 0 : FAILED;
    return;
  }
  process.stderr.write(`${describe(error)}\n`);
  process.exitCode = FAILED;
});

function describe(error: unknown): string {
  if (error instanceof ConfigError || !(error instanceof Error)) return String(error);
  // What is not valid in a file is named field by field, as by the admin API.
  const details = 'details' in error && Array.isArray(error.details) ? (error.details as Detail[]) : [];
  return [error.message, ...details.map(({ path, message }) => `  ${path} ${message}`)].join('\n');
}

interface Detail {
  path: string;
  message: string;
}
