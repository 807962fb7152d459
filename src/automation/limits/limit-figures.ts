import type { SendBucket } from '../../instagram/limits/send-limits.js';

const WINDOW_MS = 5 * 60_000;

/** What this process saw of Instagram's limits, over all accounts. */
export class LimitFigures {
  /** Sends whose job came back later, since their turn was some time away. */
  readonly putOff = new Map<SendBucket, number>();
  private current = { from: 0, percent: 0 };
  private before = 0;

  countPutOff(bucket: SendBucket): void {
    this.putOff.set(bucket, (this.putOff.get(bucket) ?? 0) + 1);
  }

  noteUsage(percent: number, nowMs: number): void {
    this.turn(nowMs);
    this.current.percent = Math.max(this.current.percent, percent);
  }

  /** The most that Instagram's answers said of any account, within the last five to ten minutes; calls are refused at 100. */
  highestUsagePercent(nowMs: number): number {
    this.turn(nowMs);
    return Math.max(this.current.percent, this.before);
  }

  private turn(nowMs: number): void {
    const passedMs = nowMs - this.current.from;
    if (passedMs < WINDOW_MS) return;
    this.before = passedMs < 2 * WINDOW_MS ? this.current.percent : 0;
    this.current = { from: nowMs, percent: 0 };
  }
}
