import { Injectable } from '@nestjs/common';
import { collectDefaultMetrics, Registry } from 'prom-client';
import { readBuildInfo } from '../../config/build-info.js';
import { addGauge } from './collected.metrics.js';
import { GraphMetrics } from './graph.metrics.js';
import { QueueMetrics } from './queue.metrics.js';
import { SendingMetrics } from './sending.metrics.js';
import { StoreMetrics } from './store.metrics.js';
import { WebhookMetrics } from './webhook.metrics.js';

/** Of the process, and so one however many applications run in it: memory, garbage collection, event loop lag. */
let ofProcess: Registry | undefined;

/** All that Prometheus is told. Costs the same at any backlog. */
@Injectable()
export class MetricsService {
  private readonly registry = new Registry();

  constructor(
    queue: QueueMetrics,
    webhooks: WebhookMetrics,
    graph: GraphMetrics,
    sending: SendingMetrics,
    store: StoreMetrics,
  ) {
    const build = { name: 'chatautodm_build_info', help: 'Which version this is', labelNames: ['version'] };
    addGauge(this.registry, build, () => [[{ version: readBuildInfo().version }, 1]]);
    for (const each of [queue, webhooks, graph, sending, store]) each.addTo(this.registry);
  }

  async text(): Promise<string> {
    ofProcess ??= processRegistry();
    const parts = [await this.registry.metrics(), await ofProcess.metrics()];
    return parts.map((part) => part.trimEnd()).join('\n\n') + '\n';
  }
}

function processRegistry(): Registry {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  return registry;
}
