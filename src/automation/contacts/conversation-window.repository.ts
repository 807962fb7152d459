import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import type { Collection, Model } from 'mongoose';
import { CONTACT_MODEL, type ContactDocument } from './contact.schema.js';
import {
  behind,
  conditionsOf,
  type ConversationFilter,
  type ConversationPage,
  type ConversationPosition,
} from './conversation.repository.js';

interface Wanted {
  filter: ConversationFilter;
  now: Date;
  limit: number;
  after: ConversationPosition | undefined;
}

/** With a filter, at most so many are looked at, and counted at each step towards them. */
const MAX_LOOKED_AT = 2000;
const FIRST_SPAN_MS = 50;
/** With a filter, more is looked at. */
const FIRST_LOOK_MS = 5000;
const SPAN_FACTOR = 8;
/** From the longest span on, at once to the beginning of time. */
const LONGEST_SPAN_MS = 365 * 86_400_000;
/** As few as this would be many pages without anything on them. */
const ENOUGH_LOOKED_AT = MAX_LOOKED_AT / 5;
const MAX_HALVINGS = 12;
const BEGINNING = new Date(0);
/** Before all ids of one moment. */
const FIRST_ID = '0:0';

/**
 * Reads the conversations of several accounts by their last activity. Their index begins with the account, and one query for
 * each account would be hundreds: all are asked for at once, in a window of time that grows until enough are in it.
 */
@Injectable()
export class ConversationWindowRepository {
  private readonly collection: Collection<ContactDocument>;

  constructor(@InjectModel(CONTACT_MODEL) contacts: Model<ContactDocument>) {
    this.collection = contacts.db.collection<ContactDocument>(contacts.collection.collectionName);
  }

  /** The newest activity first, behind `after`; at most `limit`. */
  async page(accounts: readonly string[], wanted: Wanted): Promise<ConversationPage> {
    const conditions = conditionsOf(wanted.filter, wanted.now);
    if (conditions.length === 0) return { contacts: await this.newest(accounts, wanted), lookedTo: null };
    const from = await this.lookedFrom(accounts, wanted);
    const contacts = await this.within(accounts, from, wanted, conditions);
    return { contacts, lookedTo: from > BEGINNING ? { activeAt: from, id: FIRST_ID } : null };
  }

  private async newest(accounts: readonly string[], wanted: Wanted): Promise<ContactDocument[]> {
    let found: ContactDocument[] = [];
    for (const from of beginnings(FIRST_SPAN_MS, wanted)) {
      found = await this.within(accounts, from, wanted, []);
      if (found.length >= wanted.limit) break;
    }
    return found;
  }

  /** So long ago that some thousand were active since, or all of them. */
  private async lookedFrom(accounts: readonly string[], wanted: Wanted): Promise<Date> {
    let late = wanted.after?.activeAt ?? wanted.now;
    for (const early of beginnings(FIRST_LOOK_MS, wanted)) {
      const count = await this.count(accounts, early, wanted);
      if (count > MAX_LOOKED_AT) return this.between(accounts, early, late, wanted);
      late = early;
    }
    return BEGINNING;
  }

  /** There are too many since `early`, and few since `late`. */
  private async between(accounts: readonly string[], early: Date, late: Date, wanted: Wanted): Promise<Date> {
    let [tooMany, few] = [early.getTime(), late.getTime()];
    let any = false;
    for (let halvings = 0; halvings < MAX_HALVINGS && few - tooMany > 1; halvings += 1) {
      const middle = Math.floor((tooMany + few) / 2);
      const count = await this.count(accounts, new Date(middle), wanted);
      if (count > MAX_LOOKED_AT) tooMany = middle;
      else {
        few = middle;
        any = count > 0;
        if (count >= ENOUGH_LOOKED_AT) break;
      }
    }
    // All at one moment: then that is looked at, however many they are.
    return new Date(any ? few : tooMany);
  }

  private count(accounts: readonly string[], from: Date, { after }: Wanted): Promise<number> {
    return this.collection.countDocuments(inWindow(accounts, from, after), { limit: MAX_LOOKED_AT + 1 });
  }

  private within(
    accounts: readonly string[],
    from: Date,
    { limit, after }: Wanted,
    conditions: object[],
  ): Promise<ContactDocument[]> {
    const all = [...(after ? [behind(after)] : []), ...conditions];
    return this.collection
      .find({ ...inWindow(accounts, from, after), ...(all.length > 0 && { $and: all }) })
      .sort({ activeAt: -1, _id: -1 })
      .limit(limit)
      .toArray();
  }
}

const inWindow = (accounts: readonly string[], from: Date, after: ConversationPosition | undefined) => ({
  account: { $in: [...accounts] },
  activeAt: { $gte: from, ...(after && { $lte: after.activeAt }) },
});

/** Where windows begin, the shortest first; the last holds all. */
function* beginnings(firstSpanMs: number, { now, after }: Wanted): Generator<Date> {
  const end = (after?.activeAt ?? now).getTime();
  for (let span = firstSpanMs; span < LONGEST_SPAN_MS; span *= SPAN_FACTOR) yield new Date(end - span);
  yield BEGINNING;
}
