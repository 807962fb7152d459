import type { IncomingHttpHeaders } from 'node:http';
import type { Dispatcher, Pool } from 'undici';
import { classifyFailure } from './graph-error.classifier.js';

export interface GraphCall {
  method: 'GET' | 'POST';
  path: string;
  headers: Record<string, string>;
  body?: string;
}

export interface GraphAnswer {
  status: number;
  headers: IncomingHttpHeaders;
  text: string;
}

/**
 * One call and its answer, over undici's dispatch. Its `request` would be shorter, but doesn't tell whether the call had
 * been written to a connection when it failed, and that is the difference between sending again and sending twice.
 *
 * `timeoutMs` is for all of it: waiting for a free connection, connecting, and reading the answer.
 *
 * @throws {GraphError} `transient`, with `delivery` `refused` if nothing was written; also when `signal` aborts
 */
export function exchange(
  pool: Pool,
  call: GraphCall,
  timeoutMs: number,
  signal?: AbortSignal,
): Promise<GraphAnswer> {
  if (signal?.aborted) return Promise.reject(classifyFailure(signal.reason, false));
  return new Promise((resolve, reject) => {
    pool.dispatch(call, new Exchange(resolve, reject, timeoutMs, signal));
  });
}

class Exchange implements Dispatcher.DispatchHandler {
  private readonly timer: NodeJS.Timeout;
  private readonly chunks: Buffer[] = [];
  private controller: Dispatcher.DispatchController | undefined;
  private ended: Error | undefined;
  private written = false;
  private status = 0;
  private headers: IncomingHttpHeaders = {};

  constructor(
    private readonly resolve: (answer: GraphAnswer) => void,
    private readonly reject: (error: Error) => void,
    timeoutMs: number,
    private readonly signal?: AbortSignal,
  ) {
    this.timer = setTimeout(() => this.abort(new Error(`No answer within ${timeoutMs} ms`)), timeoutMs);
    signal?.addEventListener('abort', this.onSignal, { once: true });
  }

  /** Called when a connection is free, just before the call is written to it. */
  onRequestStart(controller: Dispatcher.DispatchController): void {
    this.controller = controller;
    if (this.ended) controller.abort(this.ended);
    else this.written = true;
  }

  onResponseStart(
    _controller: Dispatcher.DispatchController,
    status: number,
    headers: IncomingHttpHeaders,
  ): void {
    this.status = status;
    this.headers = headers;
  }

  onResponseData(_controller: Dispatcher.DispatchController, chunk: Buffer): void {
    this.chunks.push(chunk);
  }

  onResponseEnd(): void {
    if (this.ended) return;
    this.release();
    const body = this.chunks.length === 1 ? this.chunks[0]! : Buffer.concat(this.chunks);
    this.resolve({ status: this.status, headers: this.headers, text: body.toString('utf8') });
  }

  onResponseError(_controller: Dispatcher.DispatchController, error: Error): void {
    this.fail(error);
  }

  private readonly onSignal = (): void => {
    const reason: unknown = this.signal?.reason;
    this.abort(reason instanceof Error ? reason : new Error('Aborted', { cause: reason }));
  };

  private abort(reason: Error): void {
    this.fail(reason);
    this.controller?.abort(reason);
  }

  private fail(error: Error): void {
    if (this.ended) return;
    this.ended = error;
    this.release();
    this.reject(classifyFailure(error, this.written));
  }

  private release(): void {
    clearTimeout(this.timer);
    this.signal?.removeEventListener('abort', this.onSignal);
  }
}
