import { Injectable, type OnModuleInit } from '@nestjs/common';
import type { Registry } from 'prom-client';
import { GraphClient } from '../../instagram/graph/graph.client.js';
import { GraphError, type GraphErrorKind } from '../../instagram/graph/graph.errors.js';
import type { GraphCallName } from '../../instagram/graph/graph.types.js';
import { DurationBuckets } from '../../telemetry/duration-buckets.js';
import { Telemetry } from '../../telemetry/telemetry.js';
import { addCounter, addHistogram, type Sample } from './collected.metrics.js';

const ENDS_MS = [10, 20, 50, 100, 200, 300, 500, 750, 1000, 2000, 5000, 10_000];

interface CallFigures {
  durations: DurationBuckets;
  results: Map<'ok' | GraphErrorKind, number>;
}

/** Measures every call to Instagram, and records it where traces are on. */
@Injectable()
export class GraphMetrics implements OnModuleInit {
  private readonly calls = new Map<GraphCallName, CallFigures>();

  constructor(
    private readonly graph: GraphClient,
    private readonly telemetry: Telemetry,
  ) {}

  onModuleInit(): void {
    this.graph.around = (name, call) => {
      const { spans } = this.telemetry;
      const measured = () => this.measure(name, call);
      return spans ? spans.run(`graph ${name}`, { kind: 'CLIENT' }, measured) : measured();
    };
  }

  addTo(registry: Registry): void {
    const calls = {
      name: 'chatautodm_graph_calls_total',
      help: 'Calls to Instagram, by what for and by what came of it',
      labelNames: ['call', 'result'],
    };
    addCounter(registry, calls, () =>
      [...this.calls].flatMap(([call, { results }]) =>
        [...results].map(([result, count]): Sample => [{ call, result }, count]),
      ),
    );
    const durations = {
      name: 'chatautodm_graph_call_seconds',
      help: 'From a call to its answer or failure, the wait for a connection included',
    };
    addHistogram(registry, durations, () =>
      [...this.calls].map(([call, figures]) => ({ labels: { call }, buckets: figures.durations })),
    );
  }

  private async measure<T>(name: GraphCallName, call: () => Promise<T>): Promise<T> {
    const startedAt = performance.now();
    let result: 'ok' | GraphErrorKind = 'ok';
    try {
      return await call();
    } catch (error) {
      result = error instanceof GraphError ? error.kind : 'transient';
      throw error;
    } finally {
      const { durations, results } = this.figuresOf(name);
      durations.observe(performance.now() - startedAt);
      results.set(result, (results.get(result) ?? 0) + 1);
    }
  }

  private figuresOf(name: GraphCallName): CallFigures {
    const known = this.calls.get(name);
    if (known) return known;
    const figures: CallFigures = { durations: new DurationBuckets(ENDS_MS), results: new Map() };
    this.calls.set(name, figures);
    return figures;
  }
}
