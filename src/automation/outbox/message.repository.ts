import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import type { Collection, Model } from 'mongoose';
import { Batcher } from '../../database/batcher.js';
import { WriteCommands } from '../../database/write-commands.js';
import { DUPLICATE_KEY, type BulkItemError } from '../../database/write-errors.js';
import {
  MAX_LOOKED_AT,
  cursorBehind,
  parseCursor,
  timesOf,
  toQuery,
  type MessageFilter,
  type MessagePage,
} from './message-list.js';
import { MESSAGE_MODEL, PERSON_INDEX, TIME_INDEX, type MessageDocument } from './message.schema.js';

interface OwnChange {
  id: string;
  run: string;
  change: MessageChange;
}

export type MessageChange = Partial<
  Pick<MessageDocument, 'status' | 'run' | 'possibleDuplicate' | 'instagramMessageId' | 'error'>
> & { updatedAt: Date };

/** Those that Instagram reports back. */
const MESSAGES = ['send_message', 'send_media', 'send_cards', 'ask'] as const;

const BATCH = { maxItems: 500, maxPending: 20_000 };
/** A slot waits for it. With 8 ms it was held for 142 ms at 100 ms a call, with 2 for 135. */
const BEFORE_CALL = { ...BATCH, lingerMs: 2 };
/** No slot waits for it, and the commands that this saves are most of its cost. */
const AFTER_CALL = { ...BATCH, lingerMs: 15 };

/** Sends of many events share their writes: two commands for hundreds of messages, each on disk before it counts. */
@Injectable()
export class MessageRepository {
  private readonly inserts = new Batcher<MessageDocument, BulkItemError | null>({
    run: (rows) => this.commands.insert(rows),
    ...BEFORE_CALL,
  });

  private readonly updates = new Batcher<OwnChange, BulkItemError | null>({
    run: (changes) => this.updateAll(changes),
    ...AFTER_CALL,
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

  /** Whether a message with this id of Instagram's is one that this program sent. */
  async wasSent(instagramMessageId: string): Promise<boolean> {
    const found = await this.collection.findOne({ instagramMessageId }, { projection: { _id: 1 } });
    return found !== null;
  }

  /** Messages to the person of which it is not known whether they arrived, the oldest first. */
  unsettled(account: string, person: string): Promise<MessageDocument[]> {
    return this.collection
      .find({ account, person, status: { $in: ['sending', 'unknown'] }, type: { $in: [...MESSAGES] } })
      .sort({ createdAt: 1 })
      .limit(100)
      .toArray();
  }

  /** Settles a message that arrived after all; false when it is settled already. */
  async confirm(id: string, instagramMessageId: string, at: Date): Promise<boolean> {
    const { matchedCount } = await this.collection.updateOne(
      { _id: id, status: { $in: ['sending', 'unknown'] } },
      { $set: { status: 'sent', instagramMessageId, updatedAt: at }, $unset: { error: '' } },
    );
    return matchedCount === 1;
  }

  /** Rare: without the account it walks over all. */
  async erase(of: { account?: string; person?: string }): Promise<void> {
    await this.collection.deleteMany(of);
  }

  /** Drops the texts of messages from before a time. */
  async dropTexts(before: Date): Promise<void> {
    const old = {
      createdAt: { $lt: before },
      $or: [{ text: { $exists: true } }, { shown: { $exists: true } }],
    };
    await this.collection.updateMany(old, { $unset: { text: '', shown: '' } });
  }

  /** The jobs by which something was sent for this event, the earliest first. */
  async jobsOf(account: string, person: string, event: string): Promise<string[]> {
    const rows = await this.collection.find({ account, person, event }).sort({ createdAt: 1 }).toArray();
    return [...new Set(rows.map(({ job }) => job))];
  }

  /**
   * The newest first. Looks at a few thousand at most: a page may be short and still have a next one.
   *
   * @param cursor what the page before answered as `nextCursor`
   */
  async page(filter: MessageFilter, limit: number, cursor?: string): Promise<MessagePage> {
    const { conversation, query } = toQuery(filter);
    const start = cursor === undefined ? undefined : parseCursor(cursor);
    const times = timesOf(filter, start);
    const newest = (conditions: object) =>
      this.collection
        .find(conditions)
        .hint(conversation ? PERSON_INDEX : TIME_INDEX)
        .sort({ createdAt: -1 });
    const [last] = await newest({ ...conversation, ...inTime(times) })
      .project<Pick<MessageDocument, 'createdAt'>>({ createdAt: 1 })
      .skip(MAX_LOOKED_AT - 1)
      .limit(1)
      .toArray();
    const lookedAt = last ? { ...times, $gte: last.createdAt } : times;
    const found = await newest({ ...conversation, ...inTime(lookedAt), ...query })
      .skip(start?.shown ?? 0)
      .limit(limit + 1)
      .toArray();
    const rows = found.slice(0, limit);
    if (found.length > limit) return { rows, nextCursor: cursorBehind(rows, start) };
    return { rows, nextCursor: last ? `${last.createdAt.getTime() - 1}.0` : null };
  }

  /** What one person was sent, the newest first, behind `after`. */
  ofPerson(
    account: string,
    person: string,
    limit: number,
    after: { createdAt: Date; id: string } | undefined,
  ): Promise<MessageDocument[]> {
    const { createdAt, id } = after ?? {};
    const behind = after && {
      createdAt: { $lte: createdAt! },
      $or: [{ createdAt: { $lt: createdAt! } }, { createdAt: createdAt!, _id: { $lt: id! } }],
    };
    return this.collection
      .find({ account: { $eq: account }, person: { $eq: person }, ...behind })
      .sort({ createdAt: -1, _id: -1 })
      .limit(limit)
      .toArray();
  }

  /** Those of these ids of Instagram's that are messages which this program sent. */
  async sentAmong(instagramMessageIds: readonly string[]): Promise<Set<string>> {
    if (instagramMessageIds.length === 0) return new Set();
    const found = await this.collection
      .find(
        { instagramMessageId: { $in: [...instagramMessageIds] } },
        { projection: { instagramMessageId: 1 } },
      )
      .toArray();
    return new Set(found.map(({ instagramMessageId }) => instagramMessageId!));
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
      // One that an echo has settled meanwhile stays so.
      filter: { _id: id, run, status: 'sending' },
      update: { $set: change },
    }));
    return (await this.commands.update(statements)).errors;
  }
}

const inTime = (range: object) => (Object.keys(range).length > 0 ? { createdAt: range } : {});
