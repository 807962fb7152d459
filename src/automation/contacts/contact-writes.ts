import { setTimeout as sleep } from 'node:timers/promises';
import { Injectable, Logger } from '@nestjs/common';
import { DUPLICATE_KEY } from '../../database/write-errors.js';
import { isStoreFailure } from '../../http/store-failure.js';
import type { RunningJob } from '../../queue/job.types.js';

const REPEAT_EVERY_MS = 200;

type Job = Pick<RunningJob, 'id' | 'signal'>;
type Write = () => Promise<void>;

/**
 * Writes on contacts that a run makes beside and after its sends. The sends are made, and the outbox knows them: running
 * the job again for such a write would only spend one of its attempts. All of these writes say how it is, not what to add,
 * so they may be made twice.
 */
@Injectable()
export class ContactWrites {
  private readonly logger = new Logger('Automation');
  /** Since the process began. */
  readonly figures = { repeated: 0, given_up: 0 };

  /**
   * For what later decisions go by: the window, first contact, questions, pauses, cooldowns, tags, attributes. Repeats it for as
   * long as the database is out of reach and the job is this process's.
   *
   * @throws what the database refuses, or the run was aborted with: then the run must fail, or it would be lost in silence
   */
  async untilWritten(job: Job, write: Write): Promise<void> {
    for (;;) {
      try {
        return await write();
      } catch (error) {
        if (!mayPass(error) || job.signal.aborted) throw error;
        this.figures.repeated += 1;
        this.logger.warn({ msg: 'could not write on a contact, trying again', job: job.id, error });
      }
      await sleep(REPEAT_EVERY_MS, undefined, { signal: job.signal });
    }
  }

  /**
   * For what is only shown, or saves a question: one that is refused is left out.
   *
   * @param note what it says, for the log
   */
  async unlessRefused(job: Job, note: string, write: Write): Promise<void> {
    try {
      await this.untilWritten(job, write);
    } catch (error) {
      // Another run will come to it.
      if (job.signal.aborted) throw error;
      this.figures.given_up += 1;
      this.logger.warn({ msg: 'gave up a write on a contact', job: job.id, note, error });
    }
  }
}

/** Two processes may both find that there is no such contact yet. */
const mayPass = (error: unknown): boolean =>
  isStoreFailure(error) || (error as { code?: unknown }).code === DUPLICATE_KEY;
