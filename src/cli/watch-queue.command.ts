import { setTimeout as sleep } from 'node:timers/promises';
import { InvalidArgumentError, type Command } from 'commander';
import type { QueueFigures } from '../queue/queue-stats.service.js';
import { queueLine, queueTable, readFigures } from './queue-view.js';
import { withStore } from './with-store.js';

interface Options {
  json?: boolean;
  interval: number;
  count?: number;
}

export function watchQueue(program: Command): void {
  program
    .command('watch-queue')
    .description('Show what the queue holds, again and again, until Ctrl+C.')
    .option('--interval <seconds>', 'time between two looks', positive, 1)
    .option('--count <n>', 'stop after so many looks', positive)
    .option('--json', 'print one JSON object a line')
    .action(watch);
}

async function watch({ json, interval, count }: Options): Promise<void> {
  const stop = new AbortController();
  process.once('SIGINT', () => stop.abort());
  process.once('SIGTERM', () => stop.abort());
  await withStore(async (context) => {
    for (let looks = 1; !stop.signal.aborted; looks += 1) {
      show(await readFigures(context), json ?? false);
      if (looks === count) return;
      await sleep(interval * 1000, undefined, { signal: stop.signal }).catch(() => {});
    }
  });
}

function show(figures: QueueFigures, json: boolean): void {
  if (json) {
    process.stdout.write(`${JSON.stringify({ at: new Date(), ...figures })}\n`);
  } else if (process.stdout.isTTY) {
    // Home, then clear below: the page is redrawn in place without flicker.
    process.stdout.write(
      `\u001B[H\u001B[J${queueTable(figures)}\n${new Date().toLocaleTimeString()}  Ctrl+C ends\n`,
    );
  } else {
    process.stdout.write(`${queueLine(figures)}\n`);
  }
}

function positive(value: string): number {
  const number = Number(value);
  if (!(number > 0)) throw new InvalidArgumentError('must be a number greater than 0.');
  return number;
}
