export const DUPLICATE_KEY = 11_000;

/** One failed write of several that were sent as one command. Its text is the server's no more: that quotes documents. */
export class BulkItemError extends Error {
  override readonly name = 'BulkItemError';

  constructor(
    /** MongoDB's own. */
    readonly code: number | undefined,
    /** Which unique index a duplicate key belongs to. */
    readonly violatedIndex: string | undefined,
  ) {
    super(`a write of several failed with code ${code}`);
  }
}

/** The database may have done the writes or not; they can be repeated once it is back. */
export class NotConfirmedError extends Error {
  override readonly name = 'NotConfirmedError';
}
