/** Documents that are asked for one by one, in steps short enough to let others have their turn. */
export interface DocumentStream {
  /** The next document; undefined at the end; false when there is more to come but this step took long enough. */
  next(): Uint8Array | undefined | false;
  /** Lets go of what would keep LMDB from reusing pages; called whenever the event loop gets its turn. */
  pause(): void;
  /** Known to have no more, without asking: its limit is reached. */
  readonly isExhausted?: boolean;
  /** The stream of a tailable cursor: at its end there may be more later. */
  readonly tail?: Tail;
}

/** The end of a stream that grows. */
export interface Tail {
  /** False when its cursor is to be closed. */
  readonly isAlive: boolean;
  /** Whether an empty batch waits for more. */
  readonly awaitsData: boolean;
  /** Resolves when there may be more, or `ms` have passed. @throws StoreError CursorKilled (237). */
  more(ms: number): Promise<void>;
  /** Ends a wait: the cursor is closed. */
  close(): void;
}

/** A stream over documents at hand. */
export class ArrayStream implements DocumentStream {
  private at = 0;

  constructor(private readonly documents: readonly Uint8Array[]) {}

  get isExhausted(): boolean {
    return this.at >= this.documents.length;
  }

  next(): Uint8Array | undefined {
    const document = this.documents[this.at];
    this.at += 1;
    return document;
  }

  pause(): void {
    // Nothing is held.
  }
}
