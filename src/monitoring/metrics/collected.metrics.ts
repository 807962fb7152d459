import { Counter, Gauge, type Metric, type Registry } from 'prom-client';
import type { DurationBuckets } from '../../telemetry/duration-buckets.js';
import { within } from '../within.js';

/** Longer than the figures of the queue may take, and well within the 10 seconds in which Prometheus must be answered. */
const READ_WITHIN_MS = 4000;

/** A value with its labels. */
export type Sample = readonly [labels: Record<string, string>, value: number];

interface Description {
  name: string;
  help: string;
  labelNames?: string[];
}

/** Counted elsewhere, and read when somebody asks. */
export function addCounter(registry: Registry, description: Description, read: () => Sample[]): void {
  // oxlint-disable-next-line no-new -- it registers itself
  new Counter({
    ...description,
    registers: [registry],
    collect() {
      this.reset();
      for (const [labels, value] of read()) this.inc(labels, value);
    },
  });
}

/** Measured when somebody asks. Has no value where `read` fails or hangs: the others are worth reading all the same. */
export function addGauge(
  registry: Registry,
  description: Description,
  read: () => Sample[] | Promise<Sample[]>,
): void {
  // oxlint-disable-next-line no-new -- it registers itself
  new Gauge({
    ...description,
    registers: [registry],
    async collect() {
      this.reset();
      const reading = Promise.resolve().then(read);
      const samples = await within(READ_WITHIN_MS, reading, () => new Error('too late')).catch(() => []);
      // Without labels it would be 0 after the reset, which says something else.
      if (samples.length === 0 && !description.labelNames) this.remove();
      for (const [labels, value] of samples) this.set(labels, value);
    },
  });
}

export interface LabelledBuckets {
  labels: Record<string, string>;
  buckets: Pick<DurationBuckets, 'endsMs' | 'counts' | 'sumMs'>;
}

/** A histogram in seconds, of buckets that are filled elsewhere: prom-client's own would have to be told of each value. */
export function addHistogram(
  registry: Registry,
  { name, help }: Description,
  read: () => LabelledBuckets[],
): void {
  const metric = {
    name,
    get: async () => ({
      name,
      help,
      type: 'histogram',
      aggregator: 'sum',
      values: read().flatMap((each) => valuesOf(name, each)),
    }),
    // What the registry asks of its own metrics.
    reset: () => undefined,
  };
  registry.registerMetric(metric as unknown as Metric);
}

function valuesOf(name: string, { labels, buckets }: LabelledBuckets) {
  const { endsMs, counts, sumMs } = buckets;
  let below = 0;
  const values = counts.map((count, index) => {
    below += count;
    const le = index < endsMs.length ? endsMs[index]! / 1000 : '+Inf';
    return { metricName: `${name}_bucket`, labels: { ...labels, le }, value: below };
  });
  return [
    ...values,
    { metricName: `${name}_sum`, labels, value: sumMs / 1000 },
    { metricName: `${name}_count`, labels, value: below },
  ];
}
