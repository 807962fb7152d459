import { createServer } from 'node:http';
import { betweenOf, numberIn } from './workload.mjs';

/*
 * Instagram's send call and no more: answers after a while and counts, message by message, so that none lost and none
 * sent twice goes unseen. A process of its own, as lean as it can be, since it shares the processors with what is
 * measured. Arguments: how long it takes to answer in ms, over how many accounts the load is spread.
 */

const latencyMs = Number(process.argv[2]);
const accounts = Number(process.argv[3]);

let counts = new Uint8Array(0);
let first = 0;
let missing = 0;
let strays = 0;
let lastAt = 0;

function count(path, body) {
  const { recipient, message } = JSON.parse(body);
  const n = numberIn(message.text);
  const at = n - first;
  const known = at >= 0 && at < counts.length;
  const { account, person } = known ? betweenOf(n, accounts) : {};
  if (!known || recipient.id !== person || path.split('/')[2] !== account) {
    strays += 1;
    return;
  }
  lastAt = Number(process.hrtime.bigint());
  if (counts[at] === 0) missing -= 1;
  counts[at] += 1;
  if (missing === 0 && counts[at] === 1) process.send({ type: 'all_received' });
}

function answer(response, recipientId, sent) {
  const body = `{"recipient_id":"${recipientId}","message_id":"m_${sent}"}`;
  response.writeHead(200, { 'content-type': 'application/json', 'content-length': body.length });
  response.end(body);
}

let sent = 0;
const server = createServer((request, response) => {
  const chunks = [];
  request.on('data', (chunk) => chunks.push(chunk));
  request.on('end', () => {
    sent += 1;
    const id = sent;
    count(request.url, chunks.length === 1 ? chunks[0] : Buffer.concat(chunks));
    if (latencyMs === 0) answer(response, id, id);
    else setTimeout(answer, latencyMs, response, id, id);
  });
});
server.keepAliveTimeout = 0;

process.on('message', ({ type, from, to }) => {
  if (type === 'expect') {
    counts = new Uint8Array(to - from);
    first = from;
    missing = to - from;
    strays = 0;
    process.send({ type: 'expecting' });
  } else {
    const duplicates = counts.reduce((sum, times) => sum + Math.max(0, times - 1), strays);
    process.send({ type: 'counted', lost: missing, duplicates, lastAt });
  }
});

server.listen(0, '127.0.0.1', () =>
  process.send({ type: 'listening', url: `http://127.0.0.1:${server.address().port}` }),
);

// Whoever started it is gone.
process.once('disconnect', () => process.exit());
