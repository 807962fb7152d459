import type { Command } from 'commander';
import { notNegative } from './option-parsers.js';
import { formatDuration, formatNumber, print, printJson } from './output.js';
import { queueTable, readFigures, stuckGroupLines } from './queue-view.js';
import { withQueue } from './with-store.js';
import type { QueueFigures } from '../queue/queue-stats.service.js';

/** Longer than any backoff: what has kept its group waiting so long needs a look. */
const STUCK_AFTER_MS = 30 * 60_000;
const SHOWN_GROUPS = 10;

interface Thresholds {
  maxAge: number;
  maxPending?: number;
  maxRetrying?: number;
  maxDead?: number;
  maxStuck?: number;
}

interface Options extends Thresholds {
  quiet?: boolean;
  json?: boolean;
}

export function checkQueueStatus(program: Command): void {
  program
    .command('check-queue-status')
    .description('Show what the queue holds. Exit code 1 when it is unhealthy: a threshold is exceeded.')
    .option('--max-age <seconds>', 'how long the oldest due job may have waited', notNegative, 60)
    .option('--max-pending <n>', 'how many jobs may wait for their first run', notNegative)
    .option('--max-retrying <n>', 'how many jobs may wait for another run', notNegative)
    .option('--max-dead <n>', 'how many dead jobs there may be', notNegative)
    .option('--max-stuck <n>', 'how many conversations may have been stuck for half an hour', notNegative)
    .option('--quiet', 'print only what is wrong, as cron likes it')
    .option('--json', 'print one JSON object')
    .action(check);
}

async function check({ quiet, json, ...thresholds }: Options): Promise<void> {
  const { figures, pause, stuckGroups } = await withQueue(async (services) => {
    const before = services.clock.date(-STUCK_AFTER_MS);
    const [read, lastPause, stuck] = await Promise.all([
      readFigures(services),
      services.pauses.read(),
      services.stuckGroups.find({ before, limit: SHOWN_GROUPS }),
    ]);
    return { figures: read, pause: lastPause, stuckGroups: stuck };
  });
  const problems = problemsOf(figures, stuckGroups.total, thresholds);
  const healthy = problems.length === 0;
  const status = healthy ? 'healthy' : 'unhealthy';
  const paused = pause?.paused ?? false;
  if (json) {
    printJson({ status, problems, paused, ...figures, stuckGroups });
  } else {
    if (!quiet) print(`${queueTable(figures)}\n${stuckGroupLines(stuckGroups)}`.trimEnd());
    if (paused && (!quiet || !healthy)) {
      print(`Claiming is paused since ${pause!.at.toISOString()}, by ${pause!.by}.`);
    }
    if (!quiet || !healthy) print([`The queue is ${status}.`, ...problems].join('\n  '));
  }
  if (!healthy) process.exitCode = 1;
}

function problemsOf(figures: QueueFigures, stuck: number, thresholds: Thresholds): string[] {
  const { maxAge, maxPending, maxRetrying, maxDead, maxStuck } = thresholds;
  const ageMs = figures.oldestPendingAgeMs ?? 0;
  const counts = [
    ['jobs are pending', figures.pending, maxPending],
    ['jobs are retrying', figures.retrying, maxRetrying],
    ['jobs are dead', figures.dead, maxDead],
    ['conversations are stuck', stuck, maxStuck],
  ] as const;
  return [
    ...(ageMs > maxAge * 1000
      ? [`The oldest due job has waited for ${formatDuration(ageMs)}; ${maxAge} s are allowed.`]
      : []),
    ...counts.flatMap(([what, count, most]) =>
      most !== undefined && count > most
        ? [`${formatNumber(count)} ${what}; ${formatNumber(most)} are allowed.`]
        : [],
    ),
  ];
}
