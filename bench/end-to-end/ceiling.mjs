import express from 'express';
import { GraphClient } from '../../dist/instagram/graph/graph.client.js';
import { verifySignature } from '../../dist/instagram/webhook-signature.js';
import { answerTo, KEYWORD } from './workload.mjs';

/*
 * The same job with nothing kept: Express, the same check of the signature, the same client and the same sends, and no
 * store. It acknowledges what would be gone with the process; nobody could be faster and keep anything. Arguments: the
 * address of the stand-in, the app secret, how many calls at a time.
 */

const [baseUrl, secret, connections] = process.argv.slice(2);
const graph = new GraphClient({
  baseUrl,
  version: 'v25.0',
  timeoutMs: 60_000,
  connections: Number(connections),
});
const secrets = [secret];
const app = express();

app.post('/api/webhooks/instagram', express.raw({ type: () => true }), (request, response) => {
  if (!verifySignature(request.body, request.headers['x-hub-signature-256'], secrets).valid) {
    response.status(401).end();
    return;
  }
  for (const { id, messaging } of JSON.parse(request.body).entry) {
    for (const { sender, message } of messaging) {
      if (message.text.includes(KEYWORD)) void send(id, sender, message.text);
    }
  }
  response.type('text/plain').send('EVENT_RECEIVED');
});

async function send(instagramId, recipient, text) {
  await graph.sendMessage({ instagramId, accessToken: `IGAA-bench-${instagramId}` }, recipient, {
    text: answerTo(text),
  });
}

// Told to end, it leaves by the door, so that a profile is written.
process.once('SIGTERM', () => process.exit());

const server = app.listen(0, '127.0.0.1', () =>
  process.send({ type: 'listening', url: `http://127.0.0.1:${server.address().port}` }),
);

// Whoever started it is gone.
process.once('disconnect', () => process.exit());
