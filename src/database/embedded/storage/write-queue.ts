import type { Database } from 'lmdb';
import { StoreError, storeErrors } from '../store.errors.js';

interface QueuedStatement {
  run(): void;
  succeed(): void;
  fail(error: unknown): void;
}

/**
 * Group commit: every statement that arrives while the transaction before is being synced to disk shares the next one.
 * A statement's promise settles only after its transaction's commit is on disk, also when the statement failed or
 * wrote nothing, so that no answer shows state that a crash could take back.
 */
export class WriteQueue {
  private waiting: QueuedStatement[] = [];
  private readonly undoLog: (() => void)[] = [];
  private readonly awaitingCommit: (() => void)[] = [];
  private committing: Promise<void> | undefined;
  /** Told once when a commit failed: LMDB's environment cannot be trusted any more and must be opened anew. */
  onBroken = (_failure: StoreError): void => undefined;
  private broken: StoreError | undefined;
  /** Runs inside each transaction after its statements. */
  beforeCommit = (): void => undefined;

  constructor(private readonly root: Database<Buffer, Buffer>) {}

  /**
   * Runs `statement` in the next transaction. It must be able to run twice: when another statement of its transaction
   * fails unexpectedly, all the rest run again. A StoreError it throws rejects its promise and nothing else; what it
   * wrote before stands, unless it was wrapped in {@link atomically}.
   */
  enqueue<T>(statement: () => T): Promise<T> {
    if (this.broken) return Promise.reject(this.broken);
    return new Promise<T>((resolve, reject) => {
      let settle: (() => void) | undefined;
      this.waiting.push({
        run: () => {
          try {
            const value = statement();
            settle = () => resolve(value);
          } catch (error) {
            if (!(error instanceof StoreError)) throw error;
            settle = () => reject(error);
          }
        },
        succeed: () => settle?.(),
        fail: reject,
      });
      this.committing ??= this.commitAll();
    });
  }

  /** Runs `work` so that all it wrote is undone when it throws: for statements that write more than one document. */
  atomically<T>(work: () => T): T {
    const mark = this.undoLog.length;
    try {
      // Inside a transaction lmdb runs the work at once and answers its result; its types tell of the other case only.
      return this.root.childTransaction(work) as unknown as T;
    } catch (error) {
      this.undoTo(mark);
      throw error;
    }
  }

  /** Resolves when the next transaction is on disk, whatever it wrote. */
  nextCommit(): Promise<void> {
    return new Promise((resolve) => {
      this.awaitingCommit.push(resolve);
    });
  }

  /** Registers how to take back a change of memory if the running statement or its transaction fails. */
  onRollback(undo: () => void): void {
    this.undoLog.push(undo);
  }

  /** Refuses all that is enqueued from now on: the files are about to be closed. */
  stop(): void {
    this.broken ??= storeErrors.InterruptedAtShutdown('the store is closing');
  }

  /** Resolves when all that was enqueued is settled. */
  async drained(): Promise<void> {
    while (this.committing !== undefined) await this.committing;
  }

  private async commitAll(): Promise<void> {
    // One turn of the event loop, so that requests which arrive together share the transaction.
    await Promise.resolve();
    while (this.waiting.length > 0) await this.commitBatch();
    this.committing = undefined;
  }

  private async commitBatch(): Promise<void> {
    let batch: QueuedStatement[] = [];
    let running: QueuedStatement | undefined;
    try {
      // A child transaction (5 % slower than none): an unexpected error in the middle of a statement can abort the batch.
      await this.root.childTransaction(() => {
        batch = this.waiting;
        this.waiting = [];
        for (running of batch) running.run();
        running = undefined;
        this.beforeCommit();
      });
    } catch (error) {
      this.undoTo(0);
      await this.refuse(batch, running, error);
      return;
    }
    this.undoLog.length = 0;
    for (const statement of batch) statement.succeed();
    if (this.awaitingCommit.length > 0) for (const wake of this.awaitingCommit.splice(0)) wake();
  }

  /** One statement's unexpected error fails that statement only; a failed commit fails them all. */
  private async refuse(
    batch: QueuedStatement[],
    culprit: QueuedStatement | undefined,
    error: unknown,
  ): Promise<void> {
    if (culprit === undefined) {
      const failure = await commitFailure(error);
      this.broken = failure;
      for (const statement of [...batch, ...this.waiting.splice(0)]) statement.fail(failure);
      this.onBroken(failure);
      return;
    }
    culprit.fail(error);
    this.waiting = [...batch.filter((statement) => statement !== culprit), ...this.waiting];
  }

  private undoTo(mark: number): void {
    while (this.undoLog.length > mark) this.undoLog.pop()!();
  }
}

const DISK_FULL_CODES: ReadonlySet<unknown> = new Set([
  28 /* ENOSPC */, 122 /* EDQUOT */, -30_792 /* MDB_MAP_FULL */,
]);

/** lmdb tells that a commit failed, and in a promise of its own why. */
async function commitFailure(failure: unknown): Promise<StoreError> {
  let cause = failure;
  try {
    await (failure as { commitError?: Promise<never> }).commitError;
  } catch (reason) {
    cause = reason;
  }
  const isFull = DISK_FULL_CODES.has((cause as { code?: unknown }).code);
  const make = isFull ? storeErrors.OutOfDiskSpace : storeErrors.OperationFailed;
  return make('the transaction could not be committed to disk', undefined, { cause });
}
