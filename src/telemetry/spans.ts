import {
  context,
  ROOT_CONTEXT,
  SpanKind,
  SpanStatusCode,
  trace,
  TraceFlags,
  type Attributes,
  type Context,
  type Span,
  type Tracer,
} from '@opentelemetry/api';

export interface SpanOptions {
  kind?: keyof typeof SpanKind;
  attributes?: Attributes;
  /** A `traceparent` to go on with; null begins a trace. Left out: within the span that is open now. */
  parent?: string | null;
}

/** W3C trace context, version 00: https://www.w3.org/TR/trace-context/#traceparent-header */
const TRACEPARENT = /^00-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})$/;

/** Spans of OpenTelemetry, in the few ways in which the program makes them. Errors are told by name and code: never by text. */
export class Spans {
  constructor(
    private readonly tracer: Tracer,
    private readonly shutdown: () => Promise<void>,
  ) {}

  /** @param work is given its span, for what is known only at its end */
  async run<T>(name: string, options: SpanOptions, work: (span: Span) => Promise<T>): Promise<T> {
    const { kind = 'INTERNAL', attributes, parent } = options;
    const within = parent === undefined ? context.active() : contextOf(parent);
    const span = this.tracer.startSpan(
      name,
      { kind: SpanKind[kind], ...(attributes && { attributes }) },
      within,
    );
    try {
      return await context.with(trace.setSpan(within, span), work, undefined, span);
    } catch (error) {
      span.setStatus({ code: SpanStatusCode.ERROR, message: codeOf(error) });
      span.setAttribute('error.type', codeOf(error));
      throw error;
    } finally {
      span.end();
    }
  }

  /**
   * The span that is open now, as `traceparent`; undefined when there is none. One that the sampler left out says so: what
   * goes on with it is left out as well, where without it a trace would begin, and be the end of one without its beginning.
   */
  carrier(): string | undefined {
    const active = trace.getSpan(context.active())?.spanContext();
    if (!active) return undefined;
    const sampled = (active.traceFlags & TraceFlags.SAMPLED) !== 0;
    return `00-${active.traceId}-${active.spanId}-${sampled ? '01' : '00'}`;
  }

  /** For log lines. */
  traceId(): string | undefined {
    return trace.getSpan(context.active())?.spanContext().traceId;
  }

  /** Sends what is left. */
  async close(): Promise<void> {
    await this.shutdown();
  }
}

function contextOf(parent: string | null): Context {
  const [, traceId, spanId, flags] = TRACEPARENT.exec(parent ?? '') ?? [];
  if (traceId === undefined || spanId === undefined) return ROOT_CONTEXT;
  return trace.setSpanContext(ROOT_CONTEXT, {
    traceId,
    spanId,
    traceFlags: Number.parseInt(flags!, 16),
    isRemote: true,
  });
}

function codeOf(error: unknown): string {
  if (!(error instanceof Error)) return 'unknown';
  return 'code' in error && typeof error.code === 'string' ? error.code : error.name;
}
