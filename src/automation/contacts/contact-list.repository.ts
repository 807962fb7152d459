import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import type { Collection, Model } from 'mongoose';
import { CONTACT_MODEL, type ContactDocument } from './contact.schema.js';

export interface ContactFilter {
  account?: string | undefined;
  tag?: string | undefined;
}

export interface ContactPage {
  rows: ContactDocument[];
  /** An id; null on the last page. */
  nextCursor: string | null;
}

/** A tag that few have would else read all contacts there are, as in other lists. */
const MAX_LOOKED_AT = 5000;

/** Reads contacts for people. */
@Injectable()
export class ContactListRepository {
  private readonly collection: Collection<ContactDocument>;

  constructor(@InjectModel(CONTACT_MODEL) contacts: Model<ContactDocument>) {
    this.collection = contacts.db.collection<ContactDocument>(contacts.collection.collectionName);
  }

  /** In the order of their ids, after `cursor`. With a tag, a page may be short and still have a next one. */
  async page({ account, tag }: ContactFilter, limit: number, cursor?: string): Promise<ContactPage> {
    const ids = idsOf(account, cursor);
    const last = tag === undefined ? undefined : await this.lastLookedAt(ids);
    const found = await this.collection
      .find({
        ...inIds(last === undefined ? ids : { ...ids, $lte: last }),
        ...(tag !== undefined && { tags: tag }),
      })
      .sort({ _id: 1 })
      .limit(limit + 1)
      .toArray();
    const rows = found.slice(0, limit);
    return { rows, nextCursor: found.length > limit ? rows.at(-1)!._id : (last ?? null) };
  }

  private async lastLookedAt(ids: IdRange): Promise<string | undefined> {
    const [last] = await this.collection
      .find(inIds(ids), { projection: { _id: 1 } })
      .sort({ _id: 1 })
      .skip(MAX_LOOKED_AT - 1)
      .limit(1)
      .toArray();
    return last?._id;
  }
}

interface IdRange {
  $gt?: string;
  $lt?: string;
  $lte?: string;
}

function idsOf(account: string | undefined, cursor: string | undefined): IdRange {
  const begin = account === undefined ? cursor : (cursor ?? `${account}:`);
  return {
    ...(begin !== undefined && { $gt: begin }),
    // The character behind ":": ids begin with their account, so the account's are one range of the primary index.
    ...(account !== undefined && { $lt: `${account};` }),
  };
}

const inIds = (ids: IdRange) => (Object.keys(ids).length > 0 ? { _id: ids } : {});
