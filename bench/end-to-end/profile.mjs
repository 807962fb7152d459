import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/* Where the time of a run went, out of the CPU profiles that V8 writes for each thread. */

const PACKAGES = {
  'driver: bson': ['bson'],
  'driver: mongodb': ['mongodb', 'mongodb-connection-string-url'],
  mongoose: ['mongoose', 'kareem', 'mquery', 'mpath'],
  'HTTP out: undici': ['undici'],
  Nest: ['@nestjs', 'rxjs', 'reflect-metadata', 'iterare'],
  Express: ['express', 'router', 'body-parser', 'raw-body', 'finalhandler', 'on-finished', 'send', 'qs'],
  logging: ['pino', 'sonic-boom', 'thread-stream'],
  lmdb: ['lmdb', 'ordered-binary', 'weak-lru-cache'],
};
const PACKAGE_CATEGORY = new Map(
  Object.entries(PACKAGES).flatMap(([category, names]) => names.map((name) => [name, category])),
);

/** The profiles in a folder: `main` or `thread N`, and what V8 wrote. */
export function readProfiles(dir) {
  return readdirSync(dir)
    .filter((file) => file.endsWith('.cpuprofile'))
    .toSorted()
    .map((file) => {
      const thread = Number(file.split('.')[4]);
      const profile = JSON.parse(readFileSync(join(dir, file), 'utf8'));
      return { thread: thread === 0 ? 'main' : `thread ${thread}`, profile };
    });
}

/**
 * Time by category, by function, and by the program's own function nearest to it on the stack, as shares of the time
 * that the thread was not idle. `window`: from and to in ns of the monotonic clock, which V8 also uses.
 */
export function breakDown({ nodes, samples, timeDeltas, startTime }, window) {
  const byId = new Map(nodes.map((node) => [node.id, node]));
  for (const node of nodes) for (const child of node.children ?? []) byId.get(child).parent = node;
  const [from, to] = window ? [window.startedAt / 1000, window.lastAt / 1000] : [0, Infinity];
  const sums = { category: new Map(), self: new Map(), cause: new Map(), file: new Map(), within: new Map() };
  let busy = 0;
  let total = 0;
  let now = startTime + timeDeltas[0];
  samples.forEach((id, at) => {
    const micros = timeDeltas[at + 1] ?? 0;
    const inside = now >= from && now <= to;
    now += micros;
    if (!inside) return;
    total += micros;
    const node = byId.get(id);
    const name = node.callFrame.functionName;
    if (name === '(idle)') return;
    busy += micros;
    const category = categoryOf(node);
    add(sums.category, category, micros);
    add(sums.within, `${category} · ${payerOf(node)}`, micros);
    add(sums.self, labelOf(node.callFrame), micros);
    const own = ownAncestor(node);
    add(sums.cause, own ? labelOf(own.callFrame) : `(none) ${categoryOf(node)}`, micros);
    if (isOwn(node)) add(sums.file, fileOf(node.callFrame.url), micros);
  });
  return { busyMicros: busy, totalMicros: total, shares: mapValues(sums, (sum) => sharesOf(sum, busy)) };
}

function categoryOf(node) {
  for (let at = node; at; at = at.parent) {
    const { url, functionName } = at.callFrame;
    if (functionName === '(garbage collector)') return 'GC';
    if (functionName === '(program)') return 'native, not in a function';
    if (url.includes('/dist/')) return `own: ${fileOf(url).split('/').slice(0, 2).join('/')}`;
    const name = packageOf(url);
    if (name !== undefined) return PACKAGE_CATEGORY.get(name) ?? `package ${name}`;
    if (/^node:_http|^node:internal\/http/.test(url)) return 'HTTP in: node:http';
  }
  return nodeCategory(node);
}

/** Node's own code with nothing of anybody else below it on the stack: by its outermost module. */
function nodeCategory(node) {
  let last = 'native';
  for (let at = node; at; at = at.parent) {
    if (at.callFrame.url.startsWith('node:')) last = at.callFrame.url;
  }
  return `node core: ${last.replace('node:', '').replace('internal/', '')}`;
}

/** The nearest function on the stack that is not Node's or native: who pays for a write or a buffer. */
function payerOf(node) {
  let at = node;
  while (at && (at.callFrame.url === '' || at.callFrame.url.startsWith('node:'))) at = at.parent;
  return labelOf((at ?? node).callFrame);
}

function packageOf(url) {
  const path = url.split('/node_modules/').at(-1);
  if (path === url) return undefined;
  const [first, second] = path.split('/');
  return first === '@nestjs' ? first : first.startsWith('@') ? `${first}/${second}` : first;
}

const isOwn = ({ callFrame }) => callFrame.url.includes('/dist/') && !callFrame.url.includes('node_modules');

function ownAncestor(node) {
  let at = node;
  while (at && !isOwn(at)) at = at.parent;
  return at;
}

const fileOf = (url) => url.split('/dist/').at(-1).replace(/\.js$/, '');

function labelOf({ functionName, url, lineNumber }) {
  const place = url.includes('/node_modules/')
    ? url.split('/node_modules/').at(-1)
    : url.includes('/dist/')
      ? fileOf(url)
      : url;
  return `${functionName || '(anonymous)'} ${place}${url ? `:${lineNumber + 1}` : ''}`;
}

const add = (sums, key, value) => sums.set(key, (sums.get(key) ?? 0) + value);

const mapValues = (object, change) =>
  Object.fromEntries(Object.entries(object).map(([key, value]) => [key, change(value)]));

const sharesOf = (sums, total) =>
  [...sums].map(([what, micros]) => ({ what, share: micros / total })).toSorted((a, b) => b.share - a.share);
