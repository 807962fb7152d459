import type { Command } from 'commander';
import { Clock } from '../database/clock.js';
import { StuckGroupRepository } from '../queue/stuck-group.repository.js';
import { isHealthy, queueTable, readFigures, stuckGroupLines } from './queue-view.js';
import { withStore } from './with-store.js';

/** Longer than any backoff: what has kept its group waiting so long needs a look. */
const STUCK_AFTER_MS = 30 * 60_000;
const SHOWN_GROUPS = 10;

export function checkQueueStatus(program: Command): void {
  program
    .command('check-queue-status')
    .description('Show what the queue holds. Exit code 1 when due jobs have waited for over a minute.')
    .option('--json', 'print one JSON object')
    .action(async ({ json }: { json?: boolean }) => {
      const [figures, stuckGroups] = await withStore((context) => {
        const before = context.get(Clock).date(-STUCK_AFTER_MS);
        return Promise.all([
          readFigures(context),
          context.get(StuckGroupRepository).find({ before, limit: SHOWN_GROUPS }),
        ]);
      });
      const healthy = isHealthy(figures);
      const status = healthy ? 'healthy' : 'unhealthy';
      process.stdout.write(
        json
          ? `${JSON.stringify({ status, ...figures, stuckGroups })}\n`
          : `${queueTable(figures)}\n${stuckGroupLines(stuckGroups)}The queue is ${status}.\n`,
      );
      if (!healthy) process.exitCode = 1;
    });
}
