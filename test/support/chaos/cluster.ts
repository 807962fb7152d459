import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { socketUri, storePaths } from '../../../src/database/embedded/socket-path.js';
import { BuiltProcess, startServerProcess, type ServerProcess } from '../server-process.js';
import { testSecrets } from '../test-config.js';
import type { ChaosOptions } from './chaos-plan.js';

const AGAIN_AFTER_MS = 200;

/** Several servers on one embedded store, all of which may be killed, and come back as under a supervisor. */
export class Cluster {
  /** By the number of the server; the last one known while it is down. */
  readonly urls: string[] = [];
  readonly uri: string;
  private readonly servers = new Map<number, BuiltProcess>();
  private readonly outputs = new Map<string, BuiltProcess>();
  private store: BuiltProcess | undefined;
  private ending = false;

  constructor(
    private readonly dir: string,
    private readonly options: ChaosOptions,
    private readonly graphUrl: string,
  ) {
    this.uri = socketUri(storePaths(dir).socket);
  }

  async start(): Promise<void> {
    if (this.options.store === 'own process') await this.startStore();
    await Promise.all(Array.from({ length: this.options.servers }, (_, n) => this.startServer(n)));
  }

  /** The numbers of the servers that listen. */
  get up(): number[] {
    return [...this.servers.keys()].toSorted((a, b) => a - b);
  }

  /** SIGKILL to a server that is up; resolves once it listens again. */
  async killServer(n: number): Promise<void> {
    const process = this.servers.get(n)!;
    this.servers.delete(n);
    await process.kill('SIGKILL');
    await this.startServer(n);
  }

  /** SIGKILL to the store, or, where the servers hold it, to all of them; it stays away for `downMs`. */
  async killStore(downMs: number): Promise<void> {
    const down = [...this.servers];
    if (this.store) await this.store.kill('SIGKILL');
    else {
      this.servers.clear();
      await Promise.all(down.map(([, process]) => process.kill('SIGKILL')));
    }
    await sleep(downMs);
    if (this.store) await this.startStore();
    else await Promise.all(down.map(([n]) => this.startServer(n)));
  }

  /** Ends every server in good order; the store stays. Resolves with their exit codes. */
  async stopServers(): Promise<unknown[]> {
    this.ending = true;
    return Promise.all([...this.servers.values()].map((process) => process.kill('SIGTERM')));
  }

  async destroy(): Promise<void> {
    this.ending = true;
    for (const process of this.servers.values()) await process.kill('SIGKILL');
    await this.store?.kill('SIGKILL');
  }

  /** What the processes said, one file for each; resolves with the folder. */
  async writeOutputs(): Promise<string> {
    const folder = join('.test-results', 'chaos');
    await mkdir(folder, { recursive: true });
    for (const [name, { lines }] of this.outputs)
      await writeFile(join(folder, `${name}.log`), lines.join('\n'));
    return folder;
  }

  private keepOutput(name: string, process: BuiltProcess): void {
    this.outputs.set(`${String(this.outputs.size).padStart(4, '0')}-${name}-${process.child.pid}`, process);
  }

  private async startStore(): Promise<void> {
    this.store = BuiltProcess.start('dist/database/embedded/main.js', ['--data', this.dir], {});
    this.keepOutput('store', this.store);
    await this.store.line(/^mongodb:/);
  }

  /** Again and again: while the store is away, a server gives up. */
  private async startServer(n: number): Promise<void> {
    while (!this.ending) {
      let server: ServerProcess;
      try {
        server = await startServerProcess(this.environment());
        this.keepOutput(`server-${n}`, server.process);
      } catch {
        await sleep(AGAIN_AFTER_MS);
        continue;
      }
      if (this.ending) await server.process.kill('SIGKILL');
      this.urls[n] = server.url;
      this.servers.set(n, server.process);
      return;
    }
  }

  private environment(): Record<string, string> {
    const ownStore = this.options.store === 'own process';
    return {
      ...(ownStore ? { MONGODB_URI: this.uri } : { DATA_DIR: this.dir }),
      META_APP_SECRET: testSecrets.appSecret,
      META_VERIFY_TOKEN: testSecrets.verifyToken,
      ADMIN_TOKEN: testSecrets.adminToken,
      ENCRYPTION_KEY: testSecrets.encryptionKey,
      INSTAGRAM_GRAPH_URL: this.graphUrl,
      QUEUE_LEASE_MS: String(this.options.leaseMs),
      QUEUE_BACKOFF_MS: '200',
      // The stand-in has no limits, and a run that waits for 2 a second of an account takes minutes.
      INSTAGRAM_CONVERSATIONS_PER_SECOND: '100000',
    };
  }
}
