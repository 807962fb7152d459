import { context } from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import {
  defaultResource,
  envDetector,
  detectResources,
  resourceFromAttributes,
} from '@opentelemetry/resources';
import { BatchSpanProcessor, NodeTracerProvider } from '@opentelemetry/sdk-trace-node';
import { Spans } from './spans.js';

const NAME = 'chatautodm';

/**
 * Loads the SDK and begins to record: this module is imported only where traces are on. Where to send them, how many, how
 * often and under which name it reads itself, from the standard `OTEL_…` variables.
 */
export async function openSpans(protocol: 'http/protobuf' | 'http/json', version: string): Promise<Spans> {
  const { OTLPTraceExporter } =
    protocol === 'http/json'
      ? await import('@opentelemetry/exporter-trace-otlp-http')
      : await import('@opentelemetry/exporter-trace-otlp-proto');
  const own = resourceFromAttributes({ 'service.name': NAME, 'service.version': version });
  const provider = new NodeTracerProvider({
    resource: defaultResource()
      .merge(own)
      .merge(detectResources({ detectors: [envDetector] })),
    spanProcessors: [new BatchSpanProcessor(new OTLPTraceExporter())],
  });
  context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
  return new Spans(provider.getTracer(NAME, version), () => provider.shutdown());
}
