import type { Command } from 'commander';
import { isHealthy, queueTable, readFigures } from './queue-view.js';
import { withStore } from './with-store.js';

export function checkQueueStatus(program: Command): void {
  program
    .command('check-queue-status')
    .description('Show what the queue holds. Exit code 1 when due jobs have waited for over a minute.')
    .option('--json', 'print one JSON object')
    .action(async ({ json }: { json?: boolean }) => {
      const figures = await withStore(readFigures);
      const healthy = isHealthy(figures);
      const status = healthy ? 'healthy' : 'unhealthy';
      process.stdout.write(
        json
          ? `${JSON.stringify({ status, ...figures })}\n`
          : `${queueTable(figures)}\nThe queue is ${status}.\n`,
      );
      if (!healthy) process.exitCode = 1;
    });
}
