import { Injectable } from '@nestjs/common';
import { GraphConfig } from '../../config/app-config.js';
import { Clock } from '../../database/clock.js';
import { bucketLimit, type SendBucket } from '../../instagram/limits/send-limits.js';
import { SendLimitRepository, type CallUsage } from './send-limit.repository.js';
import type { SendLimitDocument } from './send-limit.schema.js';

export interface BucketUsage {
  /** Sends in one window. */
  limit: number;
  windowMs: number;
  /** Of the window that ends now. Reserved in chunks, so that a few of these may not be sent yet, or never. */
  used: number;
  /** From when the next one may be made; null: now. */
  fullUntil: Date | null;
}

export interface SendUsage {
  text: BucketUsage;
  media: BucketUsage;
  privateReply: BucketUsage;
  /** Null when Instagram has said nothing within the last hour. */
  calls: CallUsage | null;
}

/** How much of Instagram's limits an account has used, over all processes. */
@Injectable()
export class SendUsageService {
  constructor(
    private readonly limits: SendLimitRepository,
    private readonly config: GraphConfig,
    private readonly clock: Clock,
  ) {}

  async of(account: string): Promise<SendUsage> {
    const rows = await this.limits.reservedOf(account);
    const bucket = (name: SendBucket) => this.usage(name, rows.get(name));
    const calls = await this.limits.callUsageOf(account);
    return {
      text: bucket('text'),
      media: bucket('media'),
      privateReply: bucket('private_reply'),
      calls,
    };
  }

  private usage(bucket: SendBucket, row: SendLimitDocument | undefined): BucketUsage {
    const { windowMs, chunkSize, maxChunks } = bucketLimit(bucket, this.config.limits);
    const since = this.clock.now() - windowMs;
    const ends = (row?.ends ?? []).filter((end) => end.getTime() > since).toSorted((a, b) => +a - +b);
    const oldest = ends[0];
    return {
      limit: chunkSize * maxChunks,
      windowMs,
      used: ends.length * chunkSize,
      fullUntil: oldest && ends.length >= maxChunks ? new Date(oldest.getTime() + windowMs) : null,
    };
  }
}
