import { setTimeout as sleep } from 'node:timers/promises';
import { connectAccounts, SECRETS, startBullmq, startCeiling, startServer } from './contestants.mjs';
import { cpuSeconds, OwnMemory, peakRssMb, threadCpuSeconds } from './process-usage.mjs';
import { ask, message, Processes } from './processes.mjs';

/** Without the last answers for so long, they are lost. */
const GIVE_UP_MS = 60_000;

const starters = {
  ours: startServer,
  ceiling: startCeiling,
  bullmq: startBullmq,
  'bullmq-disk': startBullmq,
  'bullmq-all': startBullmq,
};

/** One contestant, started afresh, through the whole load once. */
export async function measure(contestant, options) {
  const processes = new Processes();
  try {
    const graph = await startGraph(processes, options);
    const started = await starters[contestant](processes, { ...options, contestant, graphUrl: graph.url });
    if (contestant === 'ours') await connectAccounts(started.url, options.accounts);
    const figures = await run(processes, started, graph.process, options);
    await processes.stop();
    return { contestant, latencyMs: options.latencyMs, ...figures };
  } finally {
    await processes.stop();
    processes.removeFiles();
  }
}

export async function startGraph(processes, { latencyMs, accounts }) {
  const graph = processes.start('graph-stand-in.mjs', { args: [latencyMs, accounts] });
  const { url } = await message(graph, 'listening');
  return { process: graph, url };
}

/** The load on a contestant that runs: first so many messages that warm it up, then those that count. */
export async function run(processes, contestant, graph, { events, warmUp, during, ...options }) {
  const order = { ...options, url: contestant.url, secret: SECRETS.META_APP_SECRET, startedAt: Date.now() };
  const load = processes.start('load.mjs');
  const rest = async (from, to) => {
    await ask(graph, { type: 'expect', from, to }, 'expecting');
    await ask(load, { ...order, run: Date.now(), type: 'prepare', from, to }, 'prepared');
  };
  if (warmUp > 0) {
    await rest(events, events + warmUp);
    await post(load, graph);
    await contestant.settled();
  }
  await rest(0, events);
  const { pid } = contestant.process.child;
  const threadsBefore = threadCpuSeconds(pid);
  const { beside } = contestant;
  const allCpuSeconds = () => cpuSeconds(pid) + (beside ? cpuSeconds(beside) : 0);
  const before = allCpuSeconds();
  const memory = new OwnMemory(pid);
  let posted;
  let sampled;
  try {
    const stopSampling = during?.(contestant.url);
    posted = await post(load, graph);
    sampled = await stopSampling?.();
    await contestant.settled();
  } finally {
    memory.stop();
  }
  const cpu = allCpuSeconds() - before;
  const threads = threadCpuSeconds(pid);
  const counted = await ask(graph, { type: 'count' }, 'counted');
  await processes.end(load);
  const seconds = (counted.lastAt - posted.startedAt) / 1e9;
  return {
    webhooksPerSecond: events / seconds,
    seconds,
    ackPerSecond: (events * 1e9) / (posted.ackedAt - posted.startedAt),
    ackP50Ms: posted.ackP50Ms,
    ackP99Ms: posted.ackP99Ms,
    ackMaxMs: posted.ackMaxMs,
    refused: posted.refused,
    cpuSecondsPer10k: (cpu * 10_000) / events,
    cpuSecondsByThread: differences(threadsBefore, threads),
    peakRssMb: peakRssMb(pid) + (beside ? peakRssMb(beside) : 0),
    peakOwnMb: memory.peakMb,
    lost: counted.lost,
    duplicates: counted.duplicates,
    window: { startedAt: posted.startedAt, lastAt: counted.lastAt },
    ...sampled,
  };
}

async function post(load, graph) {
  const received = message(graph, 'all_received');
  const posted = await ask(load, { type: 'post' }, 'posted');
  const late = new AbortController();
  await Promise.race([received, sleep(GIVE_UP_MS, undefined, { signal: late.signal })]);
  late.abort();
  return posted;
}

function differences(before, after) {
  const used = Object.entries(after).map(([thread, seconds]) => [thread, seconds - (before[thread] ?? 0)]);
  return Object.fromEntries(used.filter(([, seconds]) => seconds >= 0.05));
}
