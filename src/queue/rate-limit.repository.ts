import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import type { Model, mongo } from 'mongoose';
import { DUPLICATE_KEY } from '../database/write-errors.js';
import { FAIRNESS_MS } from './claim-order.js';
import { RATE_LIMIT_MODEL, type RateLimitDocument } from './rate-limit.schema.js';

/** Clocks of two processes agree to within this; a chunk that begins so soon may be used at once. */
export const CLOCK_SLACK_MS = 250;
const WINDOW_MS = 60_000;
const MAX_TRIES = 5;

export interface ChunkRequest {
  key: string;
  chunks: number;
  /** How many chunks make up the limit. */
  maxChunks: number;
  /** How long one chunk lasts at an even pace. */
  chunkMs: number;
  now: Date;
  /** Until when the chunks may be used; one that begins later, until it begins. */
  usableUntil: Date;
}

export interface GrantedChunks {
  /** When each chunk begins; later than now when the limit is reached. */
  begins: Date[];
  /** Where the first of them would begin at an even pace; before now for a key that is not ahead of it. */
  paceFrom: Date;
}

@Injectable()
export class RateLimitRepository {
  constructor(@InjectModel(RATE_LIMIT_MODEL) private readonly limits: Model<RateLimitDocument>) {}

  /**
   * Reserves chunks of a key's limit, with one command. No chunk begins within a minute after the end of the one that
   * is as many before it as make up the limit, nor before the one just before it: so of all jobs that use theirs between
   * its beginning and its end, no minute holds more than the limit, whoever reserved them.
   */
  async reserve(request: ChunkRequest): Promise<GrantedChunks> {
    const { key, chunks, chunkMs } = request;
    for (let attempt = 1; ; attempt += 1) {
      try {
        const row = await this.limits.collection.findOneAndUpdate(
          { _id: key as never },
          reservation(request),
          { upsert: true, returnDocument: 'after', projection: { granted: 1, ahead: 1 } },
        );
        const { granted, ahead } = row as unknown as RateLimitDocument;
        return { begins: granted, paceFrom: new Date(ahead.getTime() - chunks * chunkMs) };
      } catch (error) {
        // Two processes may both find that the key has no document yet.
        if ((error as { code?: unknown }).code !== DUPLICATE_KEY || attempt === MAX_TRIES) throw error;
      }
    }
  }
}

function reservation(request: ChunkRequest): mongo.Document[] {
  const { chunks, maxChunks, chunkMs, now, usableUntil } = request;
  const isFull = { $gte: [{ $size: '$$value.ends' }, maxChunks] };
  const oldest = { $arrayElemAt: ['$$value.ends', -maxChunks] };
  // The slack, since a chunk may be used so much before it begins.
  const free = { $cond: [isFull, { $add: [oldest, WINDOW_MS + CLOCK_SLACK_MS] }, now] };
  const next = {
    ends: append('$$value.ends', { $max: ['$$begin', usableUntil] }, maxChunks),
    granted: { $concatArrays: ['$$value.granted', ['$$begin']] },
    last: '$$begin',
  };
  const initial = {
    ends: { $ifNull: ['$ends', []] },
    granted: [],
    last: { $ifNull: ['$last', now] },
  };
  const reduced = {
    $reduce: {
      input: { $range: [0, chunks] },
      initialValue: initial,
      in: { $let: { vars: { begin: { $max: [now, '$$value.last', free] } }, in: next } },
    },
  };
  const aheadAtMost = new Date(now.getTime() + FAIRNESS_MS);
  const pace = { $min: [aheadAtMost, { $max: [now, { $ifNull: ['$ahead', now] }] }] };
  return [
    { $set: { reserved: reduced, ahead: { $add: [pace, chunks * chunkMs] } } },
    {
      $set: {
        ends: '$reserved.ends',
        granted: '$reserved.granted',
        last: '$reserved.last',
        expiresAt: { $add: [{ $max: '$reserved.ends' }, 2 * WINDOW_MS] },
      },
    },
    { $unset: 'reserved' },
  ];
}

const append = (list: string, item: object, atMost: number) => ({
  $slice: [{ $concatArrays: [list, [item]] }, -atMost],
});
