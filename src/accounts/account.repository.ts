import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import { mongo, type Model } from 'mongoose';
import {
  ACCOUNT_MODEL,
  accountStatuses,
  type AccountDocument,
  type AccountStatus,
} from './account.schema.js';
import { Batcher } from '../database/batcher.js';
import { containsText } from '../database/contains-text.js';
import { DUPLICATE_KEY } from '../database/write-errors.js';
import type { SealedToken } from './token.cipher.js';

export interface StatusChange {
  status: AccountStatus;
  statusReason?: string;
  throttledUntil?: Date;
}

export interface AccountFilter {
  status?: AccountStatus | undefined;
  /** Part of the username, or the id. */
  text?: string | undefined;
}

export interface StatusCondition {
  from?: AccountStatus[];
  /** The `iv` of the sealed token. */
  tokenId?: string;
}

export interface NewAccount {
  instagramId: string;
  username: string;
  token: SealedToken;
  refreshAt: Date;
  appScopedId?: string;
  tokenExpiresAt?: Date;
}

@Injectable()
export class AccountRepository {
  private readonly reads = new Batcher<string, AccountDocument | null>({
    run: (instagramIds) => this.findAll(instagramIds),
    maxItems: 500,
    maxPending: 20_000,
    lingerMs: 10,
  });

  constructor(@InjectModel(ACCOUNT_MODEL) private readonly accounts: Model<AccountDocument>) {}

  /** Callers at the same time share the query: events of a hundred accounts come at once. */
  find(instagramId: string): Promise<AccountDocument | null> {
    return this.reads.add(instagramId);
  }

  /** Returns null when the account is connected already. */
  async create(account: NewAccount): Promise<AccountDocument | null> {
    try {
      const created = await this.accounts.create({ ...account, status: 'active' });
      return created.toObject();
    } catch (error) {
      if (error instanceof mongo.MongoServerError && error.code === DUPLICATE_KEY) return null;
      throw error;
    }
  }

  /** Accounts in the order in which they were connected, after `cursor` (an id). */
  async list(
    limit: number,
    cursor: string | undefined,
    { status, text }: AccountFilter = {},
  ): Promise<AccountDocument[]> {
    return this.accounts
      .find({
        ...(cursor !== undefined && { _id: { $gt: cursor } }),
        ...(status !== undefined && { status }),
        ...(text !== undefined && { $or: [{ username: containsText(text) }, { instagramId: text }] }),
      })
      .sort({ _id: 1 })
      .limit(limit)
      .lean();
  }

  /** Those that can't send, or whose token ends before a time: in the order in which they were connected. */
  async needingAttention(tokenEndsBefore: Date, limit: number): Promise<AccountDocument[]> {
    return this.accounts
      .find({ $or: [{ status: { $ne: 'active' } }, { tokenExpiresAt: { $lt: tokenEndsBefore } }] })
      .sort({ _id: 1 })
      .limit(limit)
      .lean();
  }

  /** Returns the account as it is now, or null when there is none, or none whose token is still the one named. */
  async update(
    instagramId: string,
    change: Partial<Omit<NewAccount, 'instagramId'>>,
    { tokenId }: Pick<StatusCondition, 'tokenId'> = {},
  ): Promise<AccountDocument | null> {
    // Nothing is known of how long another token lasts.
    const forget = change.token && !change.tokenExpiresAt ? { $unset: { tokenExpiresAt: 1 as const } } : {};
    const filter = { instagramId, ...(tokenId !== undefined && { 'token.iv': tokenId }) };
    return this.accounts
      .findOneAndUpdate(filter, { $set: change, ...forget }, { returnDocument: 'after' })
      .lean();
  }

  /** By either of the ids by which Instagram may speak of it. */
  findByEitherId(id: string): Promise<AccountDocument | null> {
    return this.accounts.findOne({ $or: [{ instagramId: id }, { appScopedId: id }] }).lean();
  }

  /** An account whose token is due for refreshing; no other process gets it before `again`. */
  claimRefresh(now: Date, again: Date): Promise<AccountDocument | null> {
    return this.accounts
      .findOneAndUpdate(
        { refreshAt: { $lte: now }, status: { $ne: 'reconnect' } },
        { $set: { refreshAt: again } },
        { sort: { refreshAt: 1 }, returnDocument: 'after' },
      )
      .lean();
  }

  /** False when there is no such account, or it is not as the condition demands. */
  async setStatus(
    instagramId: string,
    change: StatusChange,
    { from, tokenId }: StatusCondition = {},
  ): Promise<boolean> {
    const unset = {
      ...(change.statusReason === undefined && { statusReason: 1 as const }),
      ...(change.throttledUntil === undefined && { throttledUntil: 1 as const }),
    };
    const { matchedCount } = await this.accounts.updateOne(
      {
        instagramId,
        ...(from && { status: { $in: from } }),
        ...(tokenId !== undefined && { 'token.iv': tokenId }),
      },
      { $set: change, $unset: unset },
    );
    return matchedCount === 1;
  }

  async countByStatus(): Promise<Record<AccountStatus, number>> {
    const rows = await this.accounts.aggregate<{ _id: AccountStatus; count: number }>([
      { $group: { _id: '$status', count: { $sum: 1 } } },
    ]);
    const none = Object.fromEntries(accountStatuses.map((status) => [status, 0]));
    return Object.assign(none, ...rows.map(({ _id, count }) => ({ [_id]: count })));
  }

  async delete(instagramId: string): Promise<boolean> {
    return (await this.accounts.deleteOne({ instagramId })).deletedCount === 1;
  }

  private async findAll(instagramIds: string[]): Promise<(AccountDocument | null)[]> {
    const found = await this.accounts.find({ instagramId: { $in: instagramIds } }).lean();
    const byId = new Map(found.map((account) => [account.instagramId, account]));
    return instagramIds.map((instagramId) => byId.get(instagramId) ?? null);
  }
}
