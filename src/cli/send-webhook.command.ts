import { readFile } from 'node:fs/promises';
import { buffer } from 'node:stream/consumers';
import { Option, type Command } from 'commander';
import { DEMO_ACCOUNT } from '../sandbox/demo-identity.js';
import { httpUrl, positive, positiveWhole } from './option-parsers.js';
import { formatNumber, print, printJson } from './output.js';
import { progressBar } from './progress.js';
import { sampleMakers, type SampleInput } from './send/sample-webhooks.js';
import type { LoadReport, WebhookSender } from './send/webhook-sender.js';
import { localServerUrl } from './server-url.js';

interface Options extends SampleInput {
  url?: string;
  secret?: string;
  kind: keyof typeof sampleMakers;
  file?: string;
  count?: number;
  rate?: number;
  people: number;
  json?: boolean;
}

const ATTACHMENTS = ['image', 'video', 'audio', 'file', 'share', 'ig_reel', 'ephemeral'];

const EXAMPLES = `
Examples:
  send-webhook --kind comment --text "link please"
  send-webhook --kind postback --payload ORDER
  send-webhook --attachment image
  send-webhook --count 1000 --rate 200 --people 100
  send-webhook --file delivery.json --secret "$META_APP_SECRET" --url https://bot.example.com`;

export function sendWebhook(program: Command): void {
  program
    .command('send-webhook')
    .description(
      'Sign a sample webhook, or one from a file, as Meta would, and post it. Exit code 1 if it is refused.',
    )
    .option('--url <url>', 'the server (default: HOST and PORT of the configuration)', httpUrl)
    .option('--secret <secret>', 'what signs it (default: the first of META_APP_SECRET)')
    .addOption(
      new Option('--kind <kind>', 'what happened').choices(Object.keys(sampleMakers)).default('message'),
    )
    .option('--account <id>', 'the Instagram account', DEMO_ACCOUNT.instagramId)
    .option('--person <id>', 'who wrote', '2978000000000001')
    .option('--username <name>', 'of the person, on a comment', 'a_customer')
    .option('--text <text>', 'message, comment or title of the button', 'What is the price?')
    .option('--payload <payload>', 'of a postback or quick reply', 'PRICE')
    .addOption(new Option('--attachment <type>', 'a message with this in place of text').choices(ATTACHMENTS))
    .option(
      '--attachment-url <url>',
      'where it lies',
      'https://lookaside.fbsbx.com/ig_messaging_cdn/?asset_id=1',
    )
    .option('--mid <id>', 'of the message; of a reaction, read receipt or edit, the one it is about')
    .option('--emoji <emoji>', 'of a reaction', '❤️')
    .option('--story-id <id>', 'of the story that is replied to')
    .option('--media-id <id>', 'of the post that is commented on, or that mentions the account')
    .option('--comment-id <id>', 'of the comment, or of the one that mentions the account')
    .option('--parent-id <id>', 'of the comment that this one replies to')
    .option('--ref <ref>', 'of a referral', 'summer-sale')
    .option('--file <path>', 'post this file, byte for byte, in place of a sample; - is standard input')
    .option('--count <n>', 'so many, each with ids of its own', positiveWhole)
    .option('--rate <n>', 'with --count: so many a second (default: as fast as they are taken)', positive)
    .option('--people <n>', 'with --count: from so many people in turn', positiveWhole, 1)
    .option('--json', 'print one JSON object')
    .addHelpText('after', EXAMPLES)
    .action(post);
}

async function post(options: Options): Promise<void> {
  const [{ WebhookSender }, { readEnvironment }] = await Promise.all([
    import('./send/webhook-sender.js'),
    import('../config/read-environment.js'),
  ]);
  // With both given, nothing of this machine's configuration is needed.
  const config =
    options.url !== undefined && options.secret !== undefined ? undefined : readEnvironment().config;
  const url = options.url ?? localServerUrl(config!);
  const sender = new WebhookSender(url, options.secret ?? config!.meta.appSecrets[0]!);
  try {
    const accepted =
      options.count === undefined ? await sendOne(sender, options) : await sendMany(sender, options);
    if (!accepted) process.exitCode = 1;
  } finally {
    await sender.close();
  }
}

async function sendOne(sender: WebhookSender, options: Options): Promise<boolean> {
  const { statusCode, answer } = await sender.send(
    options.file ? await readInput(options.file) : sample(options),
  );
  if (options.json) printJson({ statusCode, answer });
  else print(`${statusCode} ${answer}`);
  return statusCode === 200;
}

async function sendMany(sender: WebhookSender, options: Options): Promise<boolean> {
  const { count = 1, rate = Infinity, people, file, json } = options;
  const bytes = file ? await readInput(file) : undefined;
  const bodyOf = (n: number) => bytes ?? sample({ ...options, person: personOf(options.person, n % people) });
  const bar = progressBar('webhooks', count);
  const onProgress = (done: number) => bar.update(done);
  const report = await sender.sendMany({ count, rate, bodyOf, onProgress }).finally(() => bar.stop());
  if (json) printJson(report);
  else print(loadText(report));
  return report.accepted === count;
}

function loadText({ sent, accepted, statuses, durationMs, perSecond, ackMs }: LoadReport): string {
  const others = Object.entries(statuses)
    .filter(([status]) => status !== '200')
    .map(([status, count]) => `, ${status}: ${formatNumber(count)}`);
  return (
    `${formatNumber(accepted)} of ${formatNumber(sent)} accepted${others.join('')}, in ` +
    `${(durationMs / 1000).toFixed(1)} s (${formatNumber(perSecond)}/s)\n` +
    `answered within p50 ${ackMs.p50} ms, p95 ${ackMs.p95} ms, p99 ${ackMs.p99} ms, at most ${ackMs.max} ms`
  );
}

const sample = (options: Options): Buffer => Buffer.from(JSON.stringify(sampleMakers[options.kind](options)));

/** Ids are longer than a number can be exact. */
const personOf = (first: string, offset: number): string =>
  /^\d+$/.test(first) ? String(BigInt(first) + BigInt(offset)) : `${first}${offset === 0 ? '' : offset}`;

async function readInput(path: string): Promise<Buffer> {
  return path === '-' ? buffer(process.stdin) : readFile(path);
}
