import { parentPort, workerData } from 'node:worker_threads';
import { elect, exclusively } from './election.js';
import { readCredentials } from './auth/credentials.js';
import { tcpUriOf, type StorePaths } from './socket-path.js';
import { StoreServer } from './store-server.js';

/** What the thread is started with. */
export interface WorkerOptions {
  readonly paths: StorePaths;
  readonly ttlIntervalMs: number;
  /** Listen on this port of the loopback interface too; 0 for any that is free. */
  readonly port: number | undefined;
}

export type WorkerMessage =
  | { readonly kind: 'elected'; readonly role: 'owner' | 'guest'; readonly tcpUri?: string }
  | { readonly kind: 'failed'; readonly message: string }
  | { readonly kind: 'unexpected'; readonly error: string };

const LAST_ANSWERS_MS = 50;

const port = parentPort;
if (!port) throw new Error('this file runs as a worker thread of the embedded store');
const { paths, ttlIntervalMs, port: tcpPort } = workerData as WorkerOptions;
const tell = (message: WorkerMessage): void => port.postMessage(message);

let server: StoreServer | undefined;
let tcpUri: string | undefined;
try {
  const role = await elect(paths.directory, paths.socket, async () => {
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
    if (tcpPort !== undefined) {
      const credentials = readCredentials(paths.directory);
      tcpUri = tcpUriOf(credentials, await server.listenOnPort(tcpPort, credentials));
    }
    await server.listenOnSocket(paths.socketBirthplace, paths.socket);
  });
  tell({ kind: 'elected', role, ...(tcpUri !== undefined && { tcpUri }) });
  if (role === 'guest') port.close();
} catch (error) {
  tell({ kind: 'failed', message: error instanceof Error ? error.message : String(error) });
  port.close();
}

// The only message is the wish to close. Nobody is elected before the files are closed.
port.once('message', () => {
  void exclusively(paths.directory, async () => server?.close()).finally(() => port.close());
});
