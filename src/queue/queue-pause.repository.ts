import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import type { Model } from 'mongoose';
import { QUEUE_PAUSE_MODEL, type QueuePauseDocument } from './queue-pause.schema.js';

const ONLY_ONE = { _id: 'claiming' };

@Injectable()
export class QueuePauseRepository {
  constructor(@InjectModel(QUEUE_PAUSE_MODEL) private readonly pauses: Model<QueuePauseDocument>) {}

  async isPaused(): Promise<boolean> {
    return (await this.read())?.paused ?? false;
  }

  /** Who paused or resumed last, and when; null when nobody ever did. */
  async read(): Promise<QueuePauseDocument | null> {
    return this.pauses.findOne(ONLY_ONE).lean();
  }

  async set(paused: boolean, by: string, at: Date): Promise<void> {
    await this.pauses.updateOne(ONLY_ONE, { $set: { paused, by, at } }, { upsert: true });
  }
}
