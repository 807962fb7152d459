import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import { Types, type Model } from 'mongoose';
import { WriteCommands } from '../database/write-commands.js';
import { WEBHOOK_LOG_MODEL, type WebhookLogDocument } from './webhook-log.schema.js';

export type NewWebhookLog = Omit<WebhookLogDocument, '_id'>;

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

  /** The newest first, before `cursor` (an id); without their bodies. */
  async list(limit: number, cursor: string | undefined): Promise<Omit<WebhookLogDocument, 'body'>[]> {
    const before = cursor === undefined ? {} : { _id: { $lt: new Types.ObjectId(cursor) } };
    return this.logs.find(before, { body: 0 }).sort({ _id: -1 }).limit(limit).lean();
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
   * Deletes the deliveries with this id of Instagram's anywhere in them. Bodies are bytes, which no index reads: it walks
   * over all of them, a batch at a time.
   */
  async eraseMentioning(id: string): Promise<number> {
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
      if ((body as Buffer).includes(id)) found.push(_id);
      if (found.length >= 200) await flush();
    }
    if (found.length > 0) await flush();
    return erased;
  }
}
