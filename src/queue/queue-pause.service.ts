import { Injectable, Logger } from '@nestjs/common';
import { Clock } from '../database/clock.js';
import { Claimer } from './claimer.js';
import { QueuePauseRepository } from './queue-pause.repository.js';

/**
 * Stops claiming in all processes, and lets it go on. New jobs are stored all the same, what was claimed and has not begun
 * goes back unspent, and runs under way end. The
 * process that is asked obeys at once, the others at their next poll; it outlasts restarts.
 */
@Injectable()
export class QueuePauseService {
  private readonly logger = new Logger('Queue');

  constructor(
    private readonly clock: Clock,
    private readonly pauses: QueuePauseRepository,
    private readonly claimer: Claimer,
  ) {}

  async set(paused: boolean, by: string): Promise<void> {
    await this.pauses.set(paused, by, this.clock.date());
    this.apply(paused);
  }

  /** Obeys what the database says. Never rejects: while it does not answer, what it said last holds. */
  async refresh(): Promise<void> {
    try {
      this.apply(await this.pauses.isPaused());
    } catch (error) {
      this.logger.debug({ msg: 'could not read whether the queue is paused', error });
    }
  }

  private apply(paused: boolean): void {
    if (paused !== this.claimer.isPaused)
      this.logger.log({ msg: paused ? 'claiming paused' : 'claiming resumed' });
    this.claimer.setPaused(paused);
  }
}
