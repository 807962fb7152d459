/* oxlint-disable no-console -- a report for a person */
import { setTimeout as sleep } from 'node:timers/promises';
import { Command } from 'commander';
import { connectAccounts, startServer } from './end-to-end/contestants.mjs';
import { run, startGraph } from './end-to-end/measure.mjs';
import { addLoadOptions, count } from './end-to-end/options.mjs';
import { Processes } from './end-to-end/processes.mjs';
import { check, checksTable, machine, medianRound, roundsTable, writeReport } from './end-to-end/report.mjs';
import { sampleQueueStats } from './end-to-end/stats-sampler.mjs';
import { fillStore } from './end-to-end/waiting-jobs.mjs';

/*
 * What a backlog costs: `npm run bench:backlog`. The same load as of `npm run bench` on an empty queue and on one with a
 * million waiting jobs, a tenth of them of one conversation that is stuck; and how long the queue's figures take then.
 */

const RATE_TARGET = 0.8;
const STATS_TARGET_MS = 20;
const REST_MS = 6000;

const { latencyMs, rounds, json, waiting, stuck, ...options } = addLoadOptions(new Command('bench:backlog'))
  .description('Measures the server with a backlog beside the same without one.')
  .option('--waiting <n>', 'jobs in the backlog', count, 1_000_000)
  .option('--stuck <n>', 'how many of them are of one conversation', count, 100_000)
  .parse()
  .opts();
const load = { ...options, latencyMs: latencyMs?.[0] ?? 0 };
const say = (text) => json === true || console.log(text);
const about = machine();
const results = [];

function duringLoad(url) {
  const stop = sampleQueueStats(url);
  return async () => ({ statsUnderLoad: await stop() });
}

/** One run of a server on the store in the folder of `processes`. */
async function measureOn(processes, contestant, isNew) {
  const graph = await startGraph(processes, load);
  const begun = performance.now();
  const server = await startServer(processes, {
    graphUrl: graph.url,
    heldElsewhere: isNew ? 0 : 1,
  });
  const startMs = performance.now() - begun;
  if (isNew) await connectAccounts(server.url, load.accounts);
  const figures = await run(processes, server, graph.process, { ...load, during: duringLoad });
  const stop = sampleQueueStats(server.url);
  await sleep(REST_MS);
  const statsAtRest = await stop();
  await processes.end(server.process);
  await processes.end(graph.process);
  const result = { contestant, latencyMs: load.latencyMs, startMs, ...figures, statsAtRest };
  results.push(result);
  say(roundsTable([result]));
  const { statsUnderLoad: busy } = figures;
  say(
    `start ${(startMs / 1000).toFixed(1)} s; queue-stats under load: median ${busy.p50Ms.toFixed(1)} ms, ` +
      `longest ${busy.maxMs.toFixed(1)} ms; at rest: median ${statsAtRest.p50Ms.toFixed(1)} ms, longest ${statsAtRest.maxMs.toFixed(1)} ms\n`,
  );
}

/** Starts a server once, for its indexes and accounts, and then puts the backlog beside them. */
async function prepareBacklog(processes) {
  const graph = await startGraph(processes, load);
  const server = await startServer(processes, { graphUrl: graph.url });
  await connectAccounts(server.url, load.accounts);
  await processes.end(server.process);
  await processes.end(graph.process);
  const begun = performance.now();
  await fillStore(processes, { waiting, stuck });
  say(`stored ${waiting} waiting jobs in ${((performance.now() - begun) / 1000).toFixed(0)} s\n`);
}

async function withProcesses(work) {
  const processes = new Processes();
  try {
    await work(processes);
  } finally {
    await processes.stop();
    processes.removeFiles();
  }
}

say(`${about.cpus}, Node ${about.node}, ${about.date}, load ${about.loadAverage.toFixed(2)}`);
await withProcesses(async (backlog) => {
  await prepareBacklog(backlog);
  for (let round = 0; round < rounds; round += 1) {
    await withProcesses((fresh) => measureOn(fresh, 'empty', true));
    await measureOn(backlog, 'backlog', false);
  }
});

const medianOf = (name) => medianRound(results.filter(({ contestant }) => contestant === name));
const [empty, full] = [medianOf('empty'), medianOf('backlog')];
const ratio = full.webhooksPerSecond / empty.webhooksPerSecond;
const { statsUnderLoad, statsAtRest } = full;
const checks = [
  check("rate, of the empty queue's", ratio, `>= ${RATE_TARGET}`, ratio >= RATE_TARGET),
  check(
    'queue-stats at rest, ms',
    statsAtRest.maxMs,
    `< ${STATS_TARGET_MS}`,
    statsAtRest.maxMs < STATS_TARGET_MS,
  ),
  check(
    'queue-stats under load, median ms',
    statsUnderLoad.p50Ms,
    `< ${STATS_TARGET_MS}`,
    statsUnderLoad.p50Ms < STATS_TARGET_MS,
  ),
  check('lost', full.lost, '0', full.lost === 0),
  check('duplicates', full.duplicates, '0', full.duplicates === 0),
];
const verdicts = [{ latencyMs: load.latencyMs, ratio, checks }];
say(`Medians of ${rounds}\n${roundsTable([empty, full])}\n\n${checksTable(verdicts)}`);
writeReport(json, { machine: about, options: { ...load, waiting, stuck }, rounds: results, verdicts });
if (results.some(({ lost, duplicates }) => lost + duplicates > 0)) process.exitCode = 1;
