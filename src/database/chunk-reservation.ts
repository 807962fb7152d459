import type { Model, mongo } from 'mongoose';
import { DUPLICATE_KEY } from './write-errors.js';

const MAX_TRIES = 5;

/** What a document must have from which chunks of a limit are reserved. */
export interface ChunkedLimit {
  _id: string;
  /** Until when each of the latest chunks may be used; as many as make up the limit. */
  ends: Date[];
  /** When the last chunk that was handed out begins. */
  last: Date;
  /** When each chunk of the last reservation begins: the answer to whoever made it. */
  granted: Date[];
  expiresAt: Date;
}

export interface ChunkReservation {
  key: string;
  chunks: number;
  /** How many chunks make up the limit. */
  maxChunks: number;
  now: Date;
  /** How long a chunk blocks its share of the limit after its end. */
  windowMs: number;
  /** How long the document is kept after the last end. */
  keepMs: number;
  /** None is reserved that would begin later. */
  latest?: Date | undefined;
  /** An expression for the end of the chunk that begins at `$$begin`. */
  end: object;
  /** How far apart chunks begin at least, in ms: a number or an expression. */
  spacing?: number | object;
  /** Further fields to set, as expressions over the document as it was. */
  alsoSet?: Record<string, object>;
}

/**
 * Reserves chunks of a limit that several processes share, with one command. None begins within a window after the end of the
 * one that is as many before it as make up the limit, nor before the one just before it: so no window holds more than the
 * limit, whoever reserved. A chunk is a piece of time, so a process that is killed leaves nothing to be given back.
 *
 * @returns the document after the reservation
 */
export async function reserveChunks<T extends ChunkedLimit>(
  limits: Model<T>,
  reservation: ChunkReservation,
): Promise<T> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      const row = await limits.collection.findOneAndUpdate(
        { _id: reservation.key as never },
        updateFor(reservation),
        { upsert: true, returnDocument: 'after', projection: { ends: 0 } },
      );
      return row as unknown as T;
    } catch (error) {
      // Two processes may both find that the key has no document yet.
      if ((error as { code?: unknown }).code !== DUPLICATE_KEY || attempt === MAX_TRIES) throw error;
    }
  }
}

function updateFor(reservation: ChunkReservation): mongo.Document[] {
  const { chunks, maxChunks, now, windowMs, keepMs, latest, end, spacing = 0, alsoSet } = reservation;
  const isFull = { $gte: [{ $size: '$$value.ends' }, maxChunks] };
  const oldest = { $arrayElemAt: ['$$value.ends', -maxChunks] };
  const free = { $cond: [isFull, { $add: [oldest, windowMs] }, now] };
  const apart = { $add: ['$$value.last', spacing] };
  const next = {
    ends: { $slice: [{ $concatArrays: ['$$value.ends', [end]] }, -maxChunks] },
    granted: { $concatArrays: ['$$value.granted', ['$$begin']] },
    last: '$$begin',
  };
  const reserved = latest ? { $cond: [{ $lte: ['$$begin', latest] }, next, '$$value'] } : next;
  const reduced = {
    $reduce: {
      input: { $range: [0, chunks] },
      initialValue: {
        ends: { $ifNull: ['$ends', []] },
        granted: [],
        last: { $ifNull: ['$last', new Date(0)] },
      },
      in: { $let: { vars: { begin: { $max: [now, apart, free] } }, in: reserved } },
    },
  };
  return [
    { $set: { reserved: reduced, ...alsoSet } },
    {
      $set: {
        ends: '$reserved.ends',
        granted: '$reserved.granted',
        last: '$reserved.last',
        expiresAt: { $add: [{ $max: '$reserved.ends' }, keepMs] },
      },
    },
    { $unset: 'reserved' },
  ];
}
