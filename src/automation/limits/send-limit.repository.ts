import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import type { Model, mongo } from 'mongoose';
import { Batcher } from '../../database/batcher.js';
import { WriteCommands } from '../../database/write-commands.js';
import { DUPLICATE_KEY, type BulkItemError } from '../../database/write-errors.js';
import type { BucketLimit } from '../../instagram/limits/send-limits.js';
import {
  SEND_LIMIT_MODEL,
  SEND_RESERVATION_MODEL,
  type SendLimitDocument,
  type SendReservationDocument,
} from './send-limit.schema.js';

const MAX_TRIES = 5;
const BATCH = { maxItems: 500, maxPending: 50_000 };

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

  /**
   * Reserves chunks, with one command. None begins within a window after the end of the one that is as many before it
   * as make up the limit: so no window holds more than the limit, whoever reserved.
   *
   * @returns when each begins
   */
  async reserve(request: ChunkRequest): Promise<Date[]> {
    for (let attempt = 1; ; attempt += 1) {
      try {
        const row = await this.limits.collection.findOneAndUpdate(
          { _id: request.key as never },
          reservation(request),
          { upsert: true, returnDocument: 'after', projection: { granted: 1 } },
        );
        return (row as unknown as SendLimitDocument).granted;
      } catch (error) {
        // Two processes may both find that the key has no document yet.
        if ((error as { code?: unknown }).code !== DUPLICATE_KEY || attempt === MAX_TRIES) throw error;
      }
    }
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

function reservation({ limit, chunks, now, lifeMs }: ChunkRequest): mongo.Document[] {
  const { maxChunks, windowMs } = limit;
  const isFull = { $gte: [{ $size: '$$value.ends' }, maxChunks] };
  const oldest = { $arrayElemAt: ['$$value.ends', -maxChunks] };
  const free = { $cond: [isFull, { $add: [oldest, windowMs] }, now] };
  const spacing = { $cond: [{ $gt: ['$spacedUntil', now] }, { $ifNull: ['$spacingMs', 0] }, 0] };
  const apart = { $add: ['$$value.last', spacing] };
  const next = {
    ends: {
      $slice: [{ $concatArrays: ['$$value.ends', [{ $add: ['$$begin', lifeMs] }]] }, -maxChunks],
    },
    granted: { $concatArrays: ['$$value.granted', ['$$begin']] },
    last: '$$begin',
  };
  const reduced = {
    $reduce: {
      input: { $range: [0, chunks] },
      initialValue: {
        ends: { $ifNull: ['$ends', []] },
        granted: [],
        last: { $ifNull: ['$last', new Date(0)] },
      },
      in: { $let: { vars: { begin: { $max: [now, apart, free] } }, in: next } },
    },
  };
  return [
    { $set: { reserved: reduced } },
    {
      $set: {
        ends: '$reserved.ends',
        granted: '$reserved.granted',
        last: '$reserved.last',
        expiresAt: { $add: ['$reserved.last', lifeMs + 2 * windowMs] },
      },
    },
    { $unset: 'reserved' },
  ];
}
