import { Clock } from '../../src/database/clock.js';

/** Runs faster than the real time, and jumps: for what takes hours. */
export class LapseClock extends Clock {
  private readonly startedAt = Date.now();
  private jumpedMs = 0;

  constructor(private readonly speed: number) {
    super();
  }

  now(): number {
    return this.startedAt + this.jumpedMs + Math.round((Date.now() - this.startedAt) * this.speed);
  }

  jump(ms: number): void {
    this.jumpedMs += ms;
  }
}
