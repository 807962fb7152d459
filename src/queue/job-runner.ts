import { Injectable, Logger } from '@nestjs/common';
import { QueueConfig } from '../config/app-config.js';
import { Clock } from '../database/clock.js';
import { AbortGrace } from './abort-grace.js';
import { HandlerRegistry, type RegisteredHandler } from './handler.registry.js';
import type { JobDocument } from './job.schema.js';
import { retry, type Handler, type JobResult, type RunningJob } from './job.types.js';
import {
  leaveToOthers,
  release,
  transitionFor,
  type Transition,
  type TransitionPolicy,
} from './job-transitions.js';
import type { RetryPolicyOptions } from './retry-policy.decorator.js';
import { RunGate } from './run-gate.js';

/** How long a job that this version of the program can't handle is left to processes of another one. */
const UNKNOWN_KIND_WAIT_MS = 30_000;

/** One run of a claimed job: from the handler's result to what it means for the job. */
@Injectable()
export class JobRunner {
  private readonly logger = new Logger('Queue');

  constructor(
    private readonly config: QueueConfig,
    private readonly clock: Clock,
    private readonly handlers: HandlerRegistry,
    private readonly gate: RunGate,
  ) {}

  /** Never rejects. */
  async run(job: JobDocument, signal: AbortSignal): Promise<Transition> {
    const registered = this.handlers.find(job.kind);
    if (!registered) return this.leaveToOthers(job);
    const turnedAway = this.gate.check(job);
    if (!turnedAway) return this.handle(job, registered, signal);
    try {
      return (await turnedAway) ?? (await this.handle(job, registered, signal));
    } catch (error) {
      this.logger.warn({ msg: 'could not tell whether a job may run', job: job._id.toHexString(), error });
      return release(this.clock.date());
    }
  }

  /** During a rollout an old version must not let the jobs of a newer one die. */
  private leaveToOthers(job: JobDocument): Transition {
    this.logger.warn({ msg: 'no handler for this kind of job', job: job._id.toHexString(), kind: job.kind });
    return leaveToOthers(this.clock.date(UNKNOWN_KIND_WAIT_MS));
  }

  private async handle(
    job: JobDocument,
    { handler, policy }: RegisteredHandler,
    signal: AbortSignal,
  ): Promise<Transition> {
    const running: RunningJob = {
      id: job._id.toHexString(),
      kind: job.kind,
      payload: job.payload,
      attempt: job.attempts,
      maxAttempts: policy.maxAttempts ?? this.config.maxAttempts,
      enqueuedAt: job.createdAt,
      signal,
      ...(job.dedupKey !== undefined && { dedupKey: job.dedupKey }),
      ...(job.groupKey !== undefined && { groupKey: job.groupKey }),
      ...(job.limitKey !== undefined && { limitKey: job.limitKey }),
    };
    const result = await this.resultOf(handler, running);
    const now = this.clock.date();
    if (result === 'interrupted') return release(now);
    if (result.type === 'discard') {
      this.logger.error({ msg: 'job is dead', job: running.id, kind: job.kind, code: result.code });
    }
    return transitionFor(job, result, this.policyWith(policy), now);
  }

  private policyWith(policy: RetryPolicyOptions): TransitionPolicy {
    const { maxAttempts, backoffMs, completedRetentionMs, deadRetentionMs } = this.config;
    return { maxAttempts, backoffMs, completedRetentionMs, deadRetentionMs, ...policy };
  }

  /** An abort outranks what the handler made of it: its job goes back, whatever it threw or returned for a retry. */
  private async resultOf(handler: Handler, job: RunningJob): Promise<JobResult | 'interrupted'> {
    const grace = new AbortGrace(job.signal);
    try {
      const result = await Promise.race([handler.handle(job), grace.over]);
      if (result === 'interrupted') return result;
      if (result?.type === undefined) throw new TypeError(`the handler of "${job.kind}" gave no result`);
      return job.signal.aborted && result.type === 'retry' ? 'interrupted' : result;
    } catch (error) {
      if (job.signal.aborted) return 'interrupted';
      this.logger.warn({ msg: 'job failed', job: job.id, kind: job.kind, attempt: job.attempt, error });
      return retry(codeOf(error), error instanceof Error ? error.message : 'The handler threw no error.');
    } finally {
      grace.end();
    }
  }
}

function codeOf(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  return typeof code === 'string' || typeof code === 'number' ? String(code) : 'handler_failed';
}
