/* oxlint-disable no-console -- a report for a person */
import { Command, Option } from 'commander';
import { measure } from './end-to-end/measure.mjs';
import { addLoadOptions, DEFAULT_LATENCIES_MS } from './end-to-end/options.mjs';
import {
  checksTable,
  machine,
  medianRound,
  roundsTable,
  verdict,
  writeReport,
} from './end-to-end/report.mjs';

/*
 * From signed webhooks over HTTP to answers at a stand-in for Instagram, the load and the stand-in in processes of their
 * own: `npm run bench`. Beside the server runs, in turn, the ceiling: the same checks and sends with no store at all.
 */

const program = addLoadOptions(new Command('bench'))
  .description('Measures the server end to end, beside the same work with no store at all.')
  .addOption(new Option('--only <which>', 'measure one of the two').choices(['ours', 'ceiling']))
  .option('--bullmq', 'beside BullMQ on Redis as well, see bench/end-to-end/bullmq.mjs for what that needs')
  .option('--cpu-prof <dir>', 'write CPU profiles of what is measured into this folder');

const {
  latencyMs: latencies = DEFAULT_LATENCIES_MS,
  rounds,
  only,
  bullmq,
  json,
  ...options
} = program.parse().opts();
const say = (text) => json === true || console.log(text);
const contestants = ['ceiling', 'ours'].filter((name) => only === undefined || only === name);
if (bullmq) contestants.push('bullmq', 'bullmq-disk', 'bullmq-all');
const about = machine();
say(`${about.cpus}, Node ${about.node}, ${about.date}, load ${about.loadAverage.toFixed(2)}`);
say(`${options.events} messages, ${options.accounts} accounts, ${options.connections} connections`);

const results = [];
const medians = [];
for (const latencyMs of latencies) {
  for (let round = 0; round < rounds; round += 1) {
    // In turn, so that what else the machine does falls on both.
    for (const contestant of contestants) {
      const result = await measure(contestant, { ...options, latencyMs });
      results.push(result);
      say(
        roundsTable([result])
          .split('\n')
          .slice(results.length === 1 ? 0 : 1)
          .join('\n'),
      );
    }
  }
  const ofThis = results.filter((result) => result.latencyMs === latencyMs);
  for (const contestant of contestants) {
    medians.push(medianRound(ofThis.filter((result) => result.contestant === contestant)));
  }
}

const verdicts = medians
  .filter(({ contestant }) => contestant === 'ours')
  .map((ours) =>
    verdict(
      ours,
      medians.find((row) => row.contestant === 'ceiling' && row.latencyMs === ours.latencyMs),
    ),
  );
say(`\nMedians of ${rounds}\n${roundsTable(medians)}`);
if (verdicts.length > 0) say(`\n${checksTable(verdicts)}`);
writeReport(json, { machine: about, options, rounds: results, medians, verdicts });
if (results.some(({ lost, duplicates }) => lost + duplicates > 0)) process.exitCode = 1;
