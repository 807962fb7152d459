import type { Command } from 'commander';
import { audited } from './audited.js';
import { minutes } from './option-parsers.js';
import { plural, print, printJson } from './output.js';
import type { QueueServices } from './services/queue.services.js';
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
    .action(async ({ json, olderThan }: Options, command: Command) => {
      const reset = await withQueue((services) =>
        audited(command, services, () => resetAll(services, olderThan * MINUTE_MS)),
      );
      if (json) printJson({ reset });
      else print(`${plural(reset, 'job was', 'jobs were')} put back to pending.`);
    });
}

async function resetAll({ clock, claims, totals }: QueueServices, olderThanMs: number): Promise<number> {
  const now = clock.date();
  const count = await claims.resetStuck(new Date(now.getTime() - olderThanMs), now);
  await totals.moved('processing', 'pending', count);
  return count;
}
