import { chmodSync, renameSync, rmSync } from 'node:fs';
import { createServer, type AddressInfo, type ListenOptions, type Server, type Socket } from 'node:net';
import { newClient } from './auth/client-state.js';
import type { Credentials } from './auth/credentials.js';
import { deriveSecret, type ScramSecret } from './auth/scram.js';
import { runCommand } from './commands/command-registry.js';
import type { StoreContext } from './commands/command.js';
import { CursorRegistry } from './cursor/cursor-registry.js';
import { resumeBuilds } from './index/index-build.js';
import { TtlSweeper } from './index/ttl-sweeper.js';
import { Catalog, OUTPUT_PREFIX } from './storage/catalog.js';
import { Environment } from './storage/environment.js';
import { Purger } from './storage/purger.js';
import { Connection } from './wire/connection.js';

export interface ServerOptions {
  /** Where LMDB keeps its files. */
  readonly directory: string;
  readonly ttlIntervalMs: number;
  onUnexpectedError(error: unknown): void;
  /** Told when a commit failed, on a full disk for one: the store refuses writes until it is opened anew. */
  onBroken(failure: Error): void;
}

/** A store on the files of one directory, for as many listeners as are attached. */
export class StoreServer {
  private readonly connections = new Set<Connection>();
  private readonly listeners: Server[] = [];
  private nextConnectionId = 1;
  private socketPath: string | undefined;

  private constructor(
    private readonly context: StoreContext,
    private readonly sweeper: TtlSweeper,
  ) {}

  static async open(options: ServerOptions): Promise<StoreServer> {
    const environment = new Environment(options.directory);
    environment.writes.onBroken = (failure) => options.onBroken(failure);
    const catalog = await Catalog.open(environment);
    const purger = new Purger(environment, catalog);
    const { onUnexpectedError } = options;
    const unfinished = catalog.all().filter(({ name }) => name.startsWith(OUTPUT_PREFIX));
    if (unfinished.length > 0) {
      await environment.writes.enqueue(() => {
        for (const collection of unfinished) catalog.drop(collection);
      });
    }
    purger.wake();
    void resumeBuilds({ environment, catalog, purger }).catch(onUnexpectedError);
    return new StoreServer(
      { environment, catalog, purger, cursors: new CursorRegistry(), now: wallClock, onUnexpectedError },
      new TtlSweeper(environment, catalog, wallClock, options.ttlIntervalMs),
    );
  }

  /**
   * Listens on a unix socket that only this user may open: it is bound in the store's own directory, which nobody else
   * may enter, and moved to its place when its mode is set (a worker thread may not change the umask).
   */
  async listenOnSocket(birthplace: string, path: string): Promise<void> {
    rmSync(birthplace, { force: true });
    await listen(this.createListener(), { path: birthplace });
    chmodSync(birthplace, 0o600);
    renameSync(birthplace, path);
    this.socketPath = path;
  }

  /** Listens on a port of the loopback interface; every connection must authenticate. @returns the port. */
  async listenOnPort(port: number, credentials: Credentials): Promise<number> {
    const listener = this.createListener(await deriveSecret(credentials));
    await listen(listener, { port, host: '127.0.0.1' });
    return (listener.address() as AddressInfo).port;
  }

  /** Gives up without touching the files: answers what is at hand, then ends every connection. */
  abandon(): void {
    for (const listener of this.listeners) listener.close();
    for (const connection of this.connections) connection.end();
  }

  /** Stops accepting, lets the requests at hand end, and closes the files. */
  async close(): Promise<void> {
    const closed = this.listeners.map(
      (listener) =>
        new Promise<void>((resolve) => {
          listener.close(() => resolve());
        }),
    );
    for (const connection of this.connections) connection.end();
    const { cursors, environment, purger } = this.context;
    cursors.dispose();
    await Promise.all([this.sweeper.close(), purger.close()]);
    await environment.writes.drained();
    for (const connection of this.connections) connection.destroy();
    await Promise.all(closed);
    await environment.close();
    if (this.socketPath) rmSync(this.socketPath, { force: true });
  }

  private createListener(secret?: ScramSecret): Server {
    const listener = createServer((socket) => this.accept(socket, secret));
    this.listeners.push(listener);
    return listener;
  }

  private accept(socket: Socket, secret: ScramSecret | undefined): void {
    const client = newClient(this.nextConnectionId, secret);
    this.nextConnectionId += 1;
    const connection = new Connection(socket, (request) => runCommand(request, client, this.context));
    this.connections.add(connection);
    socket.once('close', () => this.connections.delete(connection));
  }
}

function wallClock(): Date {
  return new Date();
}

function listen(listener: Server, where: ListenOptions): Promise<void> {
  return new Promise((resolve, reject) => {
    listener.once('error', reject);
    listener.listen(where, () => {
      listener.off('error', reject);
      resolve();
    });
  });
}
