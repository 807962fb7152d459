import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';

/** What the test's own environment must not leak into a server under test. */
const UNSET = { MONGODB_URI: '', TEST_MONGODB_URI: '', NODE_OPTIONS: '', NODE_ENV: '', META_APP_SECRET: '' };

/** A built program (`dist/…`) as a process of its own, with its output line by line. */
export class BuiltProcess {
  readonly lines: string[] = [];
  private readonly watchers = new Set<() => void>();

  private constructor(readonly child: ChildProcess) {
    for (const stream of [child.stdout!, child.stderr!]) {
      createInterface({ input: stream }).on('line', (line) => {
        this.lines.push(line);
        for (const notify of this.watchers) notify();
      });
    }
    child.once('close', () => {
      for (const notify of this.watchers) notify();
    });
  }

  static start(script: string, args: string[], env: Record<string, string>): BuiltProcess {
    const options = { env: { ...process.env, ...UNSET, ...env }, stdio: ['ignore', 'pipe', 'pipe'] as const };
    return new BuiltProcess(
      spawn(process.execPath, [script, ...args], { ...options, stdio: [...options.stdio] }),
    );
  }

  /** The first line, so far or to come, that matches. */
  async line(pattern: RegExp): Promise<RegExpExecArray> {
    for (;;) {
      for (const line of this.lines) {
        const match = pattern.exec(line);
        if (match) return match;
      }
      if (this.ended) throw new Error(`ended without a line like ${pattern}:\n${this.lines.join('\n')}`);
      await new Promise<void>((resolve) => {
        const notify = () => {
          this.watchers.delete(notify);
          resolve();
        };
        this.watchers.add(notify);
      });
    }
  }

  get ended(): boolean {
    return this.child.exitCode !== null || this.child.signalCode !== null;
  }

  /** Resolves with the exit code, or with the signal that ended it. */
  async exit(): Promise<number | NodeJS.Signals> {
    if (!this.ended) await once(this.child, 'close');
    return this.child.exitCode ?? this.child.signalCode!;
  }

  async kill(signal: NodeJS.Signals): Promise<number | NodeJS.Signals> {
    if (!this.ended) this.child.kill(signal);
    return this.exit();
  }

  get output(): string {
    return this.lines.join('\n');
  }
}

export interface ServerProcess {
  process: BuiltProcess;
  url: string;
}

/** Starts the built server on a free port and waits until it listens. */
export async function startServerProcess(env: Record<string, string>): Promise<ServerProcess> {
  const process = BuiltProcess.start('dist/main.js', [], { PORT: '0', ...env });
  const [, url] = await process.line(/listening on (http:\/\/[^\s"]+)/);
  return { process, url: url! };
}
