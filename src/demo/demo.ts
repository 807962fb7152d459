import { mkdtemp, rm } from 'node:fs/promises';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { Command, InvalidArgumentError } from 'commander';
import { isPerfect, resultTable } from './demo-report.js';
import { DemoRun, type DemoOptions } from './demo-run.js';

interface Options extends Omit<DemoOptions, 'dir'> {
  json?: boolean;
}

const AFTERWARDS = `
Start the server:   npm start
then open:          http://127.0.0.1:3000 (the dashboard; it prints the token)
and try:            npm run send-webhook
`;

const program = new Command('demo')
  .description('Runs the main job at full size: signed webhooks in over HTTP, one automated reply each out.')
  .option('--events <n>', 'how many events', count, 25_000)
  .option('--accounts <n>', 'over how many Instagram accounts', count, 100)
  .option('--connections <n>', 'posts at a time', count, 50)
  .option('--latency-ms <n>', 'how long the stand-in for Instagram takes to answer', milliseconds, 0)
  .option('--mongodb-uri <uri>', 'an empty database to use in place of the embedded store')
  .option('--cpu-prof <dir>', 'write CPU profiles of the server into this folder')
  .option('--json', 'print one JSON object')
  .action(demo);

await program.parseAsync();

async function demo({ json, ...options }: Options): Promise<void> {
  const say = (text: string) => json || process.stdout.write(`${text}\n`);
  const dir = await mkdtemp(join(tmpdir(), 'chatautodm-demo-'));
  const run = new DemoRun({ ...options, dir, quiet: json ?? false });
  const interrupted = () => void run.stop().then(() => process.exit(130));
  process.once('SIGINT', interrupted).once('SIGTERM', interrupted);
  say(`${options.events} events over ${options.accounts} accounts, ${options.connections} posts at a time`);
  say(`Node ${process.version}, ${cpus().length} × ${cpus()[0]?.model.trim() ?? 'unknown processor'}`);
  try {
    const result = await run.run(say);
    const perfect = isPerfect(result);
    process.stdout.write(json ? `${JSON.stringify(result)}\n` : `${resultTable(result)}\n`);
    say(
      perfect
        ? 'Every event was answered exactly once.'
        : `NOT every event was answered exactly once: see ${dir}`,
    );
    say(AFTERWARDS);
    await run.stop();
    if (perfect) await rm(dir, { recursive: true, force: true });
    else process.exitCode = 1;
  } finally {
    await run.stop();
  }
}

function count(value: string): number {
  const number = Number(value);
  if (!Number.isSafeInteger(number) || number < 1)
    throw new InvalidArgumentError('must be a whole number from 1.');
  return number;
}

function milliseconds(value: string): number {
  const number = Number(value);
  if (!(number >= 0)) throw new InvalidArgumentError('must be a number of ms, 0 or more.');
  return number;
}
