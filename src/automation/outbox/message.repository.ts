import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import type { Collection, Model } from 'mongoose';
import { Batcher } from '../../database/batcher.js';
import { WriteCommands } from '../../database/write-commands.js';
import { DUPLICATE_KEY, type BulkItemError } from '../../database/write-errors.js';
import { MESSAGE_MODEL, type MessageDocument } from './message.schema.js';

interface OwnChange {
  id: string;
  run: string;
  change: MessageChange;
}

export type MessageChange = Partial<
  Pick<MessageDocument, 'status' | 'run' | 'possibleDuplicate' | 'instagramMessageId' | 'error'>
> & { updatedAt: Date };

/** A few ms more on the way to Instagram are not felt; the commands they save are most of a send's cost. */
const BATCH = { maxItems: 500, maxPending: 20_000, lingerMs: 8 };

/** Sends of many events share their writes: two commands for hundreds of messages, each on disk before it counts. */
@Injectable()
export class MessageRepository {
  private readonly inserts = new Batcher<MessageDocument, BulkItemError | null>({
    run: (rows) => this.commands.insert(rows),
    ...BATCH,
  });

  private readonly updates = new Batcher<OwnChange, BulkItemError | null>({
    run: (changes) => this.updateAll(changes),
    ...BATCH,
  });

  private readonly collection: Collection<MessageDocument>;
  private readonly commands: WriteCommands;

  constructor(@InjectModel(MESSAGE_MODEL) messages: Model<MessageDocument>) {
    const { collectionName } = messages.collection;
    this.collection = messages.db.collection<MessageDocument>(collectionName);
    this.commands = new WriteCommands(messages.db, collectionName);
  }

  /** Stores a new row; false when there is one with this id already. */
  async begin(row: MessageDocument): Promise<boolean> {
    const error = await this.inserts.add(row);
    if (error && error.code !== DUPLICATE_KEY) throw error;
    return error === null;
  }

  find(id: string): Promise<MessageDocument | null> {
    return this.collection.findOne({ _id: id });
  }

  /** Changes nothing when another run has taken the message over. */
  async change(id: string, run: string, change: MessageChange): Promise<void> {
    const error = await this.updates.add({ id, run, change });
    if (error) throw error;
  }

  /** Makes `run` the one whose turn it is, unless the row has changed since it was read; false when it has. */
  async takeOver(row: MessageDocument, change: MessageChange & { run: string }): Promise<boolean> {
    const unchanged = { _id: row._id, run: row.run, status: row.status };
    return (await this.collection.updateOne(unchanged, { $set: change })).matchedCount === 1;
  }

  private async updateAll(changes: OwnChange[]): Promise<(BulkItemError | null)[]> {
    const statements = changes.map(({ id, run, change }) => ({
      filter: { _id: id, run },
      update: { $set: change },
    }));
    return (await this.commands.update(statements)).errors;
  }
}
