import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import type { Model } from 'mongoose';
import { Batcher } from '../../database/batcher.js';
import { reserveChunks } from '../../database/chunk-reservation.js';
import { WriteCommands } from '../../database/write-commands.js';
import type { Reservation } from './send-allowance.js';
import type { BulkItemError } from '../../database/write-errors.js';
import { sendBuckets, type BucketLimit, type SendBucket } from '../../instagram/limits/send-limits.js';
import {
  SEND_LIMIT_MODEL,
  SEND_RESERVATION_MODEL,
  type SendLimitDocument,
  type SendReservationDocument,
} from './send-limit.schema.js';

const BATCH = { maxItems: 500, maxPending: 50_000 };

/** Of the hour's calls that Instagram allows an account, by its headers; calls are refused from 100 on. */
export interface CallUsage {
  percent: number;
  at: Date;
}

export interface ChunkRequest {
  /** `account:bucket`. */
  key: string;
  limit: BucketLimit;
  chunks: number;
  now: Date;
  /** How long each chunk may be used. */
  lifeMs: number;
}

@Injectable()
export class SendLimitRepository {
  private readonly commands: WriteCommands;
  private readonly writes = new Batcher<SendReservationDocument, BulkItemError | null>({
    run: (rows) => this.writeAll(rows),
    ...BATCH,
  });
  private readonly reads = new Batcher<string, Date | null>({ run: (ids) => this.readAll(ids), ...BATCH });

  constructor(
    @InjectModel(SEND_LIMIT_MODEL) private readonly limits: Model<SendLimitDocument>,
    @InjectModel(SEND_RESERVATION_MODEL) private readonly reservations: Model<SendReservationDocument>,
  ) {
    this.commands = new WriteCommands(reservations.db, reservations.collection.collectionName);
  }

  /** Reserves chunks of a limit: one that begins later than its life would last may be used until it begins. */
  async reserve({ key, limit, chunks, now, lifeMs }: ChunkRequest): Promise<Reservation> {
    const waits = Number.isFinite(limit.maxWaitMs);
    // The end of a chunk, for the database and for who uses it: were they to differ, the limit would be passed.
    const usableUntil = new Date(now.getTime() + lifeMs);
    const end = waits ? { $max: ['$$begin', usableUntil] } : { $add: ['$$begin', lifeMs] };
    const untilOf = (begin: number) => (waits ? Math.max(begin, usableUntil.getTime()) : begin + lifeMs);
    const { granted, spacingMs, spacedUntil } = await reserveChunks(this.limits, {
      key,
      chunks,
      maxChunks: limit.maxChunks,
      now,
      windowMs: limit.windowMs,
      keepMs: 2 * limit.windowMs,
      ...(waits && { latest: new Date(now.getTime() + limit.maxWaitMs) }),
      end,
      spacing: { $cond: [{ $gt: ['$spacedUntil', now] }, { $ifNull: ['$spacingMs', 0] }, 0] },
    });
    return {
      chunks: granted.map((date) => ({ begin: date.getTime(), until: untilOf(date.getTime()) })),
      spacingMs: spacedUntil && spacedUntil > now ? (spacingMs ?? 0) : 0,
    };
  }

  /** Has all processes keep chunks apart for a while. */
  async space(key: string, spacingMs: number, until: Date): Promise<void> {
    const empty = { ends: [], granted: [], expiresAt: until };
    await this.limits.collection.updateOne(
      { _id: key as never },
      { $set: { spacingMs, spacedUntil: until }, $setOnInsert: empty },
      { upsert: true },
    );
  }

  /** What is reserved of each limit of an account, by the name of its bucket. */
  async reservedOf(account: string): Promise<Map<SendBucket, SendLimitDocument>> {
    const ids = sendBuckets.map((bucket) => `${account}:${bucket}`);
    const rows = await this.limits.find({ _id: { $in: ids } }).lean();
    return new Map(rows.map((row) => [row._id.slice(account.length + 1) as SendBucket, row]));
  }

  /** What Instagram said of the account's calls, for people to see. */
  async recordCallUsage(account: string, { percent, at }: CallUsage, expiresAt: Date): Promise<void> {
    await this.limits.collection.updateOne(
      { _id: `${account}:calls` as never },
      { $set: { percent, at, expiresAt } },
      { upsert: true },
    );
  }

  /** Null when nothing was heard for an hour. */
  async callUsageOf(account: string): Promise<CallUsage | null> {
    const row = await this.limits.collection.findOne({ _id: `${account}:calls` as never });
    return row && { percent: row['percent'] as number, at: row['at'] as Date };
  }

  /** Keeps the place of a send, for when its job comes back. */
  async keepPlace(id: string, at: Date, expiresAt: Date): Promise<void> {
    const error = await this.writes.add({ _id: id, at, expiresAt });
    if (error) throw error;
  }

  placeOf(id: string): Promise<Date | null> {
    return this.reads.add(id);
  }

  private async writeAll(rows: SendReservationDocument[]): Promise<(BulkItemError | null)[]> {
    const statements = rows.map(({ _id, ...row }) => ({
      filter: { _id },
      update: { $set: row },
      upsert: true,
    }));
    return (await this.commands.update(statements)).errors;
  }

  private async readAll(ids: string[]): Promise<(Date | null)[]> {
    const found = await this.reservations.collection.find({ _id: { $in: ids as never[] } }).toArray();
    const rows = new Map(
      found.map((row) => [String(row._id), (row as unknown as SendReservationDocument).at]),
    );
    return ids.map((id) => rows.get(id) ?? null);
  }
}
