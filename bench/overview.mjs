/* oxlint-disable no-console -- a report for a person */
import { isDeepStrictEqual } from 'node:util';
import { Command } from 'commander';
import { queueStats } from '../dist/demo/demo-api.js';
import { connectAccounts, startServer } from './end-to-end/contestants.mjs';
import { sampleLists } from './end-to-end/list-sampler.mjs';
import { run, startGraph } from './end-to-end/measure.mjs';
import { count } from './end-to-end/options.mjs';
import { Processes } from './end-to-end/processes.mjs';
import { check, checksTable, machine, roundsTable, table, writeReport } from './end-to-end/report.mjs';
import { countJobs, fillPast, FIRST_PAST_ACCOUNT, PAST_ACCOUNTS } from './end-to-end/stored-past.mjs';
import { statesOf, StreamWatcher } from './end-to-end/stream-watcher.mjs';

/*
 * The dashboard beside a load: `npm run bench:overview`. A store with a million jobs, deliveries and messages and a thousand events a
 * second coming in; whether the overview's stream stays steady and right, and how long each list takes.
 */

const LIST_TARGET_MS = 100;
/** A message a second; with a longer gap than this an eye sees it stand still. */
const GAP_TARGET_MS = 2000;
const ROUNDS_AT_REST = 5;
const ACCOUNTS = 100;
const LATENCY_MS = 0;

const { stored, rate, seconds, connections, json } = new Command('bench:overview')
  .description('Measures the live figures and the lists of the dashboard beside a load, with a full store.')
  .option('--stored <n>', 'jobs, deliveries and messages in the store', count, 1_000_000)
  .option('--rate <n>', 'webhooks a second', count, 1000)
  .option('--seconds <n>', 'for how long', count, 60)
  .option('--connections <n>', 'posts at a time, at most', count, 100)
  .option('--json [file]', 'write the figures as JSON: to this file, or else to the output alone')
  .parse()
  .opts();
const say = (text) => json === true || console.log(text);
const about = machine();
say(`${about.cpus}, Node ${about.node}, ${about.date}, load ${about.loadAverage.toFixed(2)}`);
const load = {
  latencyMs: LATENCY_MS,
  accounts: ACCOUNTS,
  connections,
  rate,
  events: rate * seconds,
  warmUp: rate,
};

/** Starts a server once, for its indexes and accounts, and then puts the past beside them. */
async function prepare(processes, graphUrl) {
  const server = await startServer(processes, { graphUrl });
  await connectAccounts(server.url, ACCOUNTS);
  await connectAccounts(server.url, PAST_ACCOUNTS, FIRST_PAST_ACCOUNT);
  await processes.end(server.process);
  const begun = performance.now();
  await fillPast(processes, stored, (done) => {
    if (done % 100_000 === 0) say(`${done} of ${stored} stored`);
  });
  say(`in ${((performance.now() - begun) / 1000).toFixed(0)} s`);
}

async function measureAll(processes) {
  const graph = await startGraph(processes, load);
  await prepare(processes, graph.url);
  const server = await startServer(processes, { graphUrl: graph.url });
  const stream = await StreamWatcher.open(server.url);
  const atRest = await sampleLists(server.url, ROUNDS_AT_REST)();
  let first = 0;
  const during = () => {
    first = stream.messages.length;
    const stop = sampleLists(server.url);
    return async () => ({ lists: await stop(), stream: stream.figuresSince(first) });
  };
  const { lists: underLoad, ...figures } = await run(processes, server, graph.process, { ...load, during });
  const result = { contestant: 'with a past', latencyMs: LATENCY_MS, ...figures };
  say(roundsTable([result]));
  await stream.next();
  const told = statesOf((await stream.next()).data);
  const stats = statesOf(await queueStats(server.url));
  stream.close();
  await processes.end(server.process);
  return { result, atRest, underLoad, told, stats, counted: await countJobs(processes) };
}

function listsTable({ atRest, underLoad }) {
  const rows = atRest.map(({ path, p50Ms, maxMs }, index) => {
    const busy = underLoad[index];
    return [path, ...[p50Ms, maxMs, busy.p50Ms, busy.maxMs].map((ms) => ms.toFixed(1)), String(busy.samples)];
  });
  return table([['list', 'at rest', 'longest', 'under load', 'longest', 'samples'], ...rows]);
}

const slowest = (lists) => Math.max(...lists.map(({ p50Ms }) => p50Ms));
const under = (what, value, target) => check(what, value, `< ${target}`, value < target);
const none = (what, value) => check(what, value, '0', value === 0);

function verdictOf({ result, atRest, underLoad, told, stats, counted }) {
  const { stream } = result;
  const checks = [
    under('slowest list at rest, median ms', slowest(atRest), LIST_TARGET_MS),
    under('slowest list under load, median ms', slowest(underLoad), LIST_TARGET_MS),
    under('longest gap of the stream, ms', stream.gapMaxMs, GAP_TARGET_MS),
    none('messages without figures', stream.unavailable),
    // Completed ones may lag by a second, and by another one at the next look.
    under('longest step back of completed jobs', stream.stepBack, rate),
    none('stream unlike queue-stats', Number(!isDeepStrictEqual(told, stats))),
    none('stream unlike the count', Number(!isDeepStrictEqual(told, counted))),
    none('lost', result.lost),
    none('sent twice', result.duplicates),
  ];
  return { latencyMs: LATENCY_MS, checks };
}

const processes = new Processes();
try {
  const measured = await measureAll(processes);
  const verdict = verdictOf(measured);
  const { stream } = measured.result;
  say(`\n${listsTable(measured)}\n`);
  say(
    `stream: ${stream.messages} messages, gaps ${stream.gapMinMs.toFixed(0)} to ${stream.gapMaxMs.toFixed(0)} ms, median ${stream.gapP50Ms.toFixed(0)} ms; in ${stream.medianIn}/s`,
  );
  say(
    `told ${JSON.stringify(measured.told)}\ncounted ${JSON.stringify(measured.counted)}\n\n${checksTable([verdict])}`,
  );
  writeReport(json, { machine: about, options: { stored, ...load }, ...measured, verdict });
  if (verdict.checks.some(({ met }) => !met)) process.exitCode = 1;
} finally {
  await processes.stop();
  processes.removeFiles();
}
