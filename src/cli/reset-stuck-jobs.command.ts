import type { Command } from 'commander';
import { minutes } from './option-parsers.js';
import { plural, print, printJson } from './output.js';
import { withQueue } from './with-store.js';

const MINUTE_MS = 60_000;

interface Options {
  json?: boolean;
  olderThan: number;
}

const MORE = `
A job whose process is gone needs no reset: its lease runs out and it is handed out again. This is for a handler that
hangs while its process lives. The reset takes its claim away: whatever it still does changes nothing in the queue, and
its signal is aborted at the next heartbeat (a third of QUEUE_LEASE_MS). The job may run again before that; what the
hanging run has sent is not sent again, and a send that is under way at that moment is first looked up at Instagram.`;

export function resetStuckJobs(program: Command): void {
  program
    .command('reset-stuck-jobs')
    .description('Put jobs that have been running for too long back to pending, with one update.')
    .addHelpText('after', MORE)
    .option('--older-than <minutes>', 'how long a job must have been running', minutes, 5)
    .option('--json', 'print one JSON object')
    .action(async ({ json, olderThan }: Options) => {
      const reset = await withQueue(async ({ clock, claims, totals }) => {
        const now = clock.date();
        const count = await claims.resetStuck(new Date(now.getTime() - olderThan * MINUTE_MS), now);
        await totals.moved('processing', 'pending', count);
        return count;
      });
      if (json) printJson({ reset });
      else print(`${plural(reset, 'job was', 'jobs were')} put back to pending.`);
    });
}
