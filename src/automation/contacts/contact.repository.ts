import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import type { Collection, Model } from 'mongoose';
import { Batcher } from '../../database/batcher.js';
import { WriteCommands } from '../../database/write-commands.js';
import type { BulkItemError } from '../../database/write-errors.js';
import { CONTACT_MODEL, contactId, type ContactDocument, type Cooldown } from './contact.schema.js';

export interface Sighting {
  account: string;
  person: string;
  at: Date;
  /** Opens the 24-hour window. */
  inbound: boolean;
  username?: string;
}

interface ContactUpdate {
  $set?: Record<string, unknown>;
  $unset?: Record<string, ''>;
  $max?: Record<string, unknown>;
}

interface ContactWrite {
  account: string;
  person: string;
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
  async recordSighting({ account, person, at, inbound, username }: Sighting): Promise<void> {
    await this.upsert({
      account,
      person,
      seenAt: at,
      update: { ...(inbound && { $max: { lastInboundAt: at } }), ...(username && { $set: { username } }) },
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
    contact: { account: string; person: string },
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

  private async upsert(write: ContactWrite): Promise<void> {
    const error = await this.writes.add(write);
    if (error) throw error;
  }

  private async writeAll(writes: ContactWrite[]): Promise<(BulkItemError | null)[]> {
    const statements = writes.map(({ account, person, seenAt, update }) => ({
      filter: { _id: contactId(account, person) },
      update: { ...update, $setOnInsert: { account, person, firstSeenAt: seenAt } },
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
