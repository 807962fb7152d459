import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import { Types, type Model } from 'mongoose';
import { WriteCommands } from '../database/write-commands.js';
import { newestFirst, type ScannedPage } from '../database/newest-first.js';
import { toQuery, type WebhookLogFilter } from './webhook-log-filter.js';
import { WEBHOOK_LOG_MODEL, type WebhookLogDocument } from './webhook-log.schema.js';

export type ListedLog = Omit<WebhookLogDocument, 'body'>;

/** The event and its delivery are stored at the same time, unless the database is slow: few are read, then more. */
const WITHIN_SECONDS = [1, 20];

export type NewWebhookLog = Omit<WebhookLogDocument, '_id'>;

/** Deliveries that fit, of those named by their ids if any are. */
export interface ChosenLogs extends WebhookLogFilter {
  ids?: readonly string[];
}

/** Ids begin with the second of their making, by the clock of the process that made them: how far that may be off. */
const CLOCKS_APART_MS = 3_600_000;

@Injectable()
export class WebhookLogRepository {
  private readonly commands: WriteCommands;

  constructor(@InjectModel(WEBHOOK_LOG_MODEL) private readonly logs: Model<WebhookLogDocument>) {
    this.commands = new WriteCommands(logs.db, logs.collection.collectionName);
  }

  /** Stores deliveries with one command; resolves with their ids once all are on disk. */
  async insertMany(logs: NewWebhookLog[]): Promise<string[]> {
    const documents = logs.map((log) => ({ _id: new Types.ObjectId(), ...log }));
    const failed = (await this.commands.insert(documents)).find((error) => error !== null);
    if (failed) throw failed;
    return documents.map(({ _id }) => _id.toHexString());
  }

  /** The newest first, without their bodies; see {@link newestFirst}. */
  page(filter: WebhookLogFilter, limit: number, cursor?: string): Promise<ScannedPage<ListedLog>> {
    const { from, to } = filter;
    const query = { indexed: {}, filter: toQuery(filter), projection: { body: 0 } };
    return newestFirst(this.logs.collection, { ...query, limit, cursor, from, to });
  }

  /**
   * The delivery that first brought one of these events, if it was stored within seconds of `near`, an id that the same
   * process made for the event.
   */
  async bringing(identities: readonly string[], near: string): Promise<ListedLog | null> {
    const second = new Types.ObjectId(near).getTimestamp().getTime() / 1000;
    for (const seconds of WITHIN_SECONDS) {
      const [found] = (await this.logs.collection
        .find(
          {
            _id: {
              $gte: Types.ObjectId.createFromTime(Math.max(0, second - seconds)),
              $lt: Types.ObjectId.createFromTime(second + seconds + 1),
            },
            'events.identity': { $in: [...identities] },
          },
          { projection: { body: 0 } },
        )
        .sort({ _id: 1 })
        .limit(1)
        .toArray()) as unknown as ListedLog[];
      if (found) return found;
    }
    return null;
  }

  /** The oldest first, after `afterId`: in the order in which they came. */
  async matching(chosen: ChosenLogs, limit: number, afterId: string | null): Promise<WebhookLogDocument[]> {
    const after = afterId === null ? [] : [{ _id: { $gt: new Types.ObjectId(afterId) } }];
    const found = this.logs.collection
      .find({ $and: [chosenQuery(chosen), ...after] }, { promoteBuffers: true })
      .sort({ _id: 1 })
      .limit(limit);
    return found.toArray() as Promise<unknown> as Promise<WebhookLogDocument[]>;
  }

  async count(chosen: ChosenLogs): Promise<number> {
    return this.logs.collection.countDocuments(chosenQuery(chosen));
  }

  /** When the newest delivery came; null when none is kept. */
  async newestAt(): Promise<Date | null> {
    const newest = await this.logs.findOne({}, { receivedAt: 1 }).sort({ _id: -1 }).lean();
    return newest?.receivedAt ?? null;
  }

  /** Deliveries with an event of the conversation, the newest first, before `cursor` (an id). */
  async ofConversation(
    conversation: string,
    limit: number,
    cursor: string | undefined,
  ): Promise<WebhookLogDocument[]> {
    const before = cursor === undefined ? {} : { _id: { $lt: new Types.ObjectId(cursor) } };
    const found = await this.logs.collection
      .find({ people: { $eq: conversation }, ...before }, { promoteBuffers: true })
      .sort({ _id: -1 })
      .limit(limit)
      .toArray();
    return found as unknown as WebhookLogDocument[];
  }

  async find(id: string): Promise<WebhookLogDocument | null> {
    if (!Types.ObjectId.isValid(id)) return null;
    const found = await this.logs.collection.findOne(
      { _id: new Types.ObjectId(id) },
      { promoteBuffers: true },
    );
    return found as WebhookLogDocument | null;
  }

  /**
   * Deletes the deliveries with all of these ids of Instagram's anywhere in them. Bodies are bytes, which no index reads: it
   * walks over all of them, a batch at a time.
   */
  async eraseMentioning(...ids: [string, ...string[]]): Promise<number> {
    let erased = 0;
    const found: Types.ObjectId[] = [];
    const flush = async () => {
      erased += (await this.logs.collection.deleteMany({ _id: { $in: found.splice(0) } })).deletedCount;
    };
    const all = this.logs.collection.find(
      {},
      { projection: { body: 1 }, promoteBuffers: true, batchSize: 200 },
    );
    for await (const { _id, body } of all) {
      if (ids.every((id) => mentions(body as Buffer, id))) found.push(_id);
      if (found.length >= 200) await flush();
    }
    if (found.length > 0) await flush();
    return erased;
  }
}

/** As a whole: the digits of a shorter id may stand within a longer one. */
function mentions(body: Buffer, id: string): boolean {
  for (let at = body.indexOf(id); at !== -1; at = body.indexOf(id, at + 1)) {
    if (!isDigit(body[at - 1]) && !isDigit(body[at + id.length])) return true;
  }
  return false;
}

const isDigit = (byte: number | undefined): boolean => byte !== undefined && byte >= 0x30 && byte <= 0x39;

/** Only `_id` has an index, so times are found by that, and then looked at exactly. */
function chosenQuery({ ids, ...filter }: ChosenLogs): Record<string, unknown> {
  const { from, to } = filter;
  const idRange = {
    ...(from && { $gte: idAt(from.getTime() - CLOCKS_APART_MS) }),
    ...(to && { $lt: idAt(to.getTime() + CLOCKS_APART_MS) }),
    ...(ids && { $in: ids.filter((id) => Types.ObjectId.isValid(id)).map((id) => new Types.ObjectId(id)) }),
  };
  return { ...toQuery(filter), ...(Object.keys(idRange).length > 0 && { _id: idRange }) };
}

const idAt = (ms: number): Types.ObjectId =>
  Types.ObjectId.createFromTime(Math.min(0xff_ff_ff_ff, Math.max(0, Math.floor(ms / 1000))));
