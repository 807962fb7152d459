import { randomBytes } from 'node:crypto';
import { Injectable, Logger } from '@nestjs/common';
import { Clock } from '../database/clock.js';
import { bucketOf, noDurations } from './duration-histogram.js';
import type { JobDocument } from './job.schema.js';
import type { Transition } from './job-transitions.js';
import { QueueMinuteRepository, startOfMinute } from './queue-minute.repository.js';
import { noCounts, type CounterName, type KindCounts } from './queue-minute.schema.js';
import { QueueTotalsRepository } from './queue-totals.repository.js';
import { noChange, waitingState, type CountedState } from './queue-totals.schema.js';
import { RunOutcomes } from './run-outcomes.js';
import { TopKeys } from './top-keys.js';

const KEYS_IN_MEMORY = 100;
const KEYS_WRITTEN = 20;
/** Kinds are the application's own and few; this is only against what nobody thought of. */
const MAX_KINDS = 200;

type StartedRun = Pick<JobDocument, 'attempts' | 'runAt' | 'claimedAt'>;
type Ended = Pick<Transition, 'kind' | 'outcome'>;
export type CountedRun = Pick<JobDocument, 'kind' | 'limitKey' | 'attempts'>;

/**
 * Counts what happens in memory, and adds it to the shared records once a second: to the minute and to the totals. A
 * process that is killed takes at most its last second of figures with it, never a job.
 */
@Injectable()
export class QueueCounters {
  private readonly logger = new Logger('Queue');
  private readonly process = randomBytes(4).toString('hex');
  private readonly topKeys = new TopKeys(KEYS_IN_MEMORY);
  private topMinute = new Date(0);
  private topChanged = false;
  private minute = noMinuteChange();
  private total = noChange();
  private flushing: Promise<void> | undefined;
  /** What is being written, and what was written since the process began. */
  private inFlight = noMinuteChange();
  private readonly written = noMinuteChange();
  /** Of this process alone, and not written down. */
  readonly outcomes = new RunOutcomes();

  constructor(
    private readonly clock: Clock,
    private readonly minutes: QueueMinuteRepository,
    private readonly totals: QueueTotalsRepository,
  ) {}

  count(name: CounterName, by = 1): void {
    this.minute.counts[name] += by;
    this.total.events[name] += by;
  }

  /** `by` jobs changed their state; null is before a job is stored. */
  moved(from: CountedState | null, to: CountedState, by = 1): void {
    if (by === 0) return;
    if (from !== null) this.total.jobs[from] -= by;
    this.total.jobs[to] += by;
    this.total.moves += by;
  }

  runStarted({ attempts, runAt, claimedAt }: StartedRun): void {
    this.moved(waitingState(attempts - 1), 'processing');
    const waitMs = claimedAt!.getTime() - runAt.getTime();
    this.minute.waits[bucketOf(waitMs)]! += 1;
    this.minute.waitedMs += waitMs;
  }

  /** @param runMs how long the handler took */
  runEnded(run: CountedRun, { kind: end, outcome }: Ended, runMs: number): void {
    this.count(end);
    if (outcome) this.outcomes.count(run.kind, outcome.result);
    this.moved('processing', stateAfter(run, end));
    this.minute.runs[bucketOf(runMs)]! += 1;
    this.minute.ranMs += runMs;
    if (end !== 'completed' && end !== 'dead') return;
    this.countKind(run.kind, end);
    if (run.limitKey === undefined) return;
    this.topKeys.add(run.limitKey);
    this.topChanged = true;
  }

  /** Never rejects: what could not be written is added to the next flush. A call during a flush joins it. */
  flush(): Promise<void> {
    this.flushing ??= this.flushAll().finally(() => (this.flushing = undefined));
    return this.flushing;
  }

  /** All that this process did since it began, written down or not. */
  sinceStart(): Omit<MinuteSum, 'kinds'> {
    const sum = noMinuteChange();
    for (const part of [this.written, this.inFlight, this.minute]) addMinute(sum, part);
    return sum;
  }

  private async flushAll(): Promise<void> {
    const { minute, total } = this;
    this.minute = noMinuteChange();
    this.total = noChange();
    this.inFlight = minute;
    const now = startOfMinute(this.clock.date());
    const written = await Promise.allSettled([
      this.minutes.add(now, minute),
      this.totals.add(total),
      this.flushTop(now),
    ]);
    addMinute(written[0].status === 'rejected' ? this.minute : this.written, minute);
    this.inFlight = noMinuteChange();
    if (written[1].status === 'rejected') addTotal(this.total, total);
    const failed = written.find((result) => result.status === 'rejected');
    if (failed) this.logger.warn({ msg: 'could not store the counters', error: failed.reason });
  }

  private async flushTop(now: Date): Promise<void> {
    const minute = this.topMinute.getTime() === 0 ? now : this.topMinute;
    const [top, changed] = [this.topKeys.top(KEYS_WRITTEN), this.topChanged];
    this.topChanged = false;
    // Before the write: what is counted during it belongs to the minute that has begun.
    if (minute.getTime() !== now.getTime()) this.topKeys.clear();
    this.topMinute = now;
    if (changed) await this.minutes.setTop(minute, this.process, top);
  }

  private countKind(kind: string, end: keyof KindCounts): void {
    const { kinds } = this.minute;
    const known = kinds.get(kind);
    if (known) known[end] += 1;
    else if (kinds.size < MAX_KINDS) kinds.set(kind, { completed: 0, dead: 0, [end]: 1 });
  }
}

function stateAfter({ attempts }: CountedRun, end: Transition['kind']): CountedState {
  switch (end) {
    case 'completed':
    case 'dead':
      return end;
    case 'retried':
      return 'retrying';
    case 'snoozed':
    case 'deferred':
    case 'parked':
    case 'released':
      return waitingState(attempts - 1);
    default:
      return end satisfies never;
  }
}

type MinuteSum = ReturnType<typeof noMinuteChange>;

const noMinuteChange = () => ({
  counts: noCounts(),
  waits: noDurations(),
  runs: noDurations(),
  waitedMs: 0,
  ranMs: 0,
  kinds: new Map<string, KindCounts>(),
});

function addMinute(sum: MinuteSum, more: MinuteSum): void {
  addEach(sum.counts, more.counts);
  for (const [bucket, count] of more.waits.entries()) sum.waits[bucket]! += count;
  for (const [bucket, count] of more.runs.entries()) sum.runs[bucket]! += count;
  sum.waitedMs += more.waitedMs;
  sum.ranMs += more.ranMs;
  for (const [kind, counts] of more.kinds) {
    const known = sum.kinds.get(kind);
    if (known) addEach(known, counts);
    else sum.kinds.set(kind, { ...counts });
  }
}

function addTotal(sum: ReturnType<typeof noChange>, more: ReturnType<typeof noChange>): void {
  addEach(sum.jobs, more.jobs);
  addEach(sum.events, more.events);
  sum.moves += more.moves;
}

function addEach<K extends string>(sum: Record<K, number>, more: Record<K, number>): void {
  for (const name of Object.keys(more) as K[]) sum[name] += more[name];
}
