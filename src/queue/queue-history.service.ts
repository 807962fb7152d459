import { Injectable } from '@nestjs/common';
import { percentiles, sumOfStored, type Percentiles } from './duration-histogram.js';
import { MINUTE_MS, QueueMinuteRepository, startOfMinute } from './queue-minute.repository.js';
import type { QueueMinuteDocument } from './queue-minute.schema.js';

/** What all processes did from `at` on, for one step. */
export interface QueueStep {
  at: Date;
  /** New jobs stored. */
  in: number;
  completed: number;
  /** Runs that failed and are tried again. */
  retried: number;
  dead: number;
  duplicates: number;
  deferred: number;
  /** From the moment a job was due to its start. */
  waitMs: Percentiles;
  /** How long handlers took. */
  runMs: Percentiles;
}

/** The past of the queue, for charts. */
@Injectable()
export class QueueHistoryService {
  constructor(private readonly minutes: QueueMinuteRepository) {}

  /**
   * One entry for each step, those in which nothing happened too, the earliest first. The first begins with the minute of
   * `from`; the last may reach beyond `to`.
   *
   * @param stepMinutes how many minutes are put together
   */
  async between(from: Date, to: Date, stepMinutes: number): Promise<QueueStep[]> {
    const start = startOfMinute(from).getTime();
    const stepMs = stepMinutes * MINUTE_MS;
    const steps = Array.from(
      { length: Math.ceil((to.getTime() - start) / stepMs) },
      (): QueueMinuteDocument[] => [],
    );
    for (const minute of await this.minutes.between(from, to)) {
      steps[Math.floor((minute._id.getTime() - start) / stepMs)]!.push(minute);
    }
    return steps.map((minutes, index) => toStep(new Date(start + index * stepMs), minutes));
  }
}

type Counter = 'enqueued' | 'completed' | 'retried' | 'dead' | 'duplicates' | 'deferred';

function toStep(at: Date, minutes: QueueMinuteDocument[]): QueueStep {
  const sum = (name: Counter) => minutes.reduce((total, minute) => total + (minute[name] ?? 0), 0);
  return {
    at,
    in: sum('enqueued'),
    completed: sum('completed'),
    retried: sum('retried'),
    dead: sum('dead'),
    duplicates: sum('duplicates'),
    deferred: sum('deferred'),
    waitMs: percentiles(sumOfStored(minutes.map(({ waits }) => waits))),
    runMs: percentiles(sumOfStored(minutes.map(({ runs }) => runs))),
  };
}
