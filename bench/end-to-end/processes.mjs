import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DemoProcess } from '../../dist/demo/child-process.js';

/* The processes of a run, with a folder for their logs and the store. All end with `stop`. */
export class Processes {
  dir = mkdtempSync(join(tmpdir(), 'chatautodm-bench-'));
  #started = [];
  #interrupted = () => {
    void this.stop().finally(() => {
      this.removeFiles();
      process.exit(130);
    });
  };

  constructor() {
    process.once('SIGINT', this.#interrupted).once('SIGTERM', this.#interrupted);
  }

  /** Starts a module of this folder. */
  start(module, { args = [], env = {}, execArgv = [] } = {}) {
    const href = new URL(module, import.meta.url).href;
    const logFile = join(this.dir, `${module.replaceAll(/\W+/g, '-')}.log`);
    const started = DemoProcess.start({ module: href, args: args.map(String), env, execArgv, logFile });
    this.#started.push(started);
    return started;
  }

  /** Ends one of them in good order. */
  async end(child) {
    await child.stop();
    this.#started.splice(this.#started.indexOf(child), 1);
  }

  async stop() {
    await Promise.all(this.#started.map((child) => child.stop()));
    this.#started = [];
  }

  removeFiles() {
    process.off('SIGINT', this.#interrupted).off('SIGTERM', this.#interrupted);
    rmSync(this.dir, { recursive: true, force: true });
  }
}

/** Where the server of these processes keeps its store. */
export const dataDirOf = (processes) => join(processes.dir, 'data');

/** Resolves with the next message of that type; fails when the process ends first. */
export async function message({ child }, type) {
  const ended = new AbortController();
  child.once('exit', (code) => ended.abort(new Error(`a process ended early (code ${code})`)));
  for (;;) {
    const [next] = await once(child, 'message', { signal: ended.signal }).catch((error) => {
      throw ended.signal.aborted ? ended.signal.reason : error;
    });
    if (next.type === type) return next;
  }
}

export function ask(process, question, answerType) {
  const answer = message(process, answerType);
  process.child.send(question);
  return answer;
}
