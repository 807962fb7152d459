import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import { Types, type Model } from 'mongoose';
import { Batcher } from '../database/batcher.js';
import { containsText } from '../database/contains-text.js';
import {
  AUTOMATION_MODEL,
  AUTOMATION_REVISION_MODEL,
  type AutomationDocument,
  type AutomationRevisionDocument,
} from './automation.schema.js';
import type { Automation, AutomationSettings, TriggerType } from './automation.types.js';

export interface AutomationFilter {
  account?: string | undefined;
  enabled?: boolean | undefined;
  trigger?: TriggerType | undefined;
  /** Part of the name or of a keyword, in either case. */
  text?: string | undefined;
}

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

  /** @param id where it had one before, as in an import */
  async create(settings: AutomationSettings, id?: string): Promise<Automation> {
    const created = await this.automations.create({ ...settings, ...(id !== undefined && { _id: id }) });
    return toAutomation(created.toObject());
  }

  async find(id: string): Promise<Automation | null> {
    const found = await this.automations.findById(id).lean();
    return found && toAutomation(found);
  }

  /** In the order in which they were made, after `cursor` (an id). */
  async list(filter: AutomationFilter, limit: number, cursor: string | undefined): Promise<Automation[]> {
    const found = await this.automations
      .find({ ...conditionsOf(filter), ...(cursor !== undefined && { _id: { $gt: cursor } }) })
      .sort({ _id: 1 })
      .limit(limit)
      .lean();
    return found.map(toAutomation);
  }

  /** In the order in which they are tried on an event, after the one with this priority and id. */
  async listByPriority(
    filter: AutomationFilter,
    limit: number,
    after: { priority: number; id: string } | undefined,
  ): Promise<Automation[]> {
    const behind = after && {
      $or: [
        { priority: { $lt: after.priority } },
        { priority: after.priority, _id: { $gt: new Types.ObjectId(after.id) } },
      ],
    };
    const found = await this.automations
      .find({ $and: [conditionsOf(filter), behind ?? {}] })
      .sort({ priority: -1, _id: 1 })
      .limit(limit)
      .lean();
    return found.map(toAutomation);
  }

  count(filter: AutomationFilter): Promise<number> {
    return this.automations.countDocuments(conditionsOf(filter));
  }

  /** The oldest of this name. */
  async findByName(account: string, name: string): Promise<Automation | null> {
    const found = await this.automations.findOne({ account, name }).sort({ _id: 1 }).lean();
    return found && toAutomation(found);
  }

  async idsOf(account: string): Promise<string[]> {
    const found = await this.automations.find({ account }, { _id: 1 }).lean();
    return found.map(({ _id }) => _id.toHexString());
  }

  async namesOf(ids: readonly string[]): Promise<Map<string, string>> {
    const found = await this.automations.find({ _id: { $in: [...ids] } }, { name: 1 }).lean();
    return new Map(found.map(({ _id, name }) => [_id.toHexString(), name]));
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

function conditionsOf({ account, enabled, trigger, text }: AutomationFilter) {
  return {
    ...(account !== undefined && { account }),
    ...(enabled !== undefined && { enabled }),
    ...(trigger !== undefined && { 'trigger.type': trigger }),
    ...(text !== undefined && {
      $or: [{ name: containsText(text) }, { 'trigger.match.keywords': containsText(text) }],
    }),
  };
}

function toAutomation({ _id, ...settings }: AutomationDocument): Automation {
  return { id: _id.toHexString(), ...settings, conditions: settings.conditions ?? [] };
}
