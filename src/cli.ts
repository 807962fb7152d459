import 'reflect-metadata';
import { Command } from 'commander';
import { checkQueueStatus } from './cli/check-queue-status.command.js';
import { redriveDeadLetters } from './cli/redrive-dead-letters.command.js';
import { resetStuckJobs } from './cli/reset-stuck-jobs.command.js';
import { sendWebhook } from './cli/send-webhook.command.js';
import { watchQueue } from './cli/watch-queue.command.js';
import { ConfigError } from './config/config.errors.js';

const program = new Command('chatautodm')
  .description('Looks after a ChatAutoDM installation, beside a running server or without one.')
  .showHelpAfterError();

for (const register of [checkQueueStatus, watchQueue, resetStuckJobs, redriveDeadLetters, sendWebhook])
  register(program);

program.parseAsync().catch((error: unknown) => {
  const message = error instanceof ConfigError || !(error instanceof Error) ? String(error) : error.message;
  process.stderr.write(`${message}\n`);
  process.exitCode = 2;
});
