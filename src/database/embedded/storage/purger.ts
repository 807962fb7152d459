import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Catalog, PurgeTask } from './catalog.js';
import type { Environment } from './environment.js';
import { afterPrefix, prefixOf } from './key-space.js';

/** Rows removed in one transaction. */
const STEP = 2_000;

/** Removes the rows of dropped collections and indexes in bounded steps, also those left by a crash. */
export class Purger {
  private running: Promise<void> | undefined;
  private closed = false;

  constructor(
    private readonly environment: Environment,
    private readonly catalog: Catalog,
  ) {}

  wake(): void {
    if (!this.closed) this.running ??= this.run();
  }

  async close(): Promise<void> {
    this.closed = true;
    await this.running;
  }

  private async run(): Promise<void> {
    try {
      // Asked anew after each: what is dropped in the meantime wakes nobody, since this runs already.
      for (let [task] = this.catalog.purgeTasks(); task && !this.closed; [task] = this.catalog.purgeTasks()) {
        const { id, rows } = task;
        while (!this.closed && (await this.environment.writes.enqueue(() => this.step({ id, rows }))))
          await nextTurn();
      }
    } catch {
      // A full disk, most likely: the task is still listed and is taken up again at the next drop or start.
    } finally {
      this.running = undefined;
    }
  }

  /** @returns true when there is more to remove. */
  private step(task: PurgeTask): boolean {
    const table = this.environment[task.rows];
    const start = prefixOf(task.id);
    const keys = [...table.getKeys({ start, end: afterPrefix(start), limit: STEP })];
    for (const key of keys) table.removeSync(key);
    if (keys.length === STEP) return true;
    this.catalog.purged(task);
    return false;
  }
}
