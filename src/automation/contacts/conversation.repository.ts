import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import type { Collection, Model } from 'mongoose';
import { containsText } from '../../database/contains-text.js';
import { CONTACT_MODEL, type ContactDocument } from './contact.schema.js';

/** What keeps automations from answering a conversation, or what they wait for in it. */
export const conversationStates = ['paused', 'opted_out', 'asking', 'waiting'] as const;

export type ConversationState = (typeof conversationStates)[number];

/** Everything that is given must hold. */
export interface ConversationFilter {
  /** Part of the person's username or name, in any case; or the whole of the person's id. */
  text?: string | undefined;
  tag?: string | undefined;
  state?: ConversationState | undefined;
}

/** Where a page ends, in the order of the list. */
export interface ConversationPosition {
  activeAt: Date;
  id: string;
}

export interface ConversationPage {
  contacts: ContactDocument[];
  /** What lies behind was not looked at; null when all was. */
  lookedTo: ConversationPosition | null;
}

/** A filter that few fit would else read all contacts of an account: so a page may be short and still have a next one. */
const MAX_LOOKED_AT = 5000;

/** Reads contacts as conversations, by their last activity. */
@Injectable()
export class ConversationRepository {
  private readonly collection: Collection<ContactDocument>;

  constructor(@InjectModel(CONTACT_MODEL) contacts: Model<ContactDocument>) {
    this.collection = contacts.db.collection<ContactDocument>(contacts.collection.collectionName);
  }

  /** One account's, the newest activity first, behind `after`; at most `limit`. */
  async page(
    account: string,
    filter: ConversationFilter,
    now: Date,
    limit: number,
    after: ConversationPosition | undefined,
  ): Promise<ConversationPage> {
    const conditions = [...(after ? [behind(after)] : []), ...conditionsOf(filter, now)];
    const filtered = conditions.length > (after ? 1 : 0);
    const last = filtered ? await this.lastLookedAt(account, after) : null;
    const activeAt = { $gte: last?.activeAt ?? new Date(0), ...(after && { $lte: after.activeAt }) };
    const contacts = await this.collection
      .find({ account: { $eq: account }, activeAt, ...(conditions.length > 0 && { $and: conditions }) })
      .sort({ activeAt: -1, _id: -1 })
      .limit(limit)
      .toArray();
    return { contacts, lookedTo: last };
  }

  private async lastLookedAt(
    account: string,
    after: ConversationPosition | undefined,
  ): Promise<ConversationPosition | null> {
    const activeAt = { $gte: new Date(0), ...(after && { $lte: after.activeAt }) };
    const [last] = await this.collection
      .find({ account: { $eq: account }, activeAt }, { projection: { activeAt: 1 } })
      .sort({ activeAt: -1, _id: -1 })
      .skip(MAX_LOOKED_AT - 1)
      .limit(1)
      .toArray();
    return last?.activeAt ? { activeAt: last.activeAt, id: last._id } : null;
  }
}

export const behind = ({ activeAt, id }: ConversationPosition) => ({
  $or: [{ activeAt: { $lt: activeAt } }, { activeAt, _id: { $lt: id } }],
});

/** Values are only ever compared, never read as operators or patterns. */
export function conditionsOf({ text, tag, state }: ConversationFilter, now: Date): object[] {
  const conditions: object[] = [];
  if (text !== undefined) {
    const part = containsText(text);
    conditions.push({ $or: [{ username: part }, { name: part }, { person: { $eq: text } }] });
  }
  if (tag !== undefined) conditions.push({ tags: { $eq: tag } });
  if (state !== undefined) conditions.push(stateCondition(state, now));
  return conditions;
}

function stateCondition(state: ConversationState, now: Date): object {
  switch (state) {
    case 'paused':
      return { pausedUntil: { $gt: now } };
    case 'opted_out':
      return { optedOutAt: { $exists: true } };
    case 'asking':
      return { 'ask.expiresAt': { $gt: now } };
    case 'waiting':
      return { waits: { $gt: {} } };
  }
}

/** Those that hold of a contact now. */
export function statesOf(contact: ContactDocument, now: Date): ConversationState[] {
  const holds: Record<ConversationState, boolean> = {
    paused: contact.pausedUntil !== undefined && contact.pausedUntil > now,
    opted_out: contact.optedOutAt !== undefined,
    asking: contact.ask !== undefined && contact.ask.expiresAt > now,
    waiting: Object.keys(contact.waits ?? {}).length > 0,
  };
  return conversationStates.filter((state) => holds[state]);
}
