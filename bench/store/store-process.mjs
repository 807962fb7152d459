import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { MongoClient } from 'mongodb';
import { cpuSeconds, ownMemoryMb } from '../end-to-end/process-usage.mjs';

const MAIN = new URL('../../dist/database/embedded/main.js', import.meta.url).pathname;

/** The store as a process of its own, so that what it uses can be told from what the driver uses. */
export class StoreProcess {
  constructor(child, uri, startMs) {
    this.child = child;
    this.uri = uri;
    /** From the start of the process to its first answer. */
    this.startMs = startMs;
  }

  static async start(dataDir) {
    const begun = performance.now();
    const child = spawn(process.execPath, [MAIN, '--data', dataDir], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const [uri] = await once(createInterface(child.stdout), 'line');
    const client = await MongoClient.connect(uri);
    await client.db('bench').command({ ping: 1 });
    const startMs = performance.now() - begun;
    await client.close();
    return new StoreProcess(child, uri, startMs);
  }

  get cpuSeconds() {
    return cpuSeconds(this.child.pid);
  }

  get ownMemoryMb() {
    return ownMemoryMb(this.child.pid);
  }

  async stop() {
    this.child.kill('SIGTERM');
    await once(this.child, 'exit');
  }
}
