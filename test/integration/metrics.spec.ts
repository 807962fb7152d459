import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { readdirSync, readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { TestServer } from '../support/test-server.js';

const account = '17841400000000001';
const person = '900000000000001';
const token = 'metrics-token-0123456789';

/** `name{labels}` and its value, of each line. */
function samplesOf(text: string): Map<string, number> {
  const lines = text.split('\n').filter((line) => line !== '' && !line.startsWith('#'));
  return new Map(
    lines.map((line) => [line.slice(0, line.lastIndexOf(' ')), Number(line.slice(line.lastIndexOf(' ')))]),
  );
}

describe('/metrics', () => {
  let server: TestServer;
  let text: string;
  let samples: Map<string, number>;

  const scrape = async () => {
    const answer = await fetch(`${server.url}/metrics`, { headers: { authorization: `Bearer ${token}` } });
    expect(answer.status).toBe(200);
    expect(answer.headers.get('content-type')).toMatch(/^text\/plain; version=0\.0\.4/);
    text = await answer.text();
    samples = samplesOf(text);
  };

  beforeAll(async () => {
    server = await TestServer.start({ METRICS_TOKEN: token });
    await server.admin('POST', 'accounts', {
      instagramId: account,
      username: 'shop',
      accessToken: 'IGAAtest',
    });
    await server.admin('POST', 'automations', {
      account,
      name: 'Price',
      trigger: { type: 'message', match: { mode: 'contains', keywords: ['price'] } },
      actions: [{ type: 'send_message', text: '49 EUR' }],
    });
    for (const [mid, words] of [
      ['m1', 'price?'],
      ['m2', 'hello'],
      ['m1', 'price?'],
    ]) {
      const message = {
        sender: { id: person },
        recipient: { id: account },
        timestamp: Date.now(),
        message: { mid, text: words },
      };
      await server.post({
        object: 'instagram',
        entry: [{ id: account, time: Date.now(), messaging: [message] }],
      });
    }
    await fetch(`${server.url}/api/webhooks/instagram`, { method: 'POST', body: '{}' });
    await server.post('not json');
    do {
      await sleep(20);
      await scrape();
    } while ((samples.get('chatautodm_queue_events_total{event="completed"}') ?? 0) < 2);
  });

  afterAll(async () => {
    await server.close();
  });

  it.each([
    ['chatautodm_webhook_deliveries_total{result="accepted"}', 3],
    ['chatautodm_webhook_deliveries_total{result="bad_signature"}', 1],
    ['chatautodm_webhook_deliveries_total{result="malformed"}', 1],
    ['chatautodm_webhook_ack_seconds_count', 3],
    ['chatautodm_webhook_ack_seconds_bucket{le="+Inf"}', 3],
    ['chatautodm_queue_events_total{event="enqueued"}', 2],
    ['chatautodm_queue_events_total{event="duplicates"}', 1],
    ['chatautodm_queue_jobs{state="dead"}', 0],
    ['chatautodm_queue_wait_seconds_count', 2],
    ['chatautodm_queue_run_seconds_count', 2],
    ['chatautodm_job_outcomes_total{kind="message",result="answered"}', 1],
    ['chatautodm_job_outcomes_total{kind="message",result="no_match"}', 1],
    ['chatautodm_graph_calls_total{call="send_message",result="ok"}', 1],
    ['chatautodm_graph_call_seconds_count{call="send_message"}', 1],
    ['chatautodm_accounts{status="active"}', 1],
    ['chatautodm_accounts{status="reconnect"}', 0],
    ['chatautodm_queue_paused', 0],
    ['chatautodm_store_up', 1],
    ['chatautodm_possible_duplicates_total', 0],
    ['chatautodm_contact_writes_failed_total{result="repeated"}', 0],
    ['chatautodm_workers', 180],
  ])('tells %s', (name, value) => {
    expect(samples.get(name)).toBe(value);
  });

  it('has buckets that add up, of durations that were measured', () => {
    const buckets = [...samples].filter(([name]) => name.startsWith('chatautodm_webhook_ack_seconds_bucket'));
    const counts = buckets.map(([, count]) => count);
    expect(counts).toEqual(counts.toSorted((a, b) => a - b));
    expect(samples.get('chatautodm_webhook_ack_seconds_sum')).toBeGreaterThan(0);
    expect(samples.get('chatautodm_store_command_seconds_count{command="insert"}')).toBeGreaterThan(0);
    expect(samples.has('nodejs_eventloop_lag_p99_seconds')).toBe(true);
  });

  it('names no account and no person', () => {
    expect(text).not.toMatch(new RegExp(`${account}|${person}|shop`));
  });

  it('gives nothing to who has no token, where one is asked for', async () => {
    for (const authorization of ['', 'Bearer wrong']) {
      const answer = await fetch(`${server.url}/metrics`, { headers: { authorization } });
      expect(answer.status).toBe(401);
      expect(await answer.json()).toMatchObject({ code: 'metrics_token_required' });
    }
  });

  describe('is all that the files of deploy/ ask for', () => {
    const files = [
      'deploy/prometheus/alerts.yml',
      ...readdirSync('deploy/grafana').map((file) => `deploy/grafana/${file}`),
    ];

    it.each(files)('%s', (file) => {
      const known = new Set(text.match(/^# TYPE (\S+)/gm)!.map((line) => line.slice('# TYPE '.length)));
      const names = readFileSync(file, 'utf8').match(/\b(?:chatautodm|nodejs|process)_[a-z0-9_]+\b/g)!;
      const unknown = names.filter(
        (name) => !known.has(name) && !known.has(name.replace(/_(bucket|sum|count)$/, '')),
      );
      expect(names.length).toBeGreaterThan(10);
      expect([...new Set(unknown)]).toEqual([]);
    });

    it('and each alert has its section in the operations guide', () => {
      const guide = readFileSync('docs/operations.md', 'utf8');
      const sections = new Set([...guide.matchAll(/^#+ (.+)$/gm)].map(([, title]) => slugOf(title!)));
      const alerts = readFileSync('deploy/prometheus/alerts.yml', 'utf8');
      const links = [...alerts.matchAll(/runbook_url: .*docs\/operations\.md#(\S+)/g)].map(
        ([, link]) => link!,
      );
      expect(links).toHaveLength(alerts.match(/- alert:/g)!.length);
      expect(links.filter((link) => !sections.has(link))).toEqual([]);
    });
  });
});

/** As GitHub makes the address of a heading. */
const slugOf = (title: string) =>
  title
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N} -]/gu, '')
    .replaceAll(' ', '-');
