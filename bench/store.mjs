/* oxlint-disable no-console -- a report for a person */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Command } from 'commander';
import { count } from './end-to-end/options.mjs';
import { machine } from './end-to-end/report.mjs';
import { measureCommands } from './store/commands.mjs';
import { measureOperations } from './store/operations.mjs';
import { measureScale } from './store/scale.mjs';
import { StoreProcess } from './store/store-process.mjs';

/* The figures of docs/store-performance.md, as Markdown tables: `npm run bench:store -- --help`. */

const { rounds, documents, commands } = new Command('bench:store')
  .description('Times the embedded store, or the server that MONGODB_URI names, with the jobs of this app.')
  .option('--rounds <n>', 'how often each operation is timed; the median counts', count, 3)
  .option('--documents <n>', 'instead: what claims and figures cost with 10,000 jobs and with so many', count)
  .option('--commands', 'instead: what the commands cost the store by themselves, without socket and driver')
  .parse()
  .opts();

const whole = (value) => (value === undefined ? '' : Math.round(value).toLocaleString('en'));
const fixed = (value, digits) => (Number.isFinite(value) ? value.toFixed(digits) : '');
const row = (cells) => console.log(`| ${cells.join(' | ')} |`);

function header(titles) {
  row(titles);
  row(titles.map(() => '---'));
}

async function withFolder(work) {
  const dataDir = mkdtempSync(join(tmpdir(), 'bench-'));
  try {
    await work(dataDir);
  } finally {
    rmSync(dataDir, { recursive: true, force: true });
  }
}

async function reportOperations(dataDir) {
  const external = process.env['MONGODB_URI'];
  const store = external ? undefined : await StoreProcess.start(dataDir);
  header(['operation', 'per second', 'target', 'LMDB alone', 'µs of the store each']);
  await measureOperations(
    external ?? store.uri,
    rounds,
    () => store?.cpuSeconds ?? Number.NaN,
    ({ name, perSecond, target, ceiling, storeMicros }) =>
      row([name, whole(perSecond), whole(target), whole(ceiling), fixed(storeMicros, 1)]),
  );
  await store?.stop();
}

async function reportScale(dataDir) {
  const rows = await measureScale(dataDir, documents, (text) => console.error(text));
  const titles = rows.map((each) => `${whole(each.documents)} jobs`);
  header(['', ...titles]);
  const line = (name, of, digits) => row([name, ...rows.map((each) => fixed(of(each), digits))]);
  line('claim of 100 and giving back, ms', (each) => each.claim.ms, 2);
  line('… processor time of the store, ms', (each) => each.claim.cpuMs, 2);
  line('the oldest due job (figures on request), ms', (each) => each.stats.ms, 2);
  line('… processor time of the store, ms', (each) => each.stats.cpuMs, 2);
  line('counting all jobs by state (in the background), ms', (each) => each.countsMs, 0);
  line('own memory of the process, MB', (each) => each.memoryMb, 0);
  line('start-up to the first answer, ms', (each) => each.startMs, 0);
  line('file, MB', (each) => each.fileMb, 0);
}

async function reportCommands(dataDir) {
  header(['command', 'µs of processor time each']);
  for (const { name, micros } of await measureCommands(dataDir, rounds)) row([name, fixed(micros, 1)]);
}

const { cpus, node, date, loadAverage } = machine();
console.log(`${cpus}, Node ${node}, ${date}, load ${loadAverage.toFixed(2)}\n`);
await withFolder(commands ? reportCommands : documents === undefined ? reportOperations : reportScale);
