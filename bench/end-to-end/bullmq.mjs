import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import express from 'express';
import { GraphClient } from '../../dist/instagram/graph/graph.client.js';
import { verifySignature } from '../../dist/instagram/webhook-signature.js';
import { answerTo, KEYWORD } from './workload.mjs';

/*
 * The same job as most would build it: bare Express, a BullMQ queue on Redis, its worker in the same process. What has to be
 * there besides: `npm install --no-save bullmq@6 ioredis`, and `redis-server` in the path. An event is deduplicated by its id,
 * and acknowledged when Redis has it. That is all, unless it is told to keep what the server keeps as well: the delivery as
 * it came, when the person last wrote, and a record of each send before and after it. Order within a conversation, limits by
 * account and totals it never has. Arguments: the address of the stand-in, the app secret, how many at a time, Redis's
 * `appendfsync`, and `true` to keep all that.
 */

const [baseUrl, secret, concurrency, appendfsync, keepsAll] = process.argv.slice(2);
const { Queue, Worker } = await import('bullmq');
const { Redis } = await import('ioredis');

const freePort = () =>
  new Promise((resolve) => {
    const probe = createServer().listen(0, '127.0.0.1', () => {
      const { port } = probe.address();
      probe.close(() => resolve(port));
    });
  });

const dir = mkdtempSync(join(tmpdir(), 'chatautodm-bench-redis-'));
const port = await freePort();
const redis = spawn(
  'redis-server',
  [
    '--port',
    port,
    '--dir',
    dir,
    '--appendonly',
    'yes',
    '--appendfsync',
    appendfsync,
    '--save',
    '',
    '--bind',
    '127.0.0.1',
  ],
  { stdio: 'ignore' },
);
const connection = { host: '127.0.0.1', port, maxRetriesPerRequest: null };
const graph = new GraphClient({
  baseUrl,
  version: 'v25.0',
  timeoutMs: 60_000,
  connections: Number(concurrency),
});
const queue = new Queue('events', { connection });
const options = {
  attempts: 3,
  backoff: { type: 'exponential', delay: 1000 },
  removeOnComplete: { age: 172_800 },
};
const worker = new Worker('events', answer, { connection, concurrency: Number(concurrency) });
const store = keepsAll === 'true' ? new Redis({ ...connection, enableAutoPipelining: true }) : undefined;
const WEEK_S = 604_800;
await Promise.all([queue.waitUntilReady(), worker.waitUntilReady()]);

async function answer({ id, data: { account, sender, message } }) {
  if (!message.text.includes(KEYWORD)) return;
  const of = { instagramId: account, accessToken: `IGAA-bench-${account}` };
  const text = answerTo(message.text);
  if (!store) return graph.sendMessage(of, sender, { text });
  const contact = `contact:${account}:${sender.id}`;
  await store.hgetall(contact);
  const seen = store.hset(contact, { lastInboundAt: Date.now(), job: id });
  const sending = { account, person: sender.id, text, status: 'sending', at: Date.now() };
  if ((await store.set(`sent:${id}`, JSON.stringify(sending), 'EX', WEEK_S, 'NX')) === null) return undefined;
  const { messageId } = await graph.sendMessage(of, sender, { text });
  await store.set(`sent:${id}`, JSON.stringify({ ...sending, status: 'sent', messageId }), 'EX', WEEK_S);
  await seen;
  return undefined;
}

const app = express();
app.post('/api/webhooks/instagram', express.raw({ type: () => true }), (request, response, next) => {
  if (!verifySignature(request.body, request.headers['x-hub-signature-256'], [secret]).valid) {
    response.status(401).end();
    return;
  }
  const adding = JSON.parse(request.body).entry.flatMap(({ id, messaging }) =>
    messaging.map(({ sender, message }) =>
      // Without a colon, which BullMQ does not take.
      queue.add(
        'message',
        { account: id, sender, message },
        { ...options, jobId: message.mid.replaceAll(':', '-') },
      ),
    ),
  );
  const kept = store?.set(`delivery:${randomUUID()}`, request.body, 'EX', WEEK_S);
  Promise.all([...adding, kept]).then(() => response.type('text/plain').send('EVENT_RECEIVED'), next);
});

function end() {
  redis.kill('SIGKILL');
  rmSync(dir, { recursive: true, force: true });
  process.exit();
}
process.once('SIGTERM', end);
// Whoever started it is gone.
process.once('disconnect', end);

const server = app.listen(0, '127.0.0.1', () =>
  process.send({ type: 'listening', url: `http://127.0.0.1:${server.address().port}`, beside: redis.pid }),
);
