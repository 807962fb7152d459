import type { Connection, mongo } from 'mongoose';
import { BulkItemError, NotConfirmedError } from './write-errors.js';

export interface UpdateStatement {
  filter: object;
  update: object;
  upsert?: boolean;
}

/** One result for each write, in order: null, or its error with MongoDB's `code`. */
export type WriteErrors = (BulkItemError | null)[];

interface WriteReply {
  n: number;
  writeErrors?: { index: number; code?: number; errmsg?: string }[];
  writeConcernError?: { code: number; errmsg: string };
}

/** Stated in each command: the connection's own does not reach commands that are sent as they are. */
const ON_DISK = { w: 'majority', j: true } as const;

/**
 * Unordered writes of many documents as bare `insert` and `update` commands. The driver's `insertMany` and `bulkWrite`
 * measure each document before they serialise it and wrap each statement: 42 µs for a job that is inserted and 25 µs for
 * one that is updated, in place of 28 µs and 13 µs.
 *
 * What is given up with them is the driver's second try when a primary steps down in the middle of a command: such a
 * command fails, and each caller here has its own way to repeat it. And a command is one message, of which a server takes
 * 48 MB: callers see to it that theirs are smaller (`maxWeight` of their Batcher).
 */
export class WriteCommands {
  constructor(
    private readonly connection: Connection,
    private readonly collection: string,
  ) {}

  /** @throws what failed all of a command, for example a lost connection */
  async insert(documents: object[]): Promise<WriteErrors> {
    if (documents.length === 0) return [];
    const reply = await this.run({ insert: this.collection, documents });
    return errorsOf(reply, documents.length);
  }

  /**
   * Each statement updates at most one document.
   *
   * @returns how many found their document, besides the errors
   * @throws what failed all of a command, for example a lost connection
   */
  async update(statements: UpdateStatement[]): Promise<{ errors: WriteErrors; matched: number }> {
    if (statements.length === 0) return { errors: [], matched: 0 };
    const updates = statements.map(({ filter, update, upsert }) =>
      upsert ? { q: filter, u: update, upsert } : { q: filter, u: update },
    );
    const reply = await this.run({ update: this.collection, updates });
    return { errors: errorsOf(reply, statements.length), matched: reply.n };
  }

  private async run(command: object): Promise<WriteReply> {
    const { db } = this.connection;
    if (!db) throw new NotConfirmedError('not connected to the database');
    const reply = (await db.command({ ...command, ordered: false, writeConcern: ON_DISK })) as mongo.Document;
    const { writeConcernError } = reply as WriteReply;
    // Written, but perhaps not kept after a failover: nothing is known of any of them.
    if (writeConcernError)
      throw new NotConfirmedError(`writes are not confirmed (code ${writeConcernError.code})`);
    return reply as WriteReply;
  }
}

function errorsOf({ writeErrors = [] }: WriteReply, count: number): WriteErrors {
  const errors: WriteErrors = Array.from({ length: count }, () => null);
  for (const { index, code, errmsg } of writeErrors) {
    errors[index] = new BulkItemError(code, indexIn(errmsg));
  }
  return errors;
}

/** MongoDB names the index in the text only: `E11000 duplicate key error collection: db.jobs index: dedup dup key: …`. */
const indexIn = (errmsg = '') => /^E11000 .*? index: (\S+)/.exec(errmsg)?.[1];
