/* oxlint-disable no-console -- a report for a person */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Command } from 'commander';
import { connectAccounts, startServer } from './end-to-end/contestants.mjs';
import { measure, run, startGraph } from './end-to-end/measure.mjs';
import { addLoadOptions } from './end-to-end/options.mjs';
import { Processes } from './end-to-end/processes.mjs';
import { breakDown, readProfiles } from './end-to-end/profile.mjs';

/*
 * Where the time goes: `node bench/profile.mjs`, after a build. Three runs of the server: a plain one for the processor
 * time of each thread, one under V8's profiler for the shares, one that counts the commands to the database.
 */

const COUNTER = new URL('end-to-end/count-commands.mjs', import.meta.url).href;
const LINES = { category: 40, file: 40, within: 60, self: 40 };
const WRITTEN_AFTER_MS = 1000;

const {
  latencyMs,
  rounds: _rounds,
  json: _json,
  ...options
} = addLoadOptions(new Command('profile')).parse().opts();
const load = { ...options, latencyMs: latencyMs?.[0] ?? 0 };
const microsPerEvent = (seconds) => (seconds * 1e6) / load.events;

/** The main thread and, as the busiest of the others, the store's. */
function threadSeconds({ cpuSecondsByThread }) {
  const threads = Object.entries(cpuSecondsByThread).toSorted(([, a], [, b]) => b - a);
  const main = threads.find(([name]) => name.startsWith('main/'));
  const store = threads.find((thread) => thread !== main);
  return {
    main: main[1],
    store: store?.[1] ?? 0,
    all: threads.reduce((sum, [, seconds]) => sum + seconds, 0),
  };
}

function printThread(thread, { busyMicros, totalMicros, shares }, micros) {
  const busy = Math.round((100 * busyMicros) / totalMicros);
  console.log(`\n${thread}: ${micros.toFixed(0)} µs per message, busy ${busy} % of the time`);
  for (const [kind, lines] of Object.entries(LINES)) {
    console.log(`\n  by ${kind}`);
    for (const { what, share } of shares[kind].slice(0, lines)) {
      console.log(
        `  ${(micros * share).toFixed(1).padStart(8)} µs ${(100 * share).toFixed(1).padStart(5)} %  ${what}`,
      );
    }
  }
}

async function countCommands(dir) {
  const processes = new Processes();
  const file = join(dir, 'commands.json');
  try {
    const graph = await startGraph(processes, load);
    const server = await startServer(processes, {
      graphUrl: graph.url,
      execArgv: ['--import', COUNTER],
      env: { COUNT_COMMANDS_FILE: file },
    });
    await connectAccounts(server.url, load.accounts);
    const tell = () => void server.process.child.kill('SIGUSR2');
    await run(processes, server, graph.process, { ...load, during: tell });
    tell();
    await sleep(WRITTEN_AFTER_MS);
    return JSON.parse(readFileSync(file, 'utf8'));
  } finally {
    await processes.stop();
    processes.removeFiles();
  }
}

const dir = mkdtempSync(join(tmpdir(), 'chatautodm-profile-'));
try {
  const seconds = threadSeconds(await measure('ours', load));
  console.log(
    `${microsPerEvent(seconds.all).toFixed(0)} µs per message in all, of which main ` +
      `${microsPerEvent(seconds.main).toFixed(0)}, store ${microsPerEvent(seconds.store).toFixed(0)}`,
  );
  const { window } = await measure('ours', { ...load, cpuProf: dir });
  for (const { thread, profile } of readProfiles(dir)) {
    const used = thread === 'main' ? seconds.main : seconds.store;
    printThread(thread, breakDown(profile, window), microsPerEvent(used));
  }
  const commands = Object.entries(await countCommands(dir)).toSorted(
    ([, a], [, b]) => b.commands - a.commands,
  );
  console.log('\ncommands, documents sent, written, read · command, collection, who asked');
  for (const [what, { commands: times, sent, written, read }] of commands) {
    console.log(`${[times, sent, written, read].map((n) => String(n).padStart(8)).join('')}  ${what}`);
  }
} finally {
  rmSync(dir, { recursive: true, force: true });
}
