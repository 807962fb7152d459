import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import type { Collection, Model } from 'mongoose';
import { Batcher } from '../../database/batcher.js';
import { WriteCommands } from '../../database/write-commands.js';
import type { BulkItemError } from '../../database/write-errors.js';
import {
  CONTACT_MODEL,
  contactId,
  type AnswerCount,
  type ContactDocument,
  type Cooldown,
  type JobDecision,
  type PauseReason,
  type PendingAsk,
} from './contact.schema.js';

export interface ContactKey {
  account: string;
  person: string;
}

export interface Sighting extends ContactKey {
  at: Date;
  /** The job that brought the event. */
  job: string;
  /** It is the first event of the person. */
  first: boolean;
  /** Opens the 24-hour window. */
  inbound: boolean;
  username?: string;
  answers?: AnswerCount;
}

/** What an import adds to a contact. */
export interface ContactAddition {
  username?: string;
  name?: string;
  tags?: string[];
  attributes?: Record<string, string>;
  lastInboundAt?: Date;
  optedOutAt?: Date;
  firstJob?: 'import';
}

interface ContactUpdate {
  $set?: Record<string, unknown>;
  $setOnInsert?: Record<string, unknown>;
  $unset?: Record<string, ''>;
  $max?: Record<string, unknown>;
  $addToSet?: Record<string, unknown>;
  $pull?: Record<string, unknown>;
}

interface ContactWrite extends ContactKey {
  seenAt: Date;
  update: ContactUpdate;
}

/** Nobody waits for a sighting: it is written beside the answer. */
const LINGER_MS = 20;

/** All writes are upserts that many events share: one command for hundreds of them. */
@Injectable()
export class ContactRepository {
  private readonly writes = new Batcher<ContactWrite, BulkItemError | null>({
    run: (writes) => this.writeAll(writes),
    maxItems: 500,
    maxPending: 20_000,
    lingerMs: LINGER_MS,
  });

  private readonly reads = new Batcher<string, ContactDocument | null>({
    run: (ids) => this.readAll(ids),
    maxItems: 500,
    maxPending: 20_000,
  });

  private readonly collection: Collection<ContactDocument>;
  private readonly commands: WriteCommands;

  constructor(@InjectModel(CONTACT_MODEL) contacts: Model<ContactDocument>) {
    const { collectionName } = contacts.collection;
    this.collection = contacts.db.collection<ContactDocument>(collectionName);
    this.commands = new WriteCommands(contacts.db, collectionName);
  }

  /** Keeps what an event tells about a person; times only ever go forward, since events come in any order. */
  async recordSighting({
    account,
    person,
    at,
    job,
    first,
    inbound,
    username,
    answers,
  }: Sighting): Promise<void> {
    // Not `$setOnInsert`: an action may have noted something on the contact before this is written.
    const $set = {
      ...(first && { firstJob: job }),
      ...(username && { username }),
      ...(answers && { answers }),
    };
    await this.upsert({
      account,
      person,
      seenAt: at,
      update: {
        $max: { activeAt: at, ...(inbound && { lastInboundAt: at }) },
        ...(Object.keys($set).length > 0 && { $set }),
      },
    });
  }

  async find(account: string, person: string): Promise<ContactDocument | null> {
    return this.reads.add(contactId(account, person));
  }

  /** @param profile what Instagram answered; empty when it answered nothing */
  async recordProfile(
    account: string,
    person: string,
    profile: { username?: string; name?: string },
    at: Date,
  ): Promise<void> {
    const { username, name } = profile;
    const $set = { profileCheckedAt: at, ...(username && { username }), ...(name && { name }) };
    await this.upsert({ account, person, seenAt: at, update: { $set } });
  }

  /** @param over keys of other cooldowns that have passed: they go, or an eager commenter's would pile up */
  async startCooldown(
    contact: ContactKey,
    key: string,
    cooldown: Cooldown,
    over: string[],
    at: Date,
  ): Promise<void> {
    const $unset = Object.fromEntries(over.map((each) => [`cooldowns.${each}`, '' as const]));
    await this.upsert({
      ...contact,
      seenAt: at,
      update: { $set: { [`cooldowns.${key}`]: cooldown }, ...(over.length > 0 && { $unset }) },
    });
  }

  /** Nothing is sent to the person from now on; a question that waits for its answer is dropped. */
  async optOut({ account, person }: ContactKey, at: Date): Promise<void> {
    const update = { $max: { optedOutAt: at }, $unset: { ask: '' as const } };
    await this.upsert({ account, person, seenAt: at, update });
  }

  /** @param at when the person said so */
  async optIn({ account, person }: ContactKey, at: Date): Promise<void> {
    const update = { $max: { optedInAt: at }, $unset: { optedOutAt: '' as const } };
    await this.upsert({ account, person, seenAt: at, update });
  }

  /** The owner says so: a STOP that is still on its way counts all the same. */
  async endOptOut({ account, person }: ContactKey, at: Date): Promise<void> {
    await this.upsert({ account, person, seenAt: at, update: { $unset: { optedOutAt: '' } } });
  }

  /** A pause that lasts longer stays as it is, but for its reason. */
  async pause(contact: ContactKey, until: Date, reason: PauseReason, at: Date): Promise<void> {
    const active = reason === 'human' ? { activeAt: at } : {};
    const update = { $max: { pausedUntil: until, ...active }, $set: { pauseReason: reason } };
    await this.upsert({ ...contact, seenAt: at, update });
  }

  async resume(contact: ContactKey, at: Date): Promise<void> {
    await this.upsert({ ...contact, seenAt: at, update: { $unset: { pausedUntil: '', pauseReason: '' } } });
  }

  async addTag(contact: ContactKey, tag: string, at: Date): Promise<void> {
    await this.upsert({ ...contact, seenAt: at, update: { $addToSet: { tags: tag } } });
  }

  async removeTag(contact: ContactKey, tag: string, at: Date): Promise<void> {
    await this.upsert({ ...contact, seenAt: at, update: { $pull: { tags: tag } } });
  }

  async setAttribute(contact: ContactKey, name: string, value: string, at: Date): Promise<void> {
    await this.upsert({ ...contact, seenAt: at, update: { $set: { [`attributes.${name}`]: value } } });
  }

  /** Replaces a question that is pending. */
  async ask(contact: ContactKey, ask: PendingAsk, at: Date): Promise<void> {
    await this.upsert({ ...contact, seenAt: at, update: { $set: { ask } } });
  }

  async endAsk(contact: ContactKey, at: Date): Promise<void> {
    await this.upsert({ ...contact, seenAt: at, update: { $unset: { ask: '' } } });
  }

  /** The question has its answer, and the job that brought it goes on with the flow: in one write. */
  async answerAsk(
    contact: ContactKey,
    { attribute, value, decision }: { attribute: string; value: string; decision: JobDecision },
    at: Date,
  ): Promise<void> {
    const $set = { [`attributes.${attribute}`]: value, decision };
    await this.upsert({ ...contact, seenAt: at, update: { $set, $unset: { ask: '' } } });
  }

  async decide(contact: ContactKey, decision: JobDecision, at: Date): Promise<void> {
    await this.upsert({ ...contact, seenAt: at, update: { $set: { decision } } });
  }

  async beginWait(
    contact: ContactKey,
    job: string,
    wait: { automation: string; until: Date },
    at: Date,
  ): Promise<void> {
    await this.upsert({ ...contact, seenAt: at, update: { $set: { [`waits.${job}`]: wait } } });
  }

  async endWait(contact: ContactKey, job: string, at: Date): Promise<void> {
    const update = { $max: { activeAt: at }, $unset: { [`waits.${job}`]: '' as const } };
    await this.upsert({ ...contact, seenAt: at, update });
  }

  /** What the owner knows better. */
  async edit(
    contact: ContactKey,
    change: { tags?: string[]; attributes?: Record<string, string> },
    at: Date,
  ): Promise<void> {
    if (Object.keys(change).length === 0) return;
    const { account, person } = contact;
    await this.upsert({ account, person, seenAt: at, update: { $set: change } });
  }

  /** Nothing of what is known is taken away, but for attributes of the same name. */
  async add(contact: ContactKey, addition: ContactAddition, firstSeenAt: Date): Promise<void> {
    const { tags, attributes = {}, lastInboundAt, ...fields } = addition;
    const $set = {
      ...fields,
      ...Object.fromEntries(Object.entries(attributes).map(([name, value]) => [`attributes.${name}`, value])),
    };
    const update = {
      ...(Object.keys($set).length > 0 && { $set }),
      ...(tags && { $addToSet: { tags: { $each: tags } } }),
      ...(lastInboundAt && { $max: { lastInboundAt } }),
    };
    await this.upsert({ ...contact, seenAt: firstSeenAt, update });
  }

  count(account: string | undefined): Promise<number> {
    return account === undefined
      ? this.collection.estimatedDocumentCount()
      : this.collection.countDocuments({ account });
  }

  async erase(of: Partial<ContactKey>): Promise<void> {
    await this.collection.deleteMany(of);
  }

  private async upsert(write: ContactWrite): Promise<void> {
    const error = await this.writes.add(write);
    if (error) throw error;
  }

  private async writeAll(writes: ContactWrite[]): Promise<(BulkItemError | null)[]> {
    const statements = writes.map(({ account, person, seenAt, update }) => ({
      filter: { _id: contactId(account, person) },
      update: { ...update, $setOnInsert: { account, person, firstSeenAt: seenAt, ...update.$setOnInsert } },
      upsert: true,
    }));
    return (await this.commands.update(statements)).errors;
  }

  private async readAll(ids: string[]): Promise<(ContactDocument | null)[]> {
    const found = await this.collection.find({ _id: { $in: ids } }).toArray();
    const byId = new Map(found.map((contact) => [contact._id, contact]));
    return ids.map((id) => byId.get(id) ?? null);
  }
}
