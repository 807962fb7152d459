import { Injectable } from '@nestjs/common';
import { DurationBuckets } from '../telemetry/duration-buckets.js';

export const deliveryResults = [
  'accepted',
  'bad_signature',
  'malformed',
  'too_large',
  'not_stored',
  'failed',
] as const;

export type DeliveryResult = (typeof deliveryResults)[number];

/** Meta waits for seconds, and a store on this machine takes a few ms. */
const ACK_ENDS_MS = [1, 2, 5, 10, 20, 30, 50, 75, 100, 200, 500, 1000, 2000, 5000];

const byStatus: Readonly<Record<number, DeliveryResult>> = {
  400: 'malformed',
  401: 'bad_signature',
  413: 'too_large',
  415: 'malformed',
  503: 'not_stored',
};

/** What became of the deliveries that this process was sent, since it began. */
@Injectable()
export class DeliveryFigures {
  /** From the first byte of an accepted delivery to its answer. */
  readonly acks = new DurationBuckets(ACK_ENDS_MS);
  readonly counts = Object.fromEntries(deliveryResults.map((result) => [result, 0])) as Record<
    DeliveryResult,
    number
  >;
  /** Ms since the epoch; undefined before the first. */
  lastAcceptedAt: number | undefined;

  accepted(durationMs: number): void {
    this.counts.accepted += 1;
    this.acks.observe(durationMs);
    this.lastAcceptedAt = Date.now();
  }

  refused(status: number): void {
    this.counts[byStatus[status] ?? 'failed'] += 1;
  }
}
