import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import type { Model } from 'mongoose';
import { reserveChunks } from '../database/chunk-reservation.js';
import { FAIRNESS_MS } from './claim-order.js';
import { RATE_LIMIT_MODEL, type RateLimitDocument } from './rate-limit.schema.js';

/** Clocks of two processes agree to within this; a chunk that begins so soon may be used at once. */
export const CLOCK_SLACK_MS = 250;
const WINDOW_MS = 60_000;

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
   * Reserves chunks of a key's limit: of all jobs that use theirs between its beginning and its end, no minute holds more
   * than the limit.
   */
  async reserve({ key, chunks, maxChunks, chunkMs, now, usableUntil }: ChunkRequest): Promise<GrantedChunks> {
    const aheadAtMost = new Date(now.getTime() + FAIRNESS_MS);
    const pace = { $min: [aheadAtMost, { $max: [now, { $ifNull: ['$ahead', now] }] }] };
    const { granted, ahead } = await reserveChunks(this.limits, {
      key,
      chunks,
      maxChunks,
      now,
      // The slack, since a chunk may be used so much before it begins.
      windowMs: WINDOW_MS + CLOCK_SLACK_MS,
      keepMs: 2 * WINDOW_MS,
      end: { $max: ['$$begin', usableUntil] },
      alsoSet: { ahead: { $add: [pace, chunks * chunkMs] } },
    });
    return { begins: granted, paceFrom: new Date(ahead.getTime() - chunks * chunkMs) };
  }
}
