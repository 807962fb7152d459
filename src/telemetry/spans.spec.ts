import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { context } from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import {
  InMemorySpanExporter,
  NodeTracerProvider,
  ParentBasedSampler,
  SamplingDecision,
  SimpleSpanProcessor,
  type Sampler,
} from '@opentelemetry/sdk-trace-node';
import { Spans } from './spans.js';

describe('a trace over the queue', () => {
  const exporter = new InMemorySpanExporter();
  let sampled: boolean;
  const root: Sampler = {
    shouldSample: () => ({
      decision: sampled ? SamplingDecision.RECORD_AND_SAMPLED : SamplingDecision.NOT_RECORD,
    }),
  };
  const provider = new NodeTracerProvider({
    sampler: new ParentBasedSampler({ root }),
    spanProcessors: [new SimpleSpanProcessor(exporter)],
  });
  const spans = new Spans(provider.getTracer('test'), () => provider.shutdown());

  beforeAll(() => {
    context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
  });
  beforeEach(() => exporter.reset());
  afterAll(async () => {
    await spans.close();
    context.disable();
  });

  /** A delivery, and later its job: between them is nothing but what is stored. */
  async function deliverThenRun(): Promise<void> {
    const stored = await spans.run('delivery', { parent: null }, async () => spans.carrier());
    // Whatever the sampler would say of a trace that begins here.
    sampled = true;
    await spans.run('job', { parent: stored ?? null }, async () => undefined);
  }

  it('goes on with the job where the delivery is recorded', async () => {
    sampled = true;
    await deliverThenRun();
    const [delivery, job] = exporter.getFinishedSpans();
    expect(job!.parentSpanContext).toMatchObject({
      traceId: delivery!.spanContext().traceId,
      spanId: delivery!.spanContext().spanId,
    });
  });

  it('has no job where the delivery is left out', async () => {
    sampled = false;
    await deliverThenRun();
    expect(exporter.getFinishedSpans()).toEqual([]);
  });
});
