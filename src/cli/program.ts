import { Command, CommanderError } from 'commander';
import { checkQueueStatus } from './check-queue-status.command.js';
import { doctor } from './doctor.command.js';
import { exportData } from './export.command.js';
import { importData } from './import.command.js';
import { redriveDeadLetters } from './redrive-dead-letters.command.js';
import { replayWebhooks } from './replay-webhooks.command.js';
import { resetStuckJobs } from './reset-stuck-jobs.command.js';
import { sendWebhook } from './send-webhook.command.js';
import { watchQueue } from './watch-queue.command.js';
import { ConfigError } from '../config/config.errors.js';

/** For what kept a command from doing its work; 1 says that it did, and that the answer is bad. */
export const FAILED = 2;

function makeProgram(): Command {
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
  return program;
}

/**
 * Runs one command. What comes of it is in `process.exitCode`, which stays unset when all is well.
 *
 * @param args behind the program's name
 */
export async function runCommand(args: readonly string[]): Promise<void> {
  try {
    await makeProgram().parseAsync(args, { from: 'user' });
  } catch (error) {
    if (error instanceof CommanderError) {
      // It has said what is wrong, or printed the help.
      process.exitCode = error.exitCode === 0 ? 0 : FAILED;
      return;
    }
    process.stderr.write(`${describe(error)}\n`);
    process.exitCode = FAILED;
  }
}

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
