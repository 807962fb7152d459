import { readFile } from 'node:fs/promises';
import { Option, type Command } from 'commander';
import { request } from 'undici';
import { readEnvironment } from '../config/read-environment.js';
import * as samples from '../instagram/webhook-samples.js';
import { signBody } from '../instagram/webhook-signature.js';
import { DEMO_ACCOUNT } from '../sandbox/demo-account.js';

interface Options {
  url?: string;
  kind: keyof typeof makers;
  account: string;
  person: string;
  text: string;
  payload: string;
  file?: string;
  json?: boolean;
}

const makers = {
  message: (options: Options) => samples.messageWebhook(options),
  story_reply: (options: Options) => samples.storyReplyWebhook(options),
  quick_reply: (options: Options) => samples.quickReplyWebhook(options),
  postback: (options: Options) => samples.postbackWebhook({ ...options, title: options.text }),
  comment: (options: Options) => samples.commentWebhook({ ...options, username: 'a_customer' }),
};

export function sendWebhook(program: Command): void {
  program
    .command('send-webhook')
    .description(
      'Sign a sample webhook, or one from a file, as Meta would, and post it. Exit code 1 if it is refused.',
    )
    .option('--url <url>', 'the server (default: HOST and PORT of the configuration)')
    .addOption(new Option('--kind <kind>', 'what happened').choices(Object.keys(makers)).default('message'))
    .option('--account <id>', 'the Instagram account', DEMO_ACCOUNT.instagramId)
    .option('--person <id>', 'who wrote', '2978000000000001')
    .option('--text <text>', 'message, comment or title of the button', 'What is the price?')
    .option('--payload <payload>', 'of a postback or quick reply', 'PRICE')
    .option('--file <path>', 'post this file, byte for byte, in place of a sample')
    .option('--json', 'print one JSON object')
    .action(post);
}

async function post(options: Options): Promise<void> {
  const { config } = readEnvironment();
  const base = options.url ?? `http://${config.server.host}:${config.server.port}`;
  const body = options.file
    ? await readFile(options.file)
    : Buffer.from(JSON.stringify(makers[options.kind](options)));
  const response = await request(new URL('/api/webhooks/instagram', base), {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      'x-hub-signature-256': signBody(body, config.meta.appSecrets[0]!),
    },
    body,
  });
  const answer = await response.body.text();
  const { statusCode } = response;
  process.stdout.write(
    options.json ? `${JSON.stringify({ statusCode, answer })}\n` : `${statusCode} ${answer}\n`,
  );
  if (statusCode !== 200) process.exitCode = 1;
}
