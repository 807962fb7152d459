import { once } from 'node:events';
import { connect } from 'node:net';

/*
 * Clients that hold connections by being slow. Three sorts in equal parts: those that never finish their headers, those that
 * never finish a body, and those that say nothing. Who is cut off comes back at once, so that there are always as many. They
 * come from several local addresses, since one has some 28,000 ports. Arguments: the server's address, how many.
 */

const ADDRESSES = 8;
/** Each of them; taken together, a little all the time. */
const DRIP_EVERY_MS = 5000;
const DRIP_PARTS = 250;
/** So many at a time while they connect first: more would be refused by the length of the listen queue. */
const AT_A_TIME = 100;

const url = new URL(process.argv[2]);
const count = Number(process.argv[3]);

const DELIVERY = `POST /api/webhooks/instagram HTTP/1.1\r\nHost: ${url.host}\r\n`;
const sorts = [
  { name: 'headers', begin: DELIVERY, drip: 'X-More: 1\r\n' },
  { name: 'body', begin: `${DELIVERY}Content-Length: 100000\r\n\r\n{`, drip: ' ' },
  { name: 'idle', begin: '', drip: '' },
];
const figures = Object.fromEntries(
  sorts.map(({ name }) => [name, { opened: 0, cutOff: 0, answered408: 0, longestMs: 0, open: 0 }]),
);
const clients = new Map();
let ending = false;

async function open(index) {
  const sort = sorts[index % sorts.length];
  const socket = connect({
    port: Number(url.port),
    host: url.hostname,
    localAddress: `127.0.0.${2 + (index % ADDRESSES)}`,
  });
  socket.on('error', () => socket.destroy());
  await once(socket, 'connect');
  const own = figures[sort.name];
  const since = performance.now();
  own.opened += 1;
  own.open += 1;
  socket.on('data', (chunk) => {
    if (chunk.toString('latin1').startsWith('HTTP/1.1 408 ')) own.answered408 += 1;
  });
  socket.once('close', () => {
    clients.delete(index);
    own.open -= 1;
    if (ending) return;
    own.cutOff += 1;
    own.longestMs = Math.max(own.longestMs, performance.now() - since);
    open(index).catch(() => {
      figures[sort.name].refused = (figures[sort.name].refused ?? 0) + 1;
    });
  });
  socket.write(sort.begin);
  clients.set(index, { socket, drip: sort.drip });
}

let part = 0;

function drip() {
  part = (part + 1) % DRIP_PARTS;
  for (let index = part; index < count; index += DRIP_PARTS) {
    const { socket, drip: text } = clients.get(index) ?? {};
    if (text && socket.writable) socket.write(text);
  }
}

process.on('message', ({ type }) => {
  if (type === 'report') process.send({ type: 'report', figures });
});

// Whoever started it is gone.
process.once('disconnect', () => {
  ending = true;
  process.exit();
});

setInterval(drip, DRIP_EVERY_MS / DRIP_PARTS);
for (let from = 0; from < count; from += AT_A_TIME) {
  const some = Array.from({ length: Math.min(AT_A_TIME, count - from) }, (_, at) => open(from + at));
  await Promise.all(some);
}
process.send({ type: 'connected' });
