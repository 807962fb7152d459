import { Injectable } from '@nestjs/common';
import type { Registry } from 'prom-client';
import { DeliveryFigures } from '../../webhooks/delivery.figures.js';
import { addCounter, addGauge, addHistogram, type Sample } from './collected.metrics.js';

@Injectable()
export class WebhookMetrics {
  constructor(private readonly figures: DeliveryFigures) {}

  addTo(registry: Registry): void {
    const deliveries = {
      name: 'chatautodm_webhook_deliveries_total',
      help: 'Deliveries, by what became of them',
      labelNames: ['result'],
    };
    addCounter(registry, deliveries, () =>
      Object.entries(this.figures.counts).map(([result, count]): Sample => [{ result }, count]),
    );
    const acks = {
      name: 'chatautodm_webhook_ack_seconds',
      help: 'From the first byte of an accepted delivery to its answer',
    };
    addHistogram(registry, acks, () => [{ labels: {}, buckets: this.figures.acks }]);
    const last = {
      name: 'chatautodm_webhook_last_accepted_timestamp_seconds',
      help: 'When this process last accepted a delivery',
    };
    addGauge(registry, last, () => {
      const { lastAcceptedAt } = this.figures;
      return lastAcceptedAt === undefined ? [] : [[{}, lastAcceptedAt / 1000]];
    });
  }
}
