import { InvalidArgumentError } from 'commander';

/* The options that both benchmarks of the whole take. */
export const addLoadOptions = (command) =>
  command
    .option('--events <n>', 'how many messages', count, 25_000)
    .option('--warm-up <n>', 'how many before them that are not counted', amount, 2000)
    .option('--accounts <n>', 'over how many accounts', count, 100)
    .option('--connections <n>', 'posts at a time', count, 50)
    .option(
      '--graph-connections <n>',
      'calls at a time of the ceiling: the worker slots of the server',
      count,
      180,
    )
    .option(
      '--latency-ms <n>',
      'how long the stand-in takes to answer (repeatable; default: 0 and 100)',
      eachLatency,
    )
    .option('--rounds <n>', 'how often; the median counts', count, 3)
    .option('--json [file]', 'write the figures as JSON: to this file, or else to the output alone');

export const DEFAULT_LATENCIES_MS = [0, 100];

function eachLatency(value, earlier = []) {
  return [...earlier, amount(value)];
}

export function count(value) {
  if (amount(value) < 1) throw new InvalidArgumentError('must be 1 or more.');
  return Number(value);
}

function amount(value) {
  const number = Number(value);
  if (!Number.isSafeInteger(number) || number < 0)
    throw new InvalidArgumentError('must be a whole number, 0 or more.');
  return number;
}
