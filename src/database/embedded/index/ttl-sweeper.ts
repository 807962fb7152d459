import { setImmediate as nextTurn } from 'node:timers/promises';
import { dateValue } from '../bson/bson-convert.js';
import { Matches } from '../plan/matches.js';
import { toRanges } from '../plan/key-range.js';
import { compileFilter } from '../query/filter.js';
import { DocumentBuilder } from '../bson/document-builder.js';
import type { Catalog } from '../storage/catalog.js';
import type { Collection } from '../storage/collection.js';
import type { Environment } from '../storage/environment.js';
import type { Index } from './index.js';

/** Documents removed in one transaction. */
const STEP = 500;
const ALL = { filter: compileFilter(new DocumentBuilder(8).finish()) };

/** Removes documents whose TTL index says they are over, at intervals and in bounded steps. */
export class TtlSweeper {
  private readonly timer: NodeJS.Timeout;
  private running: Promise<void> | undefined;
  private closed = false;

  constructor(
    private readonly environment: Environment,
    private readonly catalog: Catalog,
    private readonly now: () => Date,
    intervalMs: number,
  ) {
    this.timer = setInterval(() => void this.sweep(), intervalMs);
    this.timer.unref();
  }

  /** One pass over all TTL indexes; passes do not overlap. */
  sweep(): Promise<void> {
    this.running ??= this.pass().finally(() => {
      this.running = undefined;
    });
    return this.running;
  }

  async close(): Promise<void> {
    this.closed = true;
    clearInterval(this.timer);
    await this.running;
  }

  private async pass(): Promise<void> {
    try {
      for (const collection of this.catalog.all()) {
        for (const index of collection.indexes) {
          if (index.spec.expireAfterSeconds === undefined || !index.ready) continue;
          while (
            !this.closed &&
            (await this.environment.writes.enqueue(() => this.step(collection, index)))
          ) {
            await nextTurn();
          }
        }
      }
    } catch {
      // A failed write (a full disk): the next pass tries again.
    }
  }

  /** @returns true when there may be more to remove. */
  private step(collection: Collection, index: Index): boolean {
    if (this.catalog.find(collection.database, collection.name) !== collection) return false;
    if (!collection.indexes.includes(index)) return false;
    const expiredAt = this.now().getTime() - (index.spec.expireAfterSeconds ?? 0) * 1_000;
    const bounds = { equal: [], interval: { high: { value: dateValue(expiredAt), inclusive: true } } };
    const ranges = toRanges(index, bounds);
    const access = { kind: 'ranges', index, ranges, reverse: false, keyTests: [], bounds } as const;
    const expired = [];
    for (const match of new Matches(this.environment, collection, ALL, access)) {
      expired.push(match);
      if (expired.length === STEP) break;
    }
    for (const { recordId, document } of expired) collection.remove(recordId, document);
    return expired.length === STEP;
  }
}
