import { styleText } from 'node:util';
import type { Command } from 'commander';
import type { ExaminationOptions } from './doctor/examination.js';
import type { Finding, FindingStatus } from './doctor/finding.js';
import { httpUrl } from './option-parsers.js';
import { plural, print, printable, printJson, wrapped } from './output.js';

interface Options extends ExaminationOptions {
  json?: boolean;
}

const STYLES = { ok: 'green', warn: 'yellow', fail: 'red' } as const;
const CHECK_WIDTH = 16;
/** As wide as status and check with the spaces behind them. */
const INDENT = ' '.repeat(CHECK_WIDTH + 8);
const ARROW = '→ ';

export function doctor(program: Command): void {
  program
    .command('doctor')
    .description(
      'Look over the whole installation, and say what to do. Exit code 1 when something fails; warnings do not count.',
    )
    .option(
      '--url <url>',
      'where the server should answer (default: HOST and PORT of the configuration)',
      httpUrl,
    )
    .option('--offline', 'ask neither Instagram nor the public URL')
    .option('--json', 'print one JSON object')
    .action(lookOver);
}

async function lookOver({ json, ...options }: Options): Promise<void> {
  const { examine } = await import('./doctor/examination.js');
  const findings: Finding[] = [];
  for await (const finding of examine(options)) {
    findings.push(finding);
    if (!json) print(findingText(finding));
  }
  const counts = { ok: 0, warn: 0, fail: 0 };
  for (const { status } of findings) counts[status] += 1;
  const status: FindingStatus = counts.fail > 0 ? 'fail' : counts.warn > 0 ? 'warn' : 'ok';
  if (json) printJson({ status, counts, findings });
  else print(`\n${counts.ok} ok, ${plural(counts.warn, 'warning')}, ${plural(counts.fail, 'failure')}`);
  if (counts.fail > 0) process.exitCode = 1;
}

/** At a terminal, lines are broken between words and go on where the message began; elsewhere programs read line by line. */
function findingText({ check, status, message, advice }: Finding): string {
  const { isTTY, columns } = process.stdout;
  const label = status.padEnd(4);
  const coloured = isTTY && process.stdout.hasColors() ? styleText(STYLES[status], label) : label;
  const begin = `${coloured}  ${printable(check).padEnd(CHECK_WIDTH)}  `;
  const width = isTTY ? columns - INDENT.length : Infinity;
  const told = wrapped(printable(message), width).join(`\n${INDENT}`);
  if (advice === undefined) return begin + told;
  const advised = wrapped(printable(advice), width - ARROW.length).join(`\n${INDENT}  `);
  return `${begin}${told}\n${INDENT}${ARROW}${advised}`;
}
