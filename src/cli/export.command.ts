import { createWriteStream } from 'node:fs';
import { rename, rm } from 'node:fs/promises';
import { pipeline } from 'node:stream/promises';
import { InvalidArgumentError, type Command } from 'commander';
import { transferParts, type TransferPart } from '../automation/transfer/transfer-parts.js';
import { plural, print, printJson } from './output.js';
import { progressBar } from './progress.js';
import { withApplication } from './with-store.js';

interface Options {
  account?: string;
  include: TransferPart[];
  json?: boolean;
}

const MORE = `
Tokens and the secrets of called webhooks are never in it. The file can be read by its owner alone: people's names and
what they told are in it.`;

export function exportData(program: Command): void {
  program
    .command('export')
    .description('Write automations and contacts as one JSON document, to a file or to standard output.')
    .argument('[file]', 'replaced once all of it is written; - is standard output', '-')
    .option('--account <id>', 'only of this account')
    .option('--include <parts>', `some of ${transferParts.join(',')}`, parts, [...transferParts])
    .option('--json', 'with a file: print one JSON object in the end')
    .addHelpText('after', MORE)
    .action(write);
}

async function write(file: string, { json, ...options }: Options): Promise<void> {
  let entries = 0;
  await withApplication('read', async ({ exports }) => {
    const bar = progressBar('entries', await exports.size(options));
    const text = exports.write(options, () => {
      entries += 1;
      bar.update(entries);
    });
    await (file === '-' ? toStdout(text) : toFile(text, file)).finally(() => bar.stop());
  });
  if (file === '-') return;
  if (json) printJson({ file, entries });
  else print(`${plural(entries, 'entry', 'entries')} written to ${file}.`);
}

async function toStdout(text: AsyncIterable<string>): Promise<void> {
  await pipeline(text, process.stdout, { end: false });
}

/** Written aside: a file that is cut short must not stand where a whole one stood. */
async function toFile(text: AsyncIterable<string>, file: string): Promise<void> {
  const draft = `${file}.${process.pid}.part`;
  try {
    await pipeline(text, createWriteStream(draft, { mode: 0o600, flags: 'wx' }));
    await rename(draft, file);
  } catch (error) {
    await rm(draft, { force: true });
    throw error;
  }
}

function parts(value: string): TransferPart[] {
  const wanted = value.split(',');
  const unknown = wanted.filter((part) => !(transferParts as readonly string[]).includes(part));
  if (unknown.length > 0) throw new InvalidArgumentError(`must be some of ${transferParts.join(',')}.`);
  return transferParts.filter((part) => wanted.includes(part));
}
