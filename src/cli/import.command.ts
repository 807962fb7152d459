import { readFile } from 'node:fs/promises';
import { text } from 'node:stream/consumers';
import type { Command } from 'commander';
import type { ImportCounts, ImportNote, ImportReport } from '../automation/transfer/transfer-document.js';
import { audited } from './audited.js';
import { formatNumber, plural, print, printable, printJson } from './output.js';
import { progressBar } from './progress.js';
import { withApplication } from './with-store.js';

interface Options {
  account?: string;
  dryRun?: boolean;
  json?: boolean;
}

export function importData(program: Command): void {
  program
    .command('import')
    .description(
      'Bring in what export wrote. The same file again changes nothing. Exit code 1 when an entry is wrong; the others are imported all the same.',
    )
    .argument('[file]', '- is standard input', '-')
    .option('--account <id>', 'give all automations to this account; people of others are refused')
    .option('--dry-run', 'tell what would be done, and write nothing')
    .option('--json', 'print one JSON object')
    .action((file: string, options: Options, command: Command) => bringIn(file, options, command));
}

async function bringIn(
  file: string,
  { account, dryRun = false, json }: Options,
  command: Command,
): Promise<void> {
  const document = parse(file === '-' ? await text(process.stdin) : await readFile(file, 'utf8'), file);
  const report = await withApplication(dryRun ? 'read' : 'write', async (services) => {
    const { imports } = services;
    const { automations, contacts } = imports.read(document);
    const bar = progressBar('entries', automations.length + contacts.length);
    let done = 0;
    const onItem = () => bar.update((done += 1));
    const work = () => imports.import(document, { account, dryRun }, onItem);
    return (dryRun ? work() : audited(command, services, work)).finally(() => bar.stop());
  });
  if (json) printJson(report);
  else print(reportText(report));
  if (report.automations.failed + report.contacts.failed > 0) process.exitCode = 1;
}

function parse(json: string, file: string): unknown {
  try {
    return JSON.parse(json) as unknown;
  } catch (cause) {
    throw new Error(`${file === '-' ? 'The input' : file} is not JSON.`, { cause });
  }
}

function reportText({ dryRun, automations, contacts, errors, moreErrors, warnings }: ImportReport): string {
  return [
    ...notes('warning', warnings),
    ...notes('error', errors),
    ...(moreErrors > 0 ? [`… and ${plural(moreErrors, 'more error')}`] : []),
    countsLine('automations', automations),
    countsLine('contacts', contacts),
    ...(dryRun ? ['Nothing was written.'] : []),
  ].join('\n');
}

const notes = (what: string, list: ImportNote[]): string[] =>
  list.map(({ path, message }) => printable(`${what} ${path}: ${message}`));

const countsLine = (what: string, { created, updated, unchanged, failed }: ImportCounts): string =>
  `${what}: ${formatNumber(created)} created, ${formatNumber(updated)} updated, ` +
  `${formatNumber(unchanged)} unchanged, ${formatNumber(failed)} failed`;
