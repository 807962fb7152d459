import { existsSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { Worker } from 'node:worker_threads';
import { isAnswering } from './election.js';
import { socketUri, storePaths, type StorePaths } from './socket-path.js';
import type { StartFailure, WorkerMessage, WorkerOptions } from './store-worker.js';

export interface EmbeddedStoreOptions {
  /** Where the store keeps its files and its socket; made if it is not there. */
  readonly dataDir: string;
  /**
   * Serve this port of the loopback interface too, behind a password; 0 for any that is free. Only the owner does. One that
   * is taken is an error at the start; a guest that takes over serves the socket alone then.
   */
  readonly port?: number;
  /** How often expired documents are looked for. */
  readonly ttlIntervalMs?: number;
  /** Told of errors inside the store that no client's request explains; without it they are written to stderr. */
  readonly onUnexpectedError?: (error: string) => void;
}

export interface EmbeddedStore {
  /** What drivers connect to; it stays the same when another process takes over. */
  readonly uri: string;
  /** Whether this process serves the store now, or found it served by another. */
  readonly role: 'owner' | 'guest';
  /** What clients that cannot open the socket connect to, password included; undefined without a port or as a guest. */
  readonly tcpUri: string | undefined;
  close(): Promise<void>;
}

/** The store could not be opened. */
export class StoreStartError extends Error {
  override readonly name = 'StoreStartError';

  constructor(
    readonly reason: StartFailure,
    message: string,
  ) {
    super(message);
  }
}

const TTL_INTERVAL_MS = 60_000;
/** How long a guest waits before it looks again after the owner's socket broke and nobody could be elected. */
const RETRY_MS = 1_000;
/** How often a lock that was about to go is opened again, and the longest wait before it. */
const LOCK_ATTEMPTS = 50;
const LOCK_RETRY_MS = 200;

/**
 * Opens the store of a data directory: serves it from a worker thread, or finds the process that serves it already. When
 * that process goes, this one or another takes over on the same socket.
 *
 * @throws StoreStartError with the reason `port` when the port is taken
 */
export async function openEmbeddedStore(options: EmbeddedStoreOptions): Promise<EmbeddedStore> {
  const store = new StoreMember(options, storePaths(options.dataDir));
  await store.join({ portRequired: true });
  return store;
}

class StoreMember implements EmbeddedStore {
  readonly uri: string;
  role: 'owner' | 'guest' = 'guest';
  tcpUri: string | undefined;
  private worker: Worker | undefined;
  private watch: Socket | undefined;
  private closed = false;

  constructor(
    private readonly options: EmbeddedStoreOptions,
    private readonly paths: StorePaths,
  ) {
    this.uri = socketUri(paths.socket);
  }

  /** Becomes the owner, or a guest that watches the owner. */
  async join({ portRequired }: Pick<WorkerOptions, 'portRequired'>): Promise<void> {
    if (!(await isAnswering(this.paths.socket)) && (await this.takePart(portRequired)) === 'owner') {
      this.role = 'owner';
      return;
    }
    this.role = 'guest';
    this.watchOwner();
  }

  async close(): Promise<void> {
    this.closed = true;
    this.watch?.destroy();
    const { worker } = this;
    if (!worker) return;
    await new Promise<void>((resolve) => {
      worker.once('exit', () => resolve());
      // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread is no window
      worker.postMessage('close');
    });
  }

  /** A connection nothing is sent on: it breaks when the owner goes. */
  private watchOwner(): void {
    const watch = connect(this.paths.socket);
    this.watch = watch;
    watch.unref();
    watch.on('error', () => undefined);
    watch.once('close', () => void this.rejoin());
  }

  private async rejoin(): Promise<void> {
    while (!this.closed) {
      try {
        await this.join({ portRequired: false });
        // Closed while it was joining: what was started must not stay.
        if (this.closed) await this.close();
        return;
      } catch (error) {
        this.report(error instanceof Error ? error.message : String(error));
        await delay(RETRY_MS, undefined, { ref: false });
      }
    }
  }

  /** Takes part in the election, in thread after thread while its lock is broken: see ElectionLockError. */
  private async takePart(portRequired: boolean): Promise<'owner' | 'guest'> {
    for (let attempt = 1; ; attempt += 1) {
      try {
        return await this.startWorker(portRequired);
      } catch (error) {
        const isLock = error instanceof StoreStartError && error.reason === 'lock';
        if (!isLock || attempt === LOCK_ATTEMPTS || this.closed) throw error;
        if (attempt === 1) this.report(`${error.message}; trying again`);
        // By chance, so that those who broke it for each other come one after the other.
        await delay(Math.random() * LOCK_RETRY_MS);
      }
    }
  }

  private startWorker(portRequired: boolean): Promise<'owner' | 'guest'> {
    const workerData: WorkerOptions = {
      paths: this.paths,
      ttlIntervalMs: this.options.ttlIntervalMs ?? TTL_INTERVAL_MS,
      port: this.options.port,
      portRequired,
    };
    const worker = new Worker(workerFile(), { workerData, name: 'embedded-store' });
    return new Promise((resolve, reject) => {
      let failure = new StoreStartError('other', 'the store ended before it was open');
      worker.on('message', (message: WorkerMessage) => {
        if (message.kind === 'elected') {
          if (message.role === 'owner') this.worker = worker;
          this.tcpUri = message.tcpUri;
          resolve(message.role);
        } else if (message.kind === 'failed') {
          failure = new StoreStartError(message.reason, message.message);
        } else {
          this.report(message.error);
        }
      });
      worker.once('error', (error) => {
        this.report(error.stack ?? error.message);
        reject(error);
      });
      // Only now are its files closed.
      worker.once('exit', () => {
        reject(failure);
        if (this.worker === worker) this.workerEnded();
      });
    });
  }

  private workerEnded(): void {
    this.worker = undefined;
    if (!this.closed) void this.rejoin();
  }

  private report(error: string): void {
    if (this.options.onUnexpectedError) this.options.onUnexpectedError(error);
    else process.stderr.write(`embedded store: ${error}\n`);
  }
}

/** A thread needs the compiled file; a test that runs this module from its source takes the one in dist/. */
function workerFile(): URL {
  const beside = new URL('./store-worker.js', import.meta.url);
  if (existsSync(beside)) return beside;
  return new URL('../../../dist/database/embedded/store-worker.js', import.meta.url);
}
