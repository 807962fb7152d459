import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import type { Model } from 'mongoose';
import {
  QUEUE_MINUTE_MODEL,
  counterNames,
  type Counts,
  type KindCounts,
  type QueueMinuteDocument,
} from './queue-minute.schema.js';
import type { KeyCount } from './top-keys.js';

export const MINUTE_MS = 60_000;
/** As long as completed jobs are kept by default, so that both figures speak of the same time. */
export const KEPT_MS = 48 * 60 * MINUTE_MS;

/** What one process did since it last wrote it down. */
export interface MinuteChange {
  counts: Counts;
  /** How many runs by bucket of `duration-histogram.ts`. */
  waits: readonly number[];
  runs: readonly number[];
  kinds: ReadonlyMap<string, KindCounts>;
}

export const startOfMinute = (at: Date): Date => new Date(Math.floor(at.getTime() / MINUTE_MS) * MINUTE_MS);

@Injectable()
export class QueueMinuteRepository {
  constructor(@InjectModel(QUEUE_MINUTE_MODEL) private readonly minutes: Model<QueueMinuteDocument>) {}

  /** Adds to a minute; many processes may add to the same one. */
  async add(minute: Date, { counts, waits, runs, kinds }: MinuteChange): Promise<void> {
    const increments: [string, number][] = [
      ...counterNames.map((name): [string, number] => [name, counts[name]]),
      ...waits.map((count, bucket): [string, number] => [`waits.${bucket}`, count]),
      ...runs.map((count, bucket): [string, number] => [`runs.${bucket}`, count]),
      ...[...kinds].flatMap(([kind, { completed, dead }]): [string, number][] => [
        [`kinds.${fieldName(kind)}.completed`, completed],
        [`kinds.${fieldName(kind)}.dead`, dead],
      ]),
    ];
    const $inc = Object.fromEntries(increments.filter(([, by]) => by !== 0));
    if (Object.keys($inc).length > 0) await this.upsert(minute, { $inc });
  }

  /** Replaces what this process said of a minute before. */
  async setTop(minute: Date, process: string, top: KeyCount[]): Promise<void> {
    await this.upsert(minute, { $set: { [`top.${process}`]: top } });
  }

  /** At most 60 documents, whatever the queue holds: this minute and those before it. */
  async lastHour(now: Date): Promise<QueueMinuteDocument[]> {
    return this.since(now, { top: 0, kinds: 0 });
  }

  /** The same with what figures by kind and key need. */
  async lastHourByKind(now: Date): Promise<Pick<QueueMinuteDocument, 'kinds' | 'top'>[]> {
    return this.since(now, { kinds: 1, top: 1 });
  }

  /** From the minute of `from` on, before `to`, the earliest first; at most as many as are kept. */
  async between(from: Date, to: Date): Promise<QueueMinuteDocument[]> {
    return this.minutes.collection
      .find({ _id: { $gte: startOfMinute(from), $lt: to } } as object, { projection: { top: 0, kinds: 0 } })
      .sort({ _id: 1 })
      .toArray() as unknown as Promise<QueueMinuteDocument[]>;
  }

  private since(now: Date, projection: object): Promise<QueueMinuteDocument[]> {
    const from = new Date(startOfMinute(now).getTime() - 59 * MINUTE_MS);
    return this.minutes.collection
      .find({ _id: { $gte: from } } as object, { projection })
      .toArray() as unknown as Promise<QueueMinuteDocument[]>;
  }

  private async upsert(minute: Date, update: object): Promise<void> {
    const $setOnInsert = { expiresAt: new Date(minute.getTime() + KEPT_MS) };
    await this.minutes.collection.updateOne(
      { _id: minute } as object,
      { ...update, $setOnInsert },
      { upsert: true },
    );
  }
}

/** A kind may have any name, a field of a document may not. */
const fieldName = (kind: string) => kind.replace(/^$|[.$\0]/g, '_');
