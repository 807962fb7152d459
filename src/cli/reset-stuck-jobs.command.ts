import { InvalidArgumentError, type Command } from 'commander';
import { Clock } from '../database/clock.js';
import { JobClaimRepository } from '../queue/job-claim.repository.js';
import { QueueTotalsRepository } from '../queue/queue-totals.repository.js';
import { withStore } from './with-store.js';

const MINUTE_MS = 60_000;

interface Options {
  json?: boolean;
  olderThan: number;
}

export function resetStuckJobs(program: Command): void {
  program
    .command('reset-stuck-jobs')
    .description(
      'Put jobs that have been running for too long back to pending. A run that goes on all the same can change nothing, but may still send.',
    )
    .option('--older-than <minutes>', 'how long a job must have been running', minutes, 5)
    .option('--json', 'print one JSON object')
    .action(async ({ json, olderThan }: Options) => {
      const reset = await withStore(async (context) => {
        const now = context.get(Clock).date();
        const claimedBefore = new Date(now.getTime() - olderThan * MINUTE_MS);
        const count = await context.get(JobClaimRepository).resetStuck(claimedBefore, now);
        await context.get(QueueTotalsRepository).moved('processing', 'pending', count);
        return count;
      });
      process.stdout.write(
        json
          ? `${JSON.stringify({ reset })}\n`
          : `${reset} ${reset === 1 ? 'job was' : 'jobs were'} put back to pending.\n`,
      );
    });
}

function minutes(value: string): number {
  const number = Number(value);
  if (!(number >= 0)) throw new InvalidArgumentError('must be a number of minutes, 0 or more.');
  return number;
}
