import type { Percentiles } from '../queue/duration-histogram.js';
import type { QueueFigures } from '../queue/queue-stats.service.js';
import type { StuckGroups } from '../queue/stuck-group.repository.js';
import { keyValueTable } from './key-value-table.js';
import { formatDuration, formatNumber as number, printable } from './output.js';
import type { QueueServices } from './services/queue.services.js';

/** Beside a server its figures; without one, the jobs are counted first. */
export async function readFigures({ reconciler, stats }: QueueServices): Promise<QueueFigures> {
  await reconciler.recountIfStale();
  return stats.figures();
}

const age = (ms: number | null) => (ms === null ? 'nothing due' : formatDuration(ms));

const durations = ({ p50, p95, p99 }: Percentiles) =>
  p50 === null ? 'none lately' : `${[p50, p95, p99].map((ms) => number(ms ?? 0)).join(' / ')} ms`;

export function queueTable(figures: QueueFigures): string {
  return keyValueTable([
    ['pending', number(figures.pending)],
    ['processing', number(figures.processing)],
    ['retrying', number(figures.retrying)],
    ['completed', number(figures.completed)],
    ['dead', number(figures.dead)],
    ['completed in the last minute', number(figures.completedLastMinute)],
    ['completed in the last hour', number(figures.completedLastHour)],
    ['duplicates recognised', number(figures.duplicates)],
    ['deferred by the rate limit', number(figures.deferred)],
    ['rescued from lost processes', number(figures.rescued)],
    ['ends after a lost lease', number(figures.leasesLost)],
    ['wait p50 / p95 / p99', durations(figures.waitMs)],
    ['run p50 / p95 / p99', durations(figures.runMs)],
    ['oldest due job waits for', age(figures.oldestPendingAgeMs)],
  ]);
}

/** Nothing when no group is stuck. The message of an error is left out: it may quote what a person wrote. */
export function stuckGroupLines({ groups, total, complete }: StuckGroups): string {
  if (groups.length === 0) return '';
  const count = `${complete ? '' : 'at least '}${number(total)}`;
  const lines = groups.map(
    ({ groupKey, since, head, waiting }) =>
      `  ${printable(groupKey)}: ${number(waiting)} behind ${head.kind} ${head.id}, ${head.status}, first since ` +
      `${since.toISOString()}${head.lastError ? `, last error ${head.lastError.code}` : ''}`,
  );
  return `Stuck groups: ${count}\n${lines.join('\n')}\n`;
}

/** One line, for terminals that can't be redrawn and for logs. */
export function queueLine(figures: QueueFigures): string {
  const { pending, processing, retrying, completed, dead, completedLastMinute, oldestPendingAgeMs } = figures;
  const counts = { pending, processing, retrying, completed, dead, 'per minute': completedLastMinute };
  const text = Object.entries(counts).map(([name, value]) => `${name} ${number(value)}`);
  return `${new Date().toISOString()}  ${text.join('  ')}  oldest ${age(oldestPendingAgeMs)}`;
}
