import { styleText } from 'node:util';
import { formatDuration, formatNumber, plural, printable } from '../output.js';
import { bar, meter, sparkline } from './charts.js';
import type { QueueSnapshot } from './queue-snapshot.js';

export interface PageSize {
  columns: number;
  rows: number;
  colours: boolean;
}

type Style = Parameters<typeof styleText>[0];

/** A piece of a line; its style takes no room. */
interface Span {
  text: string;
  style?: Style;
}

type Line = Span[];

const UNHEALTHY_AFTER_MS = 60_000;
const LABEL = 12;
const NUMBER = 12;
/** From here on two tables fit side by side. */
const WIDE = 72;

/**
 * The page as lines that fit the terminal: none is wider, and there are at most as many as it has rows. What does not fit
 * is left out from below, where what is looked at least often stands.
 *
 * @param most the longest backlog seen so far, which fills a bar
 */
export function queuePage(
  snapshot: QueueSnapshot,
  most: number,
  { columns, rows, colours }: PageSize,
): string[] {
  const lines = [
    header(snapshot, columns),
    [],
    ...flow(snapshot, columns),
    [],
    ...states(snapshot, most, columns),
    [],
    ...timing(snapshot),
    [],
    ...tables(snapshot, columns),
  ];
  return lines.slice(0, rows).map((line) => render(line, columns, colours));
}

function stateOf({ figures, paused, lost }: QueueSnapshot): Span {
  if (lost) return { text: 'the database is silent', style: 'red' };
  if (paused) return { text: 'claiming is paused', style: 'yellow' };
  const healthy = (figures.oldestPendingAgeMs ?? 0) <= UNHEALTHY_AFTER_MS;
  return healthy ? { text: 'healthy', style: 'green' } : { text: 'unhealthy', style: 'red' };
}

function header(snapshot: QueueSnapshot, columns: number): Line {
  const state = stateOf(snapshot);
  const left = ' ChatAutoDM queue   ';
  const right = `${snapshot.at.toTimeString().slice(0, 8)}  q quits `;
  const gap = Math.max(1, columns - left.length - state.text.length - right.length);
  return [{ text: left, style: 'bold' }, state, { text: ' '.repeat(gap) }, { text: right, style: 'dim' }];
}

function flow({ rates, minutes }: QueueSnapshot, columns: number): Line[] {
  const peakWidth = Math.max(peakOf(minutes.in).length, peakOf(minutes.out).length);
  const width = columns - LABEL - NUMBER - 3 - peakWidth;
  const line = (label: string, rate: number, perMinute: number[], style: Style): Line => [
    ...labelled(label, `${rate >= 100 ? formatNumber(Math.round(rate)) : Math.max(0, rate).toFixed(1)}/s`),
    ...(width > 0 ? [{ text: sparkline(perMinute, width), style }] : []),
    { text: ` ${peakOf(perMinute).padStart(peakWidth)}`, style: 'dim' },
  ];
  return [line('in', rates.in, minutes.in, 'cyan'), line('out', rates.out, minutes.out, 'green')];
}

const peakOf = (perMinute: number[]): string => `peak ${formatNumber(Math.max(...perMinute))}/min`;

function states({ figures, workers }: QueueSnapshot, most: number, columns: number): Line[] {
  const width = columns - LABEL - NUMBER - 3;
  const line = (label: string, value: number, style: Style): Line => [
    ...labelled(label, formatNumber(value)),
    { text: bar(value, most, width), style },
  ];
  const busy: Line = workers
    ? [
        ...labelled('workers busy', `${formatNumber(workers.busy)}/${formatNumber(workers.total)}`),
        { text: meter(workers.busy, workers.total, width), style: 'cyan' },
      ]
    : [
        ...labelled('workers busy', '-'),
        { text: 'no server answers here; --url asks another one', style: 'dim' },
      ];
  return [
    line('pending', figures.pending, 'cyan'),
    line('retrying', figures.retrying, 'yellow'),
    line('processing', figures.processing, 'green'),
    line('dead', figures.dead, 'red'),
    busy,
    [...labelled('completed', formatNumber(figures.completed))],
  ];
}

function timing({ figures, parked }: QueueSnapshot): Line[] {
  const { oldestPendingAgeMs: age, waitMs, runMs, duplicates, deferred, rescued, leasesLost } = figures;
  const old = age !== null && age > UNHEALTHY_AFTER_MS;
  const percentiles = ({ p50, p99 }: typeof waitMs) =>
    p50 === null ? '-' : `${formatDuration(p50)}, p99 ${formatDuration(p99 ?? 0)}`;
  return [
    [
      { text: ' oldest due job ' },
      { text: age === null ? 'none' : formatDuration(age), ...(old && { style: 'red' as const }) },
      { text: `   wait ${percentiles(waitMs)}   run ${percentiles(runMs)}` },
    ],
    [
      {
        text:
          ` duplicates ${formatNumber(duplicates)}   deferred ${formatNumber(deferred)}` +
          `   rescued ${formatNumber(rescued)}   lost leases ${formatNumber(leasesLost)}`,
        style: 'dim',
      },
      ...(parked > 0
        ? [{ text: `   set aside: ${plural(parked, 'account')}`, style: 'yellow' as const }]
        : []),
    ],
  ];
}

function tables(snapshot: QueueSnapshot, columns: number): Line[] {
  const { breakdown, errors } = snapshot;
  const errorRows = errors
    .slice(0, 5)
    .map(({ code, kind, dead, retrying, lastAt }) => [
      `${code} (${kind})`,
      `${formatNumber(dead)} dead, ${formatNumber(retrying)} retrying, last ${lastAt.toTimeString().slice(0, 8)}`,
    ]);
  const kindRows = Object.entries(breakdown.kinds)
    .toSorted(([, a], [, b]) => b.completed + b.dead - (a.completed + a.dead))
    .map(([kind, { completed, dead }]) => [
      kind,
      formatNumber(completed) + (dead > 0 ? `, ${formatNumber(dead)} dead` : ''),
    ]);
  const accountRows = breakdown.topLimitKeys.map(({ key, count }) => [key, formatNumber(count)]);
  const half = Math.floor(columns / 2);
  const kinds = (width: number) => table('done by kind, last hour', kindRows, width);
  const accounts = (width: number) => table('busiest accounts, last hour', accountRows, width);
  const top = errors.length > 0 ? [...table('top errors', errorRows, columns, 'red'), []] : [];
  if (columns < WIDE) return [...top, ...kinds(columns), [], ...accounts(columns)];
  return [...top, ...beside(kinds(half), accounts(columns - half), half)];
}

function table(title: string, rows: string[][], width: number, style: Style = 'bold'): Line[] {
  const inner = width - 2;
  const row = ([name = '', value = '']: string[]): Line => {
    const room = Math.max(0, inner - value.length - 1);
    return [{ text: ` ${fit(printable(name), room).padEnd(room)} ${value} ` }];
  };
  return [
    [{ text: ` ${fit(title, inner)}`, style }],
    ...(rows.length > 0 ? rows.map(row) : [[{ text: ' none', style: 'dim' as const }]]),
  ];
}

function beside(left: Line[], right: Line[], width: number): Line[] {
  return Array.from({ length: Math.max(left.length, right.length) }, (_, index) => {
    const line = left[index] ?? [];
    const used = line.reduce((sum, { text }) => sum + text.length, 0);
    return [...line, { text: ' '.repeat(Math.max(0, width - used)) }, ...(right[index] ?? [])];
  });
}

const labelled = (label: string, value: string): Line => [
  { text: ` ${label.padEnd(LABEL)}` },
  { text: `${value.padStart(NUMBER - 2)}  `, style: 'bold' },
];

const fit = (text: string, width: number): string =>
  text.length <= width ? text : `${text.slice(0, Math.max(0, width - 1))}…`;

function render(line: Line, columns: number, colours: boolean): string {
  let room = columns;
  let out = '';
  for (const { text, style } of line) {
    const shown = text.slice(0, room);
    room -= shown.length;
    // The stream is not asked: whether there are colours was found out once, for the whole page.
    out += colours && style && shown ? styleText(style, shown, { validateStream: false }) : shown;
  }
  return out;
}
