import type { Connection, mongo } from 'mongoose';
import { BulkItemError } from './write-errors.js';
import { chunksBySize } from './document-size.js';

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
/** A third of what a server takes in one message. */
const MAX_COMMAND_BYTES = 16_000_000;

/**
 * Unordered writes of many documents as bare `insert` and `update` commands. The driver's `insertMany` and `bulkWrite`
 * measure each document before they serialise it and wrap each statement: 42 µs for a job that is inserted and 25 µs for
 * one that is updated, in place of 28 µs and 13 µs.
 *
 * What is given up with them is the driver's second try when a primary steps down in the middle of a command: such a
 * command fails, and each caller here has its own way to repeat it.
 */
export class WriteCommands {
  constructor(
    private readonly connection: Connection,
    private readonly collection: string,
  ) {}

  /** @throws what failed all of a command, for example a lost connection */
  async insert(documents: object[]): Promise<WriteErrors> {
    const errors = noErrors(documents.length);
    for (const { start, items } of chunksBySize(documents, MAX_COMMAND_BYTES)) {
      const command = { insert: this.collection, documents: items };
      note(errors, start, await this.run(command));
    }
    return errors;
  }

  /**
   * Each statement updates at most one document.
   *
   * @returns how many found their document, besides the errors
   * @throws what failed all of a command, for example a lost connection
   */
  async update(statements: UpdateStatement[]): Promise<{ errors: WriteErrors; matched: number }> {
    const errors = noErrors(statements.length);
    let matched = 0;
    for (const { start, items } of chunksBySize(statements, MAX_COMMAND_BYTES)) {
      const updates = items.map(({ filter, update, upsert }) =>
        upsert ? { q: filter, u: update, upsert } : { q: filter, u: update },
      );
      const reply = await this.run({ update: this.collection, updates });
      note(errors, start, reply);
      matched += reply.n;
    }
    return { errors, matched };
  }

  private async run(command: object): Promise<WriteReply> {
    const { db } = this.connection;
    if (!db) throw new Error('not connected to the database');
    const reply = (await db.command({ ...command, ordered: false, writeConcern: ON_DISK })) as mongo.Document;
    const { writeConcernError } = reply as WriteReply;
    // Written, but perhaps not kept after a failover: nothing is known of any of them.
    if (writeConcernError) throw new Error(`writes are not confirmed (code ${writeConcernError.code})`);
    return reply as WriteReply;
  }
}

const noErrors = (count: number): WriteErrors => Array.from({ length: count }, () => null);

function note(errors: WriteErrors, start: number, { writeErrors = [] }: WriteReply): void {
  for (const { index, code, errmsg } of writeErrors) {
    errors[start + index] = new BulkItemError(code, indexIn(errmsg));
  }
}

/** MongoDB names the index in the text only: `E11000 duplicate key error collection: db.jobs index: dedup dup key: …`. */
const indexIn = (errmsg = '') => /^E11000 .*? index: (\S+)/.exec(errmsg)?.[1];
