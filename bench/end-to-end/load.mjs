import { setTimeout as sleep } from 'node:timers/promises';
import { Client } from 'undici';
import { signBody } from '../../dist/instagram/webhook-signature.js';
import { bodyOf } from './workload.mjs';

/*
 * Posts signed webhooks as fast as they are taken, or at a steady rate, over so many connections with one post at a time on
 * each. Bodies and signatures are made before the clock starts. What is refused is posted again, as Meta would. At a steady
 * rate an answer takes as long as it comes after the moment at which its post was due.
 */

const PATH = '/api/webhooks/instagram';
const RETRY_MS = 100;
const MAX_TRIES = 50;

let posts = [];
let first = 0;
let clients = [];
let rate;

function prepare({ url, secret, connections, from, to, rate: perSecond, ...plan }) {
  first = from;
  rate = perSecond;
  posts = Array.from({ length: to - from }, (_, at) => {
    const body = Buffer.from(bodyOf(from + at, plan));
    return {
      path: PATH,
      method: 'POST',
      headers: ['content-type', 'application/json', 'x-hub-signature-256', signBody(body, secret)],
      body,
    };
  });
  clients = Array.from({ length: connections }, () => new Client(url, { pipelining: 1 }));
}

/** Resolves with the status; 0 when there was no answer. */
class Post {
  constructor(resolve) {
    this.resolve = resolve;
    this.status = 0;
  }

  onRequestStart() {}

  onResponseStart(_controller, status) {
    this.status = status;
  }

  onResponseData() {}

  onResponseEnd() {
    this.resolve(this.status);
  }

  onResponseError() {
    this.resolve(0);
  }
}

async function post() {
  const latenciesMs = new Float64Array(posts.length);
  let next = 0;
  let refused = 0;
  const sender = async (client) => {
    while (next < posts.length) {
      const at = next++;
      const due = rate === undefined ? undefined : begun + (at * 1000) / rate;
      if (due > performance.now()) await sleep(due - performance.now());
      for (let tries = 1; ; tries += 1) {
        const start = due ?? performance.now();
        const status = await new Promise((resolve) => client.dispatch(posts[at], new Post(resolve)));
        latenciesMs[at] = performance.now() - start;
        if (status === 200) break;
        refused += 1;
        if (tries === MAX_TRIES)
          throw new Error(`message ${first + at} was refused ${tries} times (${status})`);
        await sleep(RETRY_MS);
      }
    }
  };
  const startedAt = Number(process.hrtime.bigint());
  const begun = performance.now();
  await Promise.all(clients.map(sender));
  const ackedAt = Number(process.hrtime.bigint());
  await Promise.all(clients.map((client) => client.close()));
  const sorted = latenciesMs.toSorted();
  const at = (share) => sorted[Math.floor((sorted.length - 1) * share)];
  return { startedAt, ackedAt, refused, ackP50Ms: at(0.5), ackP99Ms: at(0.99), ackMaxMs: at(1) };
}

process.on('message', (message) => {
  if (message.type === 'prepare') {
    prepare(message);
    process.send({ type: 'prepared' });
  } else {
    void post().then((result) => process.send({ type: 'posted', ...result }));
  }
});

// Whoever started it is gone.
process.once('disconnect', () => process.exit());
