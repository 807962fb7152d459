import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import { Types, type Model } from 'mongoose';
import { WriteCommands } from '../database/write-commands.js';
import { WEBHOOK_LOG_MODEL, type WebhookLogDocument } from './webhook-log.schema.js';

export type NewWebhookLog = Omit<WebhookLogDocument, '_id'>;

@Injectable()
export class WebhookLogRepository {
  private readonly commands: WriteCommands;

  constructor(@InjectModel(WEBHOOK_LOG_MODEL) logs: Model<WebhookLogDocument>) {
    this.commands = new WriteCommands(logs.db, logs.collection.collectionName);
  }

  /** Stores deliveries with one command; resolves with their ids once all are on disk. */
  async insertMany(logs: NewWebhookLog[]): Promise<string[]> {
    const documents = logs.map((log) => ({ _id: new Types.ObjectId(), ...log }));
    const failed = (await this.commands.insert(documents)).find((error) => error !== null);
    if (failed) throw failed;
    return documents.map(({ _id }) => _id.toHexString());
  }
}
