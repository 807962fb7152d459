import type { DocumentStream } from '../cursor/document-stream.js';
import type { Sort } from '../query/sort.js';
import { storeErrors } from '../store.errors.js';
import type { Match, Matches } from './matches.js';

/** Candidates examined without a match before the step is over. */
const MOST_EXAMINED = 512;
/** MongoDB's limit for a sort in memory. */
const MOST_SORT_BYTES = 100 * 1024 * 1024;

/** Matches in the order they are found. */
export class MatchStream implements DocumentStream {
  constructor(
    private readonly matches: Matches,
    private readonly show: ((match: Match) => Uint8Array) | undefined,
  ) {}

  next(): Uint8Array | undefined | false {
    const match = this.matches.next(MOST_EXAMINED);
    return match && this.show ? this.show(match) : match && match.document;
  }

  pause(): void {
    this.matches.pause();
  }
}

interface Sorted {
  readonly key: Buffer;
  readonly order: number;
  readonly document: Uint8Array;
}

/** Reads all of a stream and then gives it sorted; with a limit it keeps only as many as may be wanted. */
export class SortedStream implements DocumentStream {
  private kept: Sorted[] = [];
  private bytes = 0;
  private order = 0;
  private at = 0;
  private complete = false;

  constructor(
    private readonly source: DocumentStream,
    private readonly sort: Sort,
    /** How many will be asked for: skip and limit together. */
    private readonly wanted: number,
  ) {}

  next(): Uint8Array | undefined | false {
    while (!this.complete) {
      const document = this.source.next();
      if (document === false) return false;
      if (document === undefined) this.finish();
      else if (this.add(document)) return false;
    }
    const sorted = this.kept[this.at];
    this.at += 1;
    return sorted?.document;
  }

  pause(): void {
    this.source.pause();
  }

  /** @returns true when it is time to let others have their turn. */
  private add(document: Uint8Array): boolean {
    this.kept.push({ key: this.sort.key(document), order: this.order, document });
    this.order += 1;
    this.bytes += document.length;
    if (this.kept.length >= 2 * this.wanted + 1_000) this.cut();
    if (this.bytes > MOST_SORT_BYTES) {
      throw storeErrors.QueryExceededMemoryLimitNoDiskUseAllowed(
        `Executor error during find command :: caused by :: Sort exceeded memory limit of ${MOST_SORT_BYTES} bytes, but did not opt in to external sorting.`,
      );
    }
    return this.order % 256 === 0;
  }

  private cut(): void {
    this.kept.sort(inOrder);
    this.kept.length = Math.min(this.kept.length, this.wanted);
    this.bytes = this.kept.reduce((sum, { document }) => sum + document.length, 0);
  }

  private finish(): void {
    this.complete = true;
    this.cut();
  }
}

function inOrder(a: Sorted, b: Sorted): number {
  return Buffer.compare(a.key, b.key) || a.order - b.order;
}

/** Skips, limits and reshapes what another stream gives. */
export class WindowStream implements DocumentStream {
  private skipped = 0;
  private given = 0;

  constructor(
    private readonly source: DocumentStream,
    private readonly skip: number,
    private readonly limit: number,
    private readonly reshape?: (document: Uint8Array) => Uint8Array,
  ) {}

  get isExhausted(): boolean {
    return this.given >= this.limit;
  }

  next(): Uint8Array | undefined | false {
    while (this.given < this.limit) {
      const document = this.source.next();
      if (!document) return document;
      if (this.skipped < this.skip) {
        this.skipped += 1;
        continue;
      }
      this.given += 1;
      return this.reshape ? this.reshape(document) : document;
    }
    return undefined;
  }

  pause(): void {
    this.source.pause();
  }
}
