/** What the driver reports of one failed write of several that were sent as one command. */
interface FailedWrite {
  index: number;
  code?: number;
  errmsg?: string;
}

export const DUPLICATE_KEY = 11_000;

/**
 * Runs several writes as one unordered command and tells which of them failed, so that callers who share it are not
 * failed by one another's.
 *
 * @returns one entry for each of `count` writes, in order: null, or its error with MongoDB's `code`
 * @throws what failed all of them, for example a lost connection
 */
export async function eachWrite(
  count: number,
  command: () => Promise<unknown>,
): Promise<(BulkItemError | null)[]> {
  const errors: (BulkItemError | null)[] = Array.from({ length: count }, () => null);
  try {
    await command();
  } catch (error) {
    // The driver throws the same class, without failed writes, when the connection was lost or the write concern not met:
    // then nothing is known of any of them.
    const failed = failedWrites(error);
    if (failed.length === 0 || isUnconfirmed(error)) throw error;
    for (const write of failed)
      errors[write.index] = new BulkItemError(write.code, indexIn(write), { cause: error });
  }
  return errors;
}

export class BulkItemError extends Error {
  override readonly name = 'BulkItemError';

  constructor(
    /** MongoDB's own. */
    readonly code: number | undefined,
    /** Which unique index a duplicate key belongs to. */
    readonly violatedIndex: string | undefined,
    options: ErrorOptions,
  ) {
    super(`a write of several failed with code ${code}`, options);
  }
}

/** MongoDB names the index in the text only: `E11000 duplicate key error collection: db.jobs index: dedup dup key: …`. */
const indexIn = ({ errmsg }: FailedWrite) => /^E11000 .*? index: (\S+)/.exec(errmsg ?? '')?.[1];

/** Recognised by shape: mongoose and its driver may be imported only where documents are described. */
function failedWrites(error: unknown): FailedWrite[] {
  if (!(error instanceof Error) || !('writeErrors' in error)) return [];
  return [error.writeErrors ?? []].flat() as FailedWrite[];
}

/** Some writes failed, and the others may not outlive a failover. */
function isUnconfirmed(error: unknown): boolean {
  const { result } = error as { result?: { getWriteConcernError?: () => unknown } };
  return result?.getWriteConcernError?.() !== undefined;
}
