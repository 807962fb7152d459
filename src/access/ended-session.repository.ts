import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import type { Model } from 'mongoose';
import { ENDED_SESSION_MODEL, type EndedSessionDocument } from './ended-session.schema.js';

@Injectable()
export class EndedSessionRepository {
  constructor(@InjectModel(ENDED_SESSION_MODEL) private readonly ended: Model<EndedSessionDocument>) {}

  async end(id: string, expiresAt: Date): Promise<void> {
    await this.ended.updateOne({ _id: id }, { $set: { expiresAt } }, { upsert: true });
  }

  async hasEnded(id: string): Promise<boolean> {
    return (await this.ended.exists({ _id: id })) !== null;
  }
}
