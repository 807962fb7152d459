/**
 * What Instagram lets one account do. Live comments have no hourly limit.
 * https://developers.facebook.com/docs/instagram-platform/overview#rate-limiting
 */
export interface SendLimits {
  textsPerSecond: number;
  /** Audio and video. */
  mediaPerSecond: number;
  privateRepliesPerHour: number;
  /** Reads of conversations. */
  conversationsPerSecond: number;
}

export const sendBuckets = ['text', 'media', 'private_reply', 'conversations'] as const;

export type SendBucket = (typeof sendBuckets)[number];

/** A limit, cut into chunks: several processes share it by reserving chunks of it. */
export interface BucketLimit {
  windowMs: number;
  /** Sends in one chunk. */
  chunkSize: number;
  /** Chunks in one window. */
  maxChunks: number;
  /** A chunk may be used for so long after it begins, and then blocks its share for a window more. */
  minLifeMs: number;
  maxLifeMs: number;
  /**
   * A turn that is further away is not taken, and asked for again by the next run: so a late run takes no turn away. Infinity: it is
   * taken and its time kept, in order.
   */
  maxWaitMs: number;
  /** Most chunks that one process reserves ahead of what it needs at the moment. */
  maxAhead: number;
}

const SECOND_MS = 1000;
const HOUR_MS = 3_600_000;

export function bucketLimit(bucket: SendBucket, limits: SendLimits): BucketLimit {
  switch (bucket) {
    case 'text':
      return secondly(limits.textsPerSecond);
    case 'media':
      return secondly(limits.mediaPerSecond);
    case 'conversations':
      return secondly(limits.conversationsPerSecond);
    case 'private_reply':
      return {
        ...chunked(limits.privateRepliesPerHour, 50),
        windowMs: HOUR_MS,
        minLifeMs: 60_000,
        maxLifeMs: 60_000,
        maxWaitMs: Infinity,
        // What is not used in its minute is gone for an hour.
        maxAhead: 0,
      };
  }
}

/** So many a flooding account holds of the slots: at 100 texts a second, 30. */
const MAX_WAIT_MS = 300;

/** Between a send's turn and its arrival at Instagram lie a write and the network, never equally long. */
const JITTER_MS = 100;

/**
 * A chunk's life is short for an account that sends all the time, so that it comes near to its limit; longer for one that
 * costs a reservation. Half of the limit at most is reserved ahead: the other half is for the other processes.
 */
function secondly(limit: number): BucketLimit {
  const chunks = chunked(limit, 10);
  const maxAhead = Math.floor(chunks.maxChunks / 2);
  return {
    ...chunks,
    windowMs: SECOND_MS + JITTER_MS,
    minLifeMs: 100,
    maxLifeMs: SECOND_MS,
    maxWaitMs: MAX_WAIT_MS,
    maxAhead,
  };
}

/** Never more than the limit: what does not divide is given up. */
function chunked(limit: number, chunks: number): { chunkSize: number; maxChunks: number } {
  const chunkSize = Math.ceil(limit / chunks);
  return { chunkSize, maxChunks: Math.floor(limit / chunkSize) };
}

/** From this share of an allowance on, what is left of it is spread out. */
const SLOW_FROM_PERCENT = 80;

/**
 * How far apart chunks must begin when so much of an account's allowance is used: the even pace at 80 %, ever longer
 * towards 100 %. 0 below.
 */
export function spacingMs(percent: number, { windowMs, maxChunks }: BucketLimit): number {
  if (percent < SLOW_FROM_PERCENT) return 0;
  const left = Math.max(100 - percent, 1);
  return Math.ceil(((windowMs / maxChunks) * (100 - SLOW_FROM_PERCENT)) / left);
}
