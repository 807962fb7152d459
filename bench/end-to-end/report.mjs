/* oxlint-disable no-console -- a report for a person */
import { writeFileSync } from 'node:fs';
import { cpus, loadavg, totalmem } from 'node:os';

/* What the figures amount to: medians, ratios to the ceiling, targets. */

const CPU_TARGET = 5;
const P99_TARGET_MS = 50;
const MEMORY_TARGET_MB = 300;
/** Of the ceiling's rate, by the latency of the stand-in in ms. */
const RATE_TARGETS = { 0: 0.8, 100: 0.95 };

export const machine = () => ({
  date: new Date().toISOString(),
  node: process.version,
  cpus: `${cpus().length} × ${cpus()[0]?.model.trim() ?? 'unknown'}`,
  memoryGb: Math.round(totalmem() / 2 ** 30),
  loadAverage: loadavg()[0],
});

/** The round whose rate is the median, whole: figures of different rounds are not mixed. */
export function medianRound(rounds) {
  const sorted = rounds.toSorted((a, b) => a.webhooksPerSecond - b.webhooksPerSecond);
  return sorted[Math.floor((sorted.length - 1) / 2)];
}

export function verdict(ours, ceiling) {
  const target = RATE_TARGETS[ours.latencyMs];
  const ratio = ceiling && ours.webhooksPerSecond / ceiling.webhooksPerSecond;
  const checks = [
    ...(ratio && target ? [check('rate, of the ceiling', ratio, `>= ${target}`, ratio >= target)] : []),
    check('ack p99, ms', ours.ackP99Ms, `< ${P99_TARGET_MS}`, ours.ackP99Ms < P99_TARGET_MS),
    check('CPU s per 10,000', ours.cpuSecondsPer10k, `<= ${CPU_TARGET}`, ours.cpuSecondsPer10k <= CPU_TARGET),
    check('peak memory, MB', ours.peakRssMb, `< ${MEMORY_TARGET_MB}`, ours.peakRssMb < MEMORY_TARGET_MB),
    check(
      'without pages of the store, MB',
      ours.peakOwnMb,
      `< ${MEMORY_TARGET_MB}`,
      ours.peakOwnMb < MEMORY_TARGET_MB,
    ),
    check('lost', ours.lost, '0', ours.lost === 0),
    check('duplicates', ours.duplicates, '0', ours.duplicates === 0),
  ];
  return { latencyMs: ours.latencyMs, ratio, checks };
}

export const check = (what, value, target, met) => ({ what, value, target, met });

/** So that tables of one row line up with each other. */
const MIN_WIDTH = 7;

const COLUMNS = [
  ['Graph ms', (row) => row.latencyMs],
  ['what', (row) => row.contestant],
  ['webhooks/s', (row) => Math.round(row.webhooksPerSecond)],
  ['acks/s', (row) => Math.round(row.ackPerSecond)],
  ['p50 ms', (row) => row.ackP50Ms.toFixed(1)],
  ['p99 ms', (row) => row.ackP99Ms.toFixed(1)],
  ['CPU s/10k', (row) => row.cpuSecondsPer10k.toFixed(2)],
  ['RSS MB', (row) => Math.round(row.peakRssMb)],
  ['own MB', (row) => Math.round(row.peakOwnMb)],
  ['refused', (row) => row.refused],
  ['lost', (row) => row.lost],
  ['twice', (row) => row.duplicates],
];

export const roundsTable = (rows) =>
  table([
    COLUMNS.map(([title]) => title),
    ...rows.map((row) => COLUMNS.map(([, value]) => String(value(row)))),
  ]);

export const checksTable = (verdicts) =>
  table([
    ['Graph ms', 'target', 'measured', 'wanted', ''],
    ...verdicts.flatMap(({ latencyMs, checks }) =>
      checks.map(({ what, value, target, met }) => [
        String(latencyMs),
        what,
        Number.isInteger(value) ? String(value) : value.toFixed(2),
        target,
        met ? 'met' : 'MISSED',
      ]),
    ),
  ]);

export function table(rows) {
  const widths = rows[0].map((_, column) => Math.max(MIN_WIDTH, ...rows.map((row) => row[column].length)));
  const line = (row) => row.map((cell, column) => cell.padStart(widths[column])).join('  ');
  return rows.map(line).join('\n');
}

/** As `--json [file]` asks: into that file, to the output where none is named, nowhere when the option is not given. */
export function writeReport(json, report) {
  const text = JSON.stringify(report, null, 2);
  if (json === true) console.log(text);
  else if (json !== undefined) writeFileSync(json, `${text}\n`);
}
