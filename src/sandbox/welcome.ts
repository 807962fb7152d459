import type { AppConfig } from '../config/app-config.js';
import type { JournalEntry } from '../instagram/sandbox/sandbox.types.js';
import { messageWebhook } from '../instagram/webhook-samples.js';
import { signBody } from '../instagram/webhook-signature.js';
import { DEMO_ACCOUNT } from './demo-identity.js';

const PERSON = '2978000000000001';

/** What a new user reads in the terminal: what this is, what to open, and one line to paste. */
export function welcomeText(config: AppConfig, url: string, standIn: boolean): string {
  const destination = standIn
    ? `a stand-in for Instagram\n           at ${config.graph.baseUrl}. Nothing here reaches Instagram.`
    : `INSTAGRAM_GRAPH_URL:\n           ${config.graph.baseUrl}`;
  return `
  SANDBOX  META_APP_SECRET is not set: webhooks are accepted that this machine has signed.
           Secrets were generated into ${config.database.dataDir}/generated-secrets.json
           A demo account (@${DEMO_ACCOUNT.username}, ${DEMO_ACCOUNT.instagramId}) answers through ${destination}

  Open     ${url}
           and sign in with ${config.access.adminTokenGenerated ? `the token  ${config.access.adminToken}` : 'your ADMIN_TOKEN'}

  See also ${url}/api/webhooks/queue-stats
           ${url}/health/ready

  Paste    this into another terminal and watch the reply appear here:

${curlLine(config, url)}

`;
}

/** A reply of the stand-in, as one line of the terminal. Message texts are shown here only: this is no log. */
export function describeSend({ kind, person, comment, content }: JournalEntry): string {
  const to = person === null ? `comment ${comment}` : `person ${person}`;
  return `  SANDBOX  ${kind.replaceAll('_', ' ')} to ${to}: ${textOf(content)}`;
}

function textOf(content: unknown): string {
  if (typeof content === 'string') return content;
  const text =
    typeof content === 'object' && content !== null && 'text' in content ? content.text : undefined;
  return typeof text === 'string' ? text : JSON.stringify(content);
}

function curlLine(config: AppConfig, url: string): string {
  const message = { account: DEMO_ACCOUNT.instagramId, person: PERSON, text: 'What is the price?' };
  const body = JSON.stringify(messageWebhook(message));
  const signature = signBody(body, config.meta.appSecrets[0]!);
  return [
    `curl -i ${url}/api/webhooks/instagram`,
    `-H 'Content-Type: application/json'`,
    `-H 'X-Hub-Signature-256: ${signature}'`,
    `-d '${body}'`,
  ].join(' ');
}
