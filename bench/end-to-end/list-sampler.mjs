import { setTimeout as sleep } from 'node:timers/promises';
import { request } from 'undici';
import { SECRETS } from './contestants.mjs';
import { PAST_ACCOUNT, PAST_CONVERSATION, RARE_ERROR, RARE_TAG } from './stored-past.mjs';

/* The lists of the dashboard, each with each of its filters, asked for one after the other as somebody would who looks around. */

const PAUSE_MS = 5;

const [hourAgo, halfDayAgo] = [1, 12].map((hours) => new Date(Date.now() - hours * 3_600_000).toISOString());
const rare = encodeURIComponent(RARE_ERROR);
/** Neither of them is anywhere: to know that takes a look at all that may be looked at. */
const NOBODY = '1234567890';

export const LISTS = [
  'jobs',
  ...['pending', 'processing', 'completed', 'dead'].map((status) => `jobs?status=${status}`),
  'jobs?kind=message',
  'jobs?kind=story_mention',
  `jobs?account=${PAST_ACCOUNT}`,
  `jobs?account=${NOBODY}`,
  `jobs?conversation=${PAST_CONVERSATION}`,
  `jobs?from=${hourAgo}`,
  `jobs?from=${halfDayAgo}&to=${hourAgo}&status=completed`,
  'jobs?status=dead&error=permission',
  `jobs?error=${rare}`,
  `jobs?status=dead&error=${rare}`,
  'jobs?status=dead&lastError=graph_transient',
  'jobs?limit=500',
  'dead-letters/groups',
  'webhook-logs',
  'webhook-logs?status=rejected',
  'webhook-logs?kind=comment',
  `webhook-logs?account=${PAST_ACCOUNT}`,
  `webhook-logs?conversation=${PAST_CONVERSATION}`,
  `webhook-logs?from=${halfDayAgo}&to=${hourAgo}`,
  `webhook-logs?error=${rare}`,
  'webhook-logs?signedBy=1',
  'messages',
  'messages?status=failed',
  `messages?account=${PAST_ACCOUNT}`,
  `messages?conversation=${PAST_CONVERSATION}`,
  `messages?from=${halfDayAgo}&to=${hourAgo}`,
  'messages?error=permission',
  'messages?kind=reply_to_comment',
  `messages?automation=${NOBODY}`,
  'contacts',
  `contacts?account=${PAST_ACCOUNT}`,
  `contacts?tag=${RARE_TAG}`,
  'contacts?tag=nobody-has-it',
  'conversations',
  `conversations?account=${PAST_ACCOUNT}`,
  'conversations?text=customer_77',
  'conversations?text=nobody-has-it',
  'conversations?state=paused',
  `conversations/${PAST_CONVERSATION}`,
  'accounts',
  'automations',
  'automations?q=price&figures=today',
  'audit-log',
  'attention',
  'queue',
  'queue/minutes',
];

/** Asks for all lists over and over; the function it returns stops that, after `rounds` at least, and tells how long each took. */
export function sampleLists(url, rounds = 1) {
  const times = new Map(LISTS.map((path) => [path, []]));
  const stop = new AbortController();
  const sampling = (async () => {
    for (let round = 0; round < rounds || !stop.signal.aborted; round += 1) {
      for (const path of LISTS) {
        times.get(path).push(await timeOf(`${url}/api/admin/${path}`));
        await sleep(PAUSE_MS);
      }
    }
  })();
  return async () => {
    stop.abort();
    await sampling;
    return [...times].map(([path, each]) => {
      const sorted = each.toSorted((a, b) => a - b);
      return {
        path,
        samples: sorted.length,
        p50Ms: sorted[Math.floor((sorted.length - 1) / 2)],
        maxMs: sorted.at(-1),
      };
    });
  };
}

async function timeOf(address) {
  const begun = performance.now();
  const { statusCode, body } = await request(address, {
    headers: { authorization: `Bearer ${SECRETS.ADMIN_TOKEN}` },
  });
  const text = await body.text();
  if (statusCode !== 200) throw new Error(`${address} answered ${statusCode}: ${text}`);
  return performance.now() - begun;
}
