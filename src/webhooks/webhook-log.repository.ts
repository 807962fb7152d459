import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import { Types, type Model } from 'mongoose';
import { WEBHOOK_LOG_MODEL, type WebhookLogDocument } from './webhook-log.schema.js';

export type NewWebhookLog = Omit<WebhookLogDocument, '_id'>;

@Injectable()
export class WebhookLogRepository {
  constructor(@InjectModel(WEBHOOK_LOG_MODEL) private readonly logs: Model<WebhookLogDocument>) {}

  /** Stores deliveries with one command; resolves with their ids once all are on disk. */
  async insertMany(logs: NewWebhookLog[]): Promise<string[]> {
    const documents = logs.map((log) => ({ _id: new Types.ObjectId(), ...log }));
    await this.logs.collection.insertMany(documents, { ordered: false });
    return documents.map(({ _id }) => _id.toHexString());
  }
}
