import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import type { Model } from 'mongoose';
import {
  QUEUE_MINUTE_MODEL,
  counterNames,
  noCounts,
  type Counts,
  type QueueMinuteDocument,
} from './queue-minute.schema.js';

const MINUTE_MS = 60_000;
/** As long as completed jobs are kept by default, so that both figures speak of the same time. */
const KEPT_MS = 48 * 60 * MINUTE_MS;

@Injectable()
export class QueueMinuteRepository {
  constructor(@InjectModel(QUEUE_MINUTE_MODEL) private readonly minutes: Model<QueueMinuteDocument>) {}

  /** Adds to the minute that `at` lies in; many processes may add to the same one. */
  async add(at: Date, counts: Counts): Promise<void> {
    const minute = startOfMinute(at);
    const increments = Object.entries(counts).filter(([, value]) => value !== 0);
    await this.minutes.updateOne(
      { _id: minute },
      {
        $inc: Object.fromEntries(increments),
        $setOnInsert: { expiresAt: new Date(minute.getTime() + KEPT_MS) },
      },
      { upsert: true },
    );
  }

  /** Sums of everything kept and of the last hour, and an estimate for the last 60 seconds. */
  async totals(now: Date): Promise<{ kept: Counts; lastHour: Counts; lastMinute: Counts }> {
    const rows = await this.minutes.find().lean();
    const current = startOfMinute(now).getTime();
    const hourAgo = current - 59 * MINUTE_MS;
    const totals = { kept: noCounts(), lastHour: noCounts(), lastMinute: noCounts() };
    // A sliding window over two fixed minutes: all of this one, and of the one before the part that is still inside.
    const share = 1 - (now.getTime() - current) / MINUTE_MS;
    for (const row of rows) {
      const start = row._id.getTime();
      addTo(totals.kept, row, 1);
      if (start >= hourAgo) addTo(totals.lastHour, row, 1);
      if (start === current) addTo(totals.lastMinute, row, 1);
      if (start === current - MINUTE_MS) addTo(totals.lastMinute, row, share);
    }
    for (const name of counterNames) totals.lastMinute[name] = Math.round(totals.lastMinute[name]);
    return totals;
  }
}

const startOfMinute = (at: Date) => new Date(Math.floor(at.getTime() / MINUTE_MS) * MINUTE_MS);

function addTo(sum: Counts, row: Partial<Counts>, share: number): void {
  for (const name of counterNames) sum[name] += (row[name] ?? 0) * share;
}
