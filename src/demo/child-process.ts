import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

const KILL_AFTER_MS = 15_000;

export interface StartOptions {
  /** Module to run, relative to the built `demo` folder. */
  module: string;
  args?: string[];
  env?: Record<string, string>;
  execArgv?: string[];
  /** Where its output goes. */
  logFile: string;
}

/** One of the demo's processes. Its output goes to a file, so that the progress bar stays alone on the screen. */
export class DemoProcess {
  private constructor(readonly child: ChildProcess) {}

  static start({ module, args = [], env = {}, execArgv = [], logFile }: StartOptions): DemoProcess {
    const path = fileURLToPath(new URL(module, import.meta.url));
    const child = fork(path, args, { env: { ...process.env, ...env }, execArgv, silent: true });
    const log = createWriteStream(logFile, { flags: 'a' });
    child.stdout!.pipe(log, { end: false });
    child.stderr!.pipe(log, { end: false });
    return new DemoProcess(child);
  }

  /** The first part of the output that matches. */
  async outputMatching(pattern: RegExp): Promise<RegExpExecArray> {
    for await (const line of createInterface({ input: this.child.stdout! })) {
      const match = pattern.exec(line);
      if (match) return match;
    }
    throw new Error(`a process of the demo ended early (code ${this.child.exitCode})`);
  }

  async ask<T>(message: string): Promise<T> {
    this.child.send(message);
    const [answer] = await once(this.child, 'message');
    return answer as T;
  }

  async stop(): Promise<void> {
    if (this.child.exitCode !== null || this.child.signalCode !== null) return;
    const exited = once(this.child, 'exit');
    this.child.kill('SIGTERM');
    const timer = setTimeout(() => this.child.kill('SIGKILL'), KILL_AFTER_MS);
    await exited;
    clearTimeout(timer);
  }
}
