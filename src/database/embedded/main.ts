import { parseArgs } from 'node:util';
import { openEmbeddedStore, StoreStartError } from './embedded-store.js';

const USAGE = 'usage: node main.js --data DIR [--port N]';

/** The store as a process of its own: prints its connection string as its first line, ends on SIGTERM or SIGINT. */
async function main(): Promise<void> {
  const { values } = parseArgs({
    options: { data: { type: 'string' }, port: { type: 'string' }, help: { type: 'boolean' } },
  });
  if (values.help === true) {
    process.stdout.write(`${USAGE}\n`);
    return;
  }
  if (values.data === undefined) throw new Error(USAGE);
  const port = values.port === undefined ? undefined : Number(values.port);
  if (port !== undefined && !(Number.isInteger(port) && port >= 0 && port < 65_536)) throw new Error(USAGE);
  const store = await openEmbeddedStore({ dataDir: values.data, ...(port !== undefined && { port }) });
  process.stdout.write(`${store.tcpUri ?? store.uri}\n`);
  if (port !== undefined && store.tcpUri === undefined) {
    process.stderr.write('another process serves this store already, on its socket only\n');
  }
  // A guest has nothing else that keeps the process alive.
  const stayAlive = setInterval(() => undefined, 2 ** 30);
  const end = (): void => {
    clearInterval(stayAlive);
    void store.close();
  };
  process.once('SIGTERM', end);
  process.once('SIGINT', end);
}

function explained(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const isPort = error instanceof StoreStartError && error.reason === 'port';
  return isPort ? `another program uses the port of --port: ${error.message}` : error.message;
}

try {
  await main();
} catch (error) {
  process.stderr.write(`${explained(error)}\n`);
  process.exitCode = 1;
}
