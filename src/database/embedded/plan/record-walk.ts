import type { Index } from '../index/index.js';
import type { Environment } from '../storage/environment.js';
import { documentKey, RECORD_ID_BYTES, recordIdOf } from '../storage/key-space.js';
import type { Collection } from '../storage/collection.js';
import type { KeyRange } from './key-range.js';
import { passes, type KeyTest } from './key-test.js';
import type { AccessPath } from './planner.js';

/**
 * Walks the record ids of an access path. It may be left and taken up again at any time: {@link pause} lets go of LMDB's
 * cursor (which would keep a snapshot alive), and the walk goes on after the last key it saw, among the rows of then.
 */
export interface RecordWalk {
  /** The next record; undefined at the end; false when many keys were passed over and others may want their turn. */
  next(): number | undefined | false;
  pause(): void;
  /** Keys read that failed their tests. */
  readonly keysPassedOver: number;
}

export function walkRecords(
  environment: Environment,
  collection: Collection,
  access: AccessPath,
): RecordWalk {
  if (access.kind === 'union') {
    const walks = access.paths.map((path) => walkRecords(environment, collection, path));
    return new DistinctWalk(new ChainWalk(walks));
  }
  if (access.kind === 'keys') return distinct(access.index, new KeysWalk(environment, access.keys));
  if (access.kind === 'collection') {
    const range = { start: documentKey(collection.id, 0), end: documentKey(collection.id + 1, 0) };
    return new RangesWalk(environment, {
      rows: 'documents',
      ranges: [range],
      reverse: access.reverse,
      keyTests: [],
    });
  }
  const { index, ranges, reverse, keyTests } = access;
  const walk = new RangesWalk(environment, {
    rows: index.spec.unique ? 'unique-entries' : 'entries',
    ranges,
    reverse,
    keyTests,
  });
  return distinct(index, walk);
}

function distinct(index: Index, walk: RecordWalk): RecordWalk {
  return index.traits.multikey.length > 0 ? new DistinctWalk(walk) : walk;
}

class KeysWalk implements RecordWalk {
  readonly keysPassedOver = 0;
  private at = 0;

  constructor(
    private readonly environment: Environment,
    private readonly keys: readonly Buffer[],
  ) {}

  next(): number | undefined {
    while (this.at < this.keys.length) {
      const value = this.environment.entries.getBinaryFast(this.keys[this.at]!);
      this.at += 1;
      if (value) return recordIdOf(value, 0);
    }
    return undefined;
  }

  pause(): void {
    // Nothing is held between two keys.
  }
}

interface RangesTask {
  readonly rows: 'documents' | 'entries' | 'unique-entries';
  readonly ranges: readonly KeyRange[];
  readonly reverse: boolean;
  readonly keyTests: readonly KeyTest[];
}

/** Keys that fail their tests one after the other before the step is over. */
const MOST_FAILED = 2_048;

class RangesWalk implements RecordWalk {
  keysPassedOver = 0;
  private at = 0;
  private lastKey: Buffer | undefined;
  private iterator: Iterator<Buffer | { key: Buffer; value: Buffer }> | undefined;

  constructor(
    private readonly environment: Environment,
    private readonly task: RangesTask,
  ) {}

  next(): number | undefined | false {
    const { ranges, reverse, keyTests } = this.task;
    let failed = 0;
    while (this.at < ranges.length) {
      const range = ranges[reverse ? ranges.length - 1 - this.at : this.at]!;
      this.iterator ??= this.open(range);
      const step = this.iterator.next();
      if (!step.done) {
        const recordId = this.take(step.value);
        if (keyTests.length === 0 || passes(keyTests, this.lastKey!)) return recordId;
        this.keysPassedOver += 1;
        failed += 1;
        if (failed === MOST_FAILED) return false;
        continue;
      }
      this.iterator = undefined;
      this.lastKey = undefined;
      this.at += 1;
    }
    return undefined;
  }

  pause(): void {
    this.iterator?.return?.();
    this.iterator = undefined;
  }

  private take(row: Buffer | { key: Buffer; value: Buffer }): number {
    if ('key' in row) {
      this.lastKey = row.key;
      return recordIdOf(row.value, 0);
    }
    this.lastKey = row;
    return recordIdOf(row, row.length - RECORD_ID_BYTES);
  }

  private open(range: KeyRange): Iterator<Buffer | { key: Buffer; value: Buffer }> {
    const { reverse, rows } = this.task;
    const after = this.lastKey;
    const options = reverse
      ? { start: after ?? range.end, end: range.start, inclusiveEnd: true, exclusiveStart: true, reverse }
      : { start: after ?? range.start, end: range.end, exclusiveStart: after !== undefined };
    if (rows === 'unique-entries') return this.environment.entries.getRange(options)[Symbol.iterator]();
    const table = rows === 'documents' ? this.environment.documents : this.environment.entries;
    return table.getKeys(options)[Symbol.iterator]();
  }
}

/** Several walks, one after the other. */
class ChainWalk implements RecordWalk {
  private at = 0;

  constructor(private readonly walks: readonly RecordWalk[]) {}

  get keysPassedOver(): number {
    return this.walks.reduce((sum, walk) => sum + walk.keysPassedOver, 0);
  }

  next(): number | undefined | false {
    for (; this.at < this.walks.length; this.at += 1) {
      const recordId = this.walks[this.at]!.next();
      if (recordId !== undefined) return recordId;
    }
    return undefined;
  }

  pause(): void {
    this.walks[this.at]?.pause();
  }
}

/** A document stands in a multikey index once for each key, and is found once. */
class DistinctWalk implements RecordWalk {
  private readonly seen = new Set<number>();

  constructor(private readonly walk: RecordWalk) {}

  get keysPassedOver(): number {
    return this.walk.keysPassedOver;
  }

  next(): number | undefined | false {
    for (;;) {
      const recordId = this.walk.next();
      if (recordId === undefined || recordId === false) return recordId;
      if (this.seen.has(recordId)) continue;
      this.seen.add(recordId);
      return recordId;
    }
  }

  pause(): void {
    this.walk.pause();
  }
}
