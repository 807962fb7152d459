import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import type { Model } from 'mongoose';
import { Batcher } from '../database/batcher.js';
import {
  AUTOMATION_MODEL,
  AUTOMATION_REVISION_MODEL,
  type AutomationDocument,
  type AutomationRevisionDocument,
} from './automation.schema.js';
import type { Automation, AutomationSettings } from './automation.types.js';

@Injectable()
export class AutomationRepository {
  /** Every account with traffic asks once a second: asked together, that is a few queries and not one for each. */
  private readonly revisions = new Batcher<string, number>({
    run: (accounts) => this.readRevisions(accounts),
    maxItems: 1000,
    maxPending: 100_000,
    lingerMs: 10,
  });

  constructor(
    @InjectModel(AUTOMATION_MODEL) private readonly automations: Model<AutomationDocument>,
    @InjectModel(AUTOMATION_REVISION_MODEL) private readonly revisionModel: Model<AutomationRevisionDocument>,
  ) {}

  async create(settings: AutomationSettings): Promise<Automation> {
    const created = await this.automations.create(settings);
    return toAutomation(created.toObject());
  }

  async find(id: string): Promise<Automation | null> {
    const found = await this.automations.findById(id).lean();
    return found && toAutomation(found);
  }

  /** In the order in which they were made, after `cursor` (an id); of all accounts where none is given. */
  async list(account: string | undefined, limit: number, cursor: string | undefined): Promise<Automation[]> {
    const found = await this.automations
      .find({
        ...(account !== undefined && { account }),
        ...(cursor !== undefined && { _id: { $gt: cursor } }),
      })
      .sort({ _id: 1 })
      .limit(limit)
      .lean();
    return found.map(toAutomation);
  }

  /** Replaces all settings; null when there is no such automation. */
  async replace(id: string, settings: AutomationSettings): Promise<Automation | null> {
    const found = await this.automations
      .findByIdAndUpdate(
        id,
        { $set: settings, ...(settings.schedule === undefined && { $unset: { schedule: 1 } }) },
        { returnDocument: 'after' },
      )
      .lean();
    return found && toAutomation(found);
  }

  async delete(id: string): Promise<boolean> {
    return (await this.automations.deleteOne({ _id: id })).deletedCount === 1;
  }

  async deleteAllOf(account: string): Promise<void> {
    await this.automations.deleteMany({ account });
    await this.advanceRevision(account);
  }

  async enabledOf(account: string): Promise<Automation[]> {
    const found = await this.automations.find({ account, enabled: true }).lean();
    return found.map(toAutomation);
  }

  /** To be called after each change to an account's automations. */
  async advanceRevision(account: string): Promise<void> {
    await this.revisionModel.updateOne({ _id: account }, { $inc: { revision: 1 } }, { upsert: true });
  }

  /** 0 before the first change. */
  revisionOf(account: string): Promise<number> {
    return this.revisions.add(account);
  }

  private async readRevisions(accounts: string[]): Promise<number[]> {
    const found = await this.revisionModel.find({ _id: { $in: accounts } }).lean();
    const byAccount = new Map(found.map(({ _id, revision }) => [_id, revision]));
    return accounts.map((account) => byAccount.get(account) ?? 0);
  }
}

function toAutomation({ _id, ...settings }: AutomationDocument): Automation {
  return { id: _id.toHexString(), ...settings, conditions: settings.conditions ?? [] };
}
