import { randomBytes } from 'node:crypto';
import { request } from 'undici';
import type { AppConfig } from '../../config/app-config.js';
import { WEBHOOK_PATH } from '../../webhooks/webhook-path.js';
import { formatDuration } from '../output.js';
import type { AppServices } from '../services/app.services.js';
import { fail, ok, warn, type Finding } from './finding.js';

const TIMEOUT_MS = 5000;
/** An account with any traffic hears from somebody in this time. */
const LATELY_MS = 24 * 3_600_000;

/** @param serverUrl where the server should answer */
export async function checkServer(serverUrl: string): Promise<Finding> {
  const check = 'server';
  try {
    const { statusCode, text } = await get(`${serverUrl}/health/ready`);
    if (statusCode === 200) return ok(check, `${serverUrl} is ready`);
    const advice = 'its log says why; GET /health/ready names what is down';
    return fail(check, `${serverUrl} answers ${statusCode}: ${text.slice(0, 100)}`, advice);
  } catch {
    return warn(check, `nothing answers at ${serverUrl}`, 'start the server, or say where it is with --url');
  }
}

/** Any answer will do: it comes from behind DNS, proxies and TLS. */
export async function checkGraph({ graph, server }: AppConfig): Promise<Finding> {
  const check = 'Graph API';
  if (graph.baseUrl === undefined) {
    return ok(check, server.sandbox ? 'a stand-in inside the sandbox server' : 'not set');
  }
  try {
    const { statusCode } = await get(`${graph.baseUrl}/${graph.version}/me`);
    if (statusCode < 500) return ok(check, `${graph.baseUrl} answers`);
    return warn(
      check,
      `${graph.baseUrl} answers ${statusCode}`,
      'look at metastatus.com, and again in a few minutes',
    );
  } catch (error) {
    const advice = 'let this machine reach it over https; mind DNS, firewall and proxy';
    return fail(check, `${graph.baseUrl} can not be reached (${codeOf(error)})`, advice);
  }
}

/** Verifies the callback as Meta does when it is entered there. */
export async function checkCallback({ server, meta }: AppConfig): Promise<Finding[]> {
  const check = 'callback URL';
  if (server.publicUrl === undefined) return [];
  const challenge = randomBytes(8).toString('hex');
  const url = new URL(server.publicUrl + WEBHOOK_PATH);
  const query = { 'hub.mode': 'subscribe', 'hub.verify_token': meta.verifyToken, 'hub.challenge': challenge };
  url.search = new URLSearchParams(query).toString();
  const at = `${server.publicUrl}${WEBHOOK_PATH}`;
  try {
    const { statusCode, text } = await get(url.href);
    if (statusCode === 200 && text === challenge) return [ok(check, `${at} answers Meta's verification`)];
    const advice =
      'the proxy must pass the path and the query on to this server, with the same META_VERIFY_TOKEN';
    return [fail(check, `${at} answers ${statusCode} in place of the challenge`, advice)];
  } catch (error) {
    const advice =
      'Meta needs https with a valid certificate, from everywhere; mind DNS, proxy and PUBLIC_URL';
    return [fail(check, `${at} can not be reached from here (${codeOf(error)})`, advice)];
  }
}

export async function checkDeliveries({ webhookLogs, clock, config }: AppServices): Promise<Finding> {
  const check = 'webhooks';
  const newest = await webhookLogs.newestAt();
  const ageMs = newest === null ? Infinity : clock.now() - newest.getTime();
  if (newest !== null && ageMs <= LATELY_MS) {
    return ok(check, `the last one came ${formatDuration(Math.max(0, ageMs))} ago`);
  }
  const message = newest === null ? 'none is stored' : `the last one came ${formatDuration(ageMs)} ago`;
  if (config.server.sandbox) return ok(check, `${message}; in the sandbox: npm run send-webhook`);
  const advice =
    'write to an account, and look again; else check the callback URL and the subscribed fields at Meta, and that the app is live';
  return warn(check, message, advice);
}

async function get(url: string): Promise<{ statusCode: number; text: string }> {
  const { statusCode, body } = await request(url, { signal: AbortSignal.timeout(TIMEOUT_MS) });
  return { statusCode, text: await body.text() };
}

function codeOf(error: unknown): string {
  if (error instanceof Error && 'code' in error && typeof error.code === 'string') return error.code;
  return error instanceof Error ? error.name : 'unknown';
}
