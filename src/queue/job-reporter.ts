import { Injectable, Logger } from '@nestjs/common';
import { Telemetry } from '../telemetry/telemetry.js';
import type { Transition, TransitionKind } from './job-transitions.js';
import type { JobDocument } from './job.schema.js';
import type { RunNotes } from './job.types.js';

export interface EndedRunReport {
  job: JobDocument;
  transition: Transition;
  /** How long the handler took. */
  runMs: number;
  notes: RunNotes | undefined;
}

type Level = 'debug' | 'log' | 'warn';

/** At a thousand jobs a second, only what is unusual has its line at `info`. */
const levels: Record<TransitionKind, Level> = {
  completed: 'debug',
  snoozed: 'debug',
  deferred: 'debug',
  parked: 'debug',
  released: 'log',
  retried: 'log',
  dead: 'warn',
};

/** Tells of each run of a job: one line in the log with all that is known of it, and a span where traces are on. */
@Injectable()
export class JobReporter {
  private readonly logger = new Logger('Job');

  constructor(private readonly telemetry: Telemetry) {}

  /** Where the run may note what it did; undefined when no line would tell. */
  notes(): RunNotes | undefined {
    return this.telemetry.eachLogged ? { sent: [] } : undefined;
  }

  /** Runs within a span of the trace that the job was stored with. */
  trace<R extends { transition: Transition }>(job: JobDocument, run: () => Promise<R>): Promise<R> {
    const { spans } = this.telemetry;
    if (!spans) return run();
    const attributes = {
      'messaging.message.id': job._id.toHexString(),
      'chatautodm.job.kind': job.kind,
      'chatautodm.job.attempt': job.attempts,
      'chatautodm.job.wait_ms': waitOf(job),
    };
    return spans.run(
      `job ${job.kind}`,
      { kind: 'CONSUMER', attributes, parent: job.trace ?? null },
      async (span) => {
        const handled = await run();
        const { transition } = handled;
        span.setAttribute('chatautodm.job.end', transition.kind);
        const { outcome } = transition;
        if (outcome) span.setAttribute('chatautodm.job.result', outcome.result);
        return handled;
      },
    );
  }

  ended({ job, transition, runMs, notes }: EndedRunReport): void {
    const level = levels[transition.kind];
    if (level === 'debug' && !this.telemetry.eachLogged) return;
    this.logger[level]({
      msg: 'job',
      job: job._id.toHexString(),
      kind: job.kind,
      end: transition.kind,
      // Codes and ids: outcomes hold nothing else.
      ...transition.outcome,
      code: transition.code,
      account: job.limitKey,
      event: job.dedupKey,
      attempt: job.attempts,
      waitMs: waitOf(job),
      runMs: Math.round(runMs * 10) / 10,
      ...(notes && notes.sent.length > 0 && { sent: notes.sent }),
      ...(job.trace !== undefined && { trace: job.trace.split('-')[1] }),
    });
  }
}

/** From the moment it was due to its start. */
const waitOf = ({ runAt, claimedAt }: JobDocument): number =>
  claimedAt ? claimedAt.getTime() - runAt.getTime() : 0;
