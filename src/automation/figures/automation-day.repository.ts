import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import type { Model } from 'mongoose';
import { WriteCommands } from '../../database/write-commands.js';
import { AUTOMATION_DAY_MODEL, type AutomationDayDocument } from './automation-day.schema.js';

export interface DayIncrement {
  automation: string;
  account: string;
  day: string;
  /** By the path of the field, for example `skipped.cooldown`. */
  counts: ReadonlyMap<string, number>;
}

@Injectable()
export class AutomationDayRepository {
  private readonly commands: WriteCommands;

  constructor(@InjectModel(AUTOMATION_DAY_MODEL) private readonly days: Model<AutomationDayDocument>) {
    this.commands = new WriteCommands(days.db, days.collection.collectionName);
  }

  async add(increments: readonly DayIncrement[]): Promise<void> {
    const statements = increments.map(({ automation, account, day, counts }) => ({
      filter: { _id: `${automation}:${day}` },
      update: { $inc: Object.fromEntries(counts), $setOnInsert: { automation, account, day } },
      upsert: true,
    }));
    const failed = (await this.commands.update(statements)).errors.find((error) => error !== null);
    if (failed) throw failed;
  }

  /** Oldest first; days on which nothing happened are left out. `from` and `to` are included. */
  async between(automation: string, from: string, to: string): Promise<AutomationDayDocument[]> {
    // Ids order as days do, so that no index but the primary one is needed.
    const range = { $gte: `${automation}:${from}`, $lte: `${automation}:${to}` };
    return this.days.find({ _id: range }).sort({ _id: 1 }).lean();
  }

  /** What these automations did on one day; those that did nothing are left out. */
  async on(day: string, automations: readonly string[]): Promise<AutomationDayDocument[]> {
    return this.days.find({ _id: { $in: automations.map((automation) => `${automation}:${day}`) } }).lean();
  }

  async erase(account: string): Promise<void> {
    await this.days.deleteMany({ account });
  }
}
