/* oxlint-disable no-console -- a report for a person */
import { setTimeout as sleep } from 'node:timers/promises';
import { Command } from 'commander';
import { queueStats } from '../dist/demo/demo-api.js';
import { connectAccounts, startServer } from './end-to-end/contestants.mjs';
import { run, startGraph } from './end-to-end/measure.mjs';
import { count } from './end-to-end/options.mjs';
import { ask, message, Processes } from './end-to-end/processes.mjs';
import { check, checksTable, machine, roundsTable, table, writeReport } from './end-to-end/report.mjs';

/*
 * What slow clients cost: `npm run bench:slow-clients`. Webhooks at a steady rate, first alone and then beside some
 * thousand connections that trickle headers or bodies, or say nothing. How long an acknowledgement takes counts from the moment at
 * which its webhook was due, so that a server that stalls is not spared those that it kept waiting.
 */

const P99_TARGET_MS = 50;
/** To the longest of the limits, `requestTimeout`, and some more. */
const LEAST_SECONDS = 70;
const CONNECTIONS = 50;
const ACCOUNTS = 100;
const LATENCY_MS = 0;
const WARM_UP = 2000;

const { slow, rate, seconds, json } = new Command('bench:slow-clients')
  .description('Measures acknowledgements beside slow clients.')
  .option('--slow <n>', 'how many slow connections at any time', count, 5000)
  .option('--rate <n>', 'webhooks a second', count, 200)
  .option(
    '--seconds <n>',
    `how long beside the slow ones; from ${LEAST_SECONDS} on all sorts are cut off`,
    count,
    120,
  )
  .option('--json [file]', 'write the figures as JSON: to this file, or else to the output alone')
  .parse()
  .opts();
const say = (text) => json === true || console.log(text);
const about = machine();
say(`${about.cpus}, Node ${about.node}, ${about.date}, load ${about.loadAverage.toFixed(2)}`);

const load = { latencyMs: LATENCY_MS, accounts: ACCOUNTS, connections: CONNECTIONS, rate };

async function measureAll(processes) {
  const graph = await startGraph(processes, load);
  const server = await startServer(processes, { graphUrl: graph.url });
  await connectAccounts(server.url, ACCOUNTS);
  const measured = (contestant, events, warmUp) =>
    run(processes, server, graph.process, { ...load, events, warmUp }).then((figures) => {
      const result = { contestant, latencyMs: LATENCY_MS, events, ...figures };
      say(roundsTable([result]));
      return result;
    });
  const alone = await measured('alone', (rate * seconds) / 4, WARM_UP);
  const client = processes.start('slow-clients.mjs', { args: [server.url, slow] });
  await message(client, 'connected');
  const beside = await measured('beside slow', rate * seconds, 0);
  const { figures: clients } = await ask(client, { type: 'report' }, 'report');
  const posted = alone.events + beside.events + WARM_UP;
  return { alone, beside, clients, stored: await jobsStored(server.url, posted), posted };
}

/** Once all are counted, or after a while: the server adds to its totals once a second. */
async function jobsStored(url, wanted) {
  for (let tries = 1; ; tries += 1) {
    const { pending, retrying, processing, completed, dead } = await queueStats(url);
    const stored = pending + retrying + processing + completed + dead;
    if (stored >= wanted || tries === 20) return stored;
    await sleep(500);
  }
}

function slowTable(clients) {
  const titles = ['sort', 'opened', 'cut off', 'with 408', 'open', 'longest s'];
  const rows = Object.entries(clients).map(([sort, { opened, cutOff, answered408, open, longestMs }]) =>
    [sort, opened, cutOff, answered408, open, (longestMs / 1000).toFixed(1)].map(String),
  );
  return table([titles, ...rows]);
}

function verdictOf({ alone, beside, clients, stored, posted }) {
  const sorts = Object.values(clients);
  const open = sorts.reduce((sum, each) => sum + each.open, 0);
  const [lost, twice] = [alone.lost + beside.lost, alone.duplicates + beside.duplicates];
  const checks = [
    check(
      'ack p99 beside slow ones, ms',
      beside.ackP99Ms,
      `< ${P99_TARGET_MS}`,
      beside.ackP99Ms < P99_TARGET_MS,
    ),
    check('slow ones open at the end', open, `>= ${0.95 * slow}`, open >= 0.95 * slow),
    check('jobs stored', stored, String(posted), stored === posted),
    check('refused', beside.refused, '0', beside.refused === 0),
    check('lost', lost, '0', lost === 0),
    check('sent twice', twice, '0', twice === 0),
  ];
  if (seconds >= LEAST_SECONDS) {
    const cut = sorts.filter(({ cutOff }) => cutOff > 0).length;
    checks.push(check('sorts that were cut off', cut, String(sorts.length), cut === sorts.length));
  }
  return { latencyMs: LATENCY_MS, checks };
}

const processes = new Processes();
try {
  const result = await measureAll(processes);
  const verdict = verdictOf(result);
  say(`\n${slowTable(result.clients)}\n\n${checksTable([verdict])}`);
  writeReport(json, { machine: about, options: { slow, rate, seconds }, ...result, verdict });
  if (verdict.checks.some(({ met }) => !met)) process.exitCode = 1;
} finally {
  await processes.stop();
  processes.removeFiles();
}
