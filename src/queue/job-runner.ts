import { Injectable, Logger } from '@nestjs/common';
import { QueueConfig } from '../config/app-config.js';
import { Clock } from '../database/clock.js';
import { AbortGrace } from './abort-grace.js';
import { HandlerRegistry, type RegisteredHandler } from './handler.registry.js';
import type { JobDocument } from './job.schema.js';
import { retry, type Handler, type JobResult, type RunningJob, type RunNotes } from './job.types.js';
import {
  handBack,
  leaveToOthers,
  release,
  transitionFor,
  type Transition,
  type TransitionPolicy,
} from './job-transitions.js';
import type { RetryPolicyOptions } from './retry-policy.decorator.js';
import { RunGate } from './run-gate.js';
import { TrailingWork } from './trailing-work.js';

/** How long a job that this version of the program can't handle is left to processes of another one. */
const UNKNOWN_KIND_WAIT_MS = 30_000;

/** A handler has ended. */
export interface HandledRun {
  /** What that means for the job. */
  transition: Transition;
  /** What it has left under way. */
  trailing?: TrailingWork;
}

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

  /** Resolves when the handler has ended; what it left under way is {@link complete}d then. Never rejects. */
  async run(job: JobDocument, signal: AbortSignal, notes?: RunNotes): Promise<HandledRun> {
    const registered = this.handlers.find(job.kind);
    if (!registered) return { transition: this.leaveToOthers(job) };
    const checking = this.gate.check(job);
    if (!checking) return this.handle(job, registered, signal, notes);
    try {
      const turnedAway = await checking;
      return turnedAway ? { transition: turnedAway } : await this.handle(job, registered, signal, notes);
    } catch (error) {
      this.logger.warn({ msg: 'could not tell whether a job may run', job: job._id.toHexString(), error });
      return { transition: this.handBack() };
    }
  }

  /** Waits for what the handler left under way; a job of which that failed goes back. Never rejects. */
  async complete(job: JobDocument, { transition, trailing }: HandledRun): Promise<Transition> {
    try {
      await trailing?.done();
      return transition;
    } catch (error) {
      this.logger.warn({ msg: 'what a job left under way failed', job: job._id.toHexString(), error });
      return release(this.clock.date());
    }
  }

  /** For a job that was claimed and is not to be run here after all. */
  handBack(): Transition {
    return handBack(this.clock.date());
  }

  /** For a job that this process lost while it lives, whatever its handler made of that. */
  giveBack(): Transition {
    return release(this.clock.date());
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
    notes: RunNotes | undefined,
  ): Promise<HandledRun> {
    const trailing = new TrailingWork();
    const running: RunningJob = {
      id: job._id.toHexString(),
      kind: job.kind,
      payload: job.payload,
      attempt: job.attempts,
      isFirstRun: isFirstRun(job),
      maxAttempts: policy.maxAttempts ?? this.config.maxAttempts,
      enqueuedAt: job.createdAt,
      signal,
      trailing,
      ...(job.dedupKey !== undefined && { dedupKey: job.dedupKey }),
      ...(job.groupKey !== undefined && { groupKey: job.groupKey }),
      ...(job.limitKey !== undefined && { limitKey: job.limitKey }),
      ...(job.trace !== undefined && { trace: job.trace }),
      ...(notes && { notes }),
    };
    const result = await this.resultOf(handler, running);
    const now = this.clock.date();
    if (result === 'interrupted') return { transition: release(now), trailing };
    return { transition: transitionFor(job, result, this.policyWith(policy), now), trailing };
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

/** Whatever puts a job back, after a run or a lost lease, gives it another time to run. */
const isFirstRun = ({ attempts, rescues, runAt, createdAt }: JobDocument): boolean =>
  attempts === 1 && rescues === 0 && runAt.getTime() === createdAt.getTime();

function codeOf(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  return typeof code === 'string' || typeof code === 'number' ? String(code) : 'handler_failed';
}
