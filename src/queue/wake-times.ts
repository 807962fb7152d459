/** Jobs that come due within this of each other share a wake. */
const GRAIN_MS = 50;
/** What is later is left to the poll. */
const AHEAD_MS = 60_000;

/**
 * When jobs that this process has put off come due: a claim then need not wait for the poll, after which all that came due
 * since the one before would begin at once. A hint: nothing depends on it, and what is lost with the process the poll finds.
 */
export class WakeTimes {
  private readonly times = new Set<number>();
  private timer: NodeJS.Timeout | undefined;
  private timerAt = Infinity;

  constructor(
    private readonly now: () => number,
    private readonly wake: () => void,
  ) {}

  add(at: Date): void {
    const inMs = at.getTime() - this.now();
    if (inMs <= 0 || inMs > AHEAD_MS) return;
    const time = Math.ceil(at.getTime() / GRAIN_MS) * GRAIN_MS;
    this.times.add(time);
    if (time < this.timerAt) this.setTimer(time);
  }

  clear(): void {
    clearTimeout(this.timer);
    this.times.clear();
    this.timerAt = Infinity;
  }

  private setTimer(time: number): void {
    clearTimeout(this.timer);
    this.timerAt = time;
    this.timer = setTimeout(() => this.ring(), time - this.now());
    this.timer.unref();
  }

  private ring(): void {
    const now = Math.max(this.now(), this.timerAt);
    let next = Infinity;
    for (const time of this.times) {
      if (time <= now) this.times.delete(time);
      else next = Math.min(next, time);
    }
    this.timerAt = Infinity;
    if (next < Infinity) this.setTimer(next);
    this.wake();
  }
}
