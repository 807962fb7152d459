import { parentPort, workerData } from 'node:worker_threads';
import { elect, ElectionLockError, exclusively } from './election.js';
import { readCredentials } from './auth/credentials.js';
import { tcpUriOf, type StorePaths } from './socket-path.js';
import { StoreServer } from './store-server.js';

/** What the thread is started with. */
export interface WorkerOptions {
  readonly paths: StorePaths;
  readonly ttlIntervalMs: number;
  /** Listen on this port of the loopback interface too; 0 for any that is free. */
  readonly port: number | undefined;
  /** Serve nothing when that port is taken; else the socket alone. */
  readonly portRequired: boolean;
}

/** Why a thread gave up: another may succeed where the lock was about to go, and none where the port is taken. */
export type StartFailure = 'lock' | 'port' | 'other';

export type WorkerMessage =
  | { readonly kind: 'elected'; readonly role: 'owner' | 'guest'; readonly tcpUri?: string }
  | { readonly kind: 'failed'; readonly reason: StartFailure; readonly message: string }
  | { readonly kind: 'unexpected'; readonly error: string };

const LAST_ANSWERS_MS = 50;
const SLOW_ELECTION_MS = 10_000;

const port = parentPort;
if (!port) throw new Error('this file runs as a worker thread of the embedded store');
const { paths, ttlIntervalMs, port: tcpPort, portRequired } = workerData as WorkerOptions;
const tell = (message: WorkerMessage): void => port.postMessage(message);

let server: StoreServer | undefined;
let tcpUri: string | undefined;

async function becomeOwner(): Promise<void> {
  server = await StoreServer.open({
    directory: paths.directory,
    ttlIntervalMs,
    // The thread ends when its last answers are on their way; a new one opens the files as the last commit left them.
    onBroken: (failure) => {
      tell({ kind: 'unexpected', error: `${failure.message}: ${String(failure.cause)}` });
      server?.abandon();
      setTimeout(() => process.exit(1), LAST_ANSWERS_MS);
    },
    onUnexpectedError: (error) =>
      tell({
        kind: 'unexpected',
        error: error instanceof Error ? (error.stack ?? error.message) : String(error),
      }),
  });
  try {
    if (tcpPort !== undefined) tcpUri = await serveOnPort(server, tcpPort);
    await server.listenOnSocket(paths.socketBirthplace, paths.socket);
  } catch (error) {
    // Nobody else may be elected while this thread has the files open.
    await server.close();
    throw error;
  }
}

async function serveOnPort(owner: StoreServer, wanted: number): Promise<string | undefined> {
  const credentials = readCredentials(paths.directory);
  try {
    return tcpUriOf(credentials, await owner.listenOnPort(wanted, credentials));
  } catch (error) {
    if (portRequired || !isPortTaken(error)) throw error;
    tell({ kind: 'unexpected', error: `port ${wanted} is taken: the store is served on its socket only` });
    return undefined;
  }
}

const isPortTaken = (error: unknown): boolean => (error as NodeJS.ErrnoException).code === 'EADDRINUSE';

function failureOf(error: unknown): StartFailure {
  if (error instanceof ElectionLockError) return 'lock';
  return isPortTaken(error) ? 'port' : 'other';
}

const slow = setTimeout(
  () => tell({ kind: 'unexpected', error: 'still waiting for another process to end its election' }),
  SLOW_ELECTION_MS,
);
try {
  const role = await elect(paths.directory, paths.socket, becomeOwner);
  tell({ kind: 'elected', role, ...(tcpUri !== undefined && { tcpUri }) });
  if (role === 'guest') port.close();
} catch (error) {
  const message = error instanceof Error ? error.message : String(error);
  tell({ kind: 'failed', reason: failureOf(error), message });
  port.close();
} finally {
  clearTimeout(slow);
}

// The only message is the wish to close. Nobody is elected before the files are closed.
port.once('message', () => {
  void close().finally(() => port.close());
});

async function close(): Promise<void> {
  try {
    await exclusively(paths.directory, closeServer);
  } catch (error) {
    if (!(error instanceof ElectionLockError)) throw error;
    // Nobody can lock what this thread could not, until it ends.
    await closeServer();
  }
}

async function closeServer(): Promise<void> {
  await server?.close();
}
