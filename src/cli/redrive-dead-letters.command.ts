import { userInfo } from 'node:os';
import cliProgress from 'cli-progress';
import { InvalidArgumentError, type Command } from 'commander';
import { DeadLettersService } from '../queue/dead-letters/dead-letters.service.js';
import type { DeadLetterFilter } from '../queue/dead-letters/dead-letter.repository.js';
import { withStore } from './with-store.js';

interface Options {
  kind?: string;
  account?: string;
  conversation?: string;
  from?: Date;
  to?: Date;
  error?: string;
  rate?: number;
  limit: number;
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
    .option('--limit <n>', 'at most so many', positive, Infinity)
    .option('--dry-run', 'only count them')
    .option('--json', 'print one JSON object')
    .action(redrive);
}

async function redrive(options: Options): Promise<void> {
  const { dryRun = false, json, rate, limit } = options;
  const filter = filterOf(options);
  const answer = await withStore(async (context) => {
    const deadLetters = context.get(DeadLettersService);
    const matched = await deadLetters.count(filter);
    if (dryRun) return { dryRun, matched, redriven: 0 };
    const bar = new cliProgress.SingleBar({ format: '{bar} {value}/{total}', noTTYOutput: false });
    if (!json && process.stdout.isTTY) bar.start(Math.min(matched, limit), 0);
    const by = `command line: ${userInfo().username}`;
    const onProgress = (done: number) => bar.update(done);
    const { redriven } = await deadLetters.redrive(filter, {
      by,
      limit,
      onProgress,
      ...(rate !== undefined && { rate }),
    });
    bar.stop();
    return { dryRun, matched, redriven };
  });
  const text = dryRun
    ? `${jobs(answer.matched)} would be put back.\n`
    : `${jobs(answer.redriven)} put back to pending.\n`;
  process.stdout.write(json ? `${JSON.stringify(answer)}\n` : text);
}

const jobs = (count: number) => `${count} dead ${count === 1 ? 'job' : 'jobs'}`;

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

function time(value: string): Date {
  const date = new Date(value);
  if (Number.isNaN(date.getTime()))
    throw new InvalidArgumentError('must be a time like 2026-01-31T12:00:00Z.');
  return date;
}

function positive(value: string): number {
  const number = Number(value);
  if (!(number > 0)) throw new InvalidArgumentError('must be a number greater than 0.');
  return number;
}
