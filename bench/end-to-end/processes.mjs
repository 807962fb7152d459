import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DemoProcess } from '../../dist/demo/child-process.js';

/* The processes of a run, with a folder for their logs and the store. All end with `stop`. */
export class Processes {
  dir = mkdtempSync(join(tmpdir(), 'chatautodm-bench-'));
  #started = [];

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
    rmSync(this.dir, { recursive: true, force: true });
  }
}

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
