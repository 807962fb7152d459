import type { Command } from 'commander';
import type { DeadLetterFilter } from '../queue/dead-letters/dead-letter.repository.js';
import { audited, userName } from './audited.js';
import { positive, positiveWhole, time } from './option-parsers.js';
import { plural, print, printJson } from './output.js';
import { progressBar } from './progress.js';
import { withQueue } from './with-store.js';

interface Options {
  kind?: string;
  account?: string;
  conversation?: string;
  from?: Date;
  to?: Date;
  error?: string;
  rate?: number;
  limit?: number;
  dryRun?: boolean;
  json?: boolean;
}

export function redriveDeadLetters(program: Command): void {
  program
    .command('redrive-dead-letters')
    .description('Put dead jobs back to pending with a new set of attempts: all of them, or those that fit.')
    .option('--kind <kind>', 'only jobs of this kind')
    .option('--account <id>', 'only of this account')
    .option('--conversation <key>', 'only of this conversation')
    .option('--from <time>', 'only stored at this time or later, like 2026-01-31T12:00:00Z', time)
    .option('--to <time>', 'only stored before this time', time)
    .option('--error <text>', 'only with this error code, or this text in an error message')
    .option('--rate <n>', 'at most so many a second (default: all at once)', positive)
    .option('--limit <n>', 'at most so many', positiveWhole)
    .option('--dry-run', 'only count them')
    .option('--json', 'print one JSON object')
    .action((options: Options, command: Command) => redrive(options, command));
}

async function redrive(options: Options, command: Command): Promise<void> {
  const { dryRun = false, json, rate, limit = Infinity } = options;
  const filter = filterOf(options);
  const answer = await withQueue(async (services) => {
    const { deadLetters } = services;
    const matched = await deadLetters.count(filter);
    if (dryRun) return { dryRun, matched, redriven: 0 };
    const bar = progressBar('dead jobs', Math.min(matched, limit));
    const by = `command line: ${userName()}`;
    const onProgress = (done: number) => bar.update(done);
    const pace = rate !== undefined && { rate };
    const { redriven } = await audited(command, services, () =>
      deadLetters.redrive(filter, { by, limit, onProgress, ...pace }),
    ).finally(() => bar.stop());
    return { dryRun, matched, redriven };
  });
  if (json) printJson(answer);
  else if (dryRun) print(`${deadJobs(answer.matched)} would be put back.`);
  else print(`${deadJobs(answer.redriven)} put back to pending.`);
}

const deadJobs = (count: number) => plural(count, 'dead job');

function filterOf({ kind, account, conversation, from, to, error }: Options): DeadLetterFilter {
  return {
    ...(kind !== undefined && { kind }),
    ...(account !== undefined && { limitKey: account }),
    ...(conversation !== undefined && { groupKey: conversation }),
    ...(from && { from }),
    ...(to && { to }),
    ...(error !== undefined && { error }),
  };
}
