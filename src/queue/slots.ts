/** The places in which handlers run, and the line before them. Counts only: what runs in a slot is its taker's. */
export class Slots {
  /** Each is told whether it got a slot. */
  private readonly line: ((got: boolean) => void)[] = [];
  private taken = 0;
  private kept = 0;
  private closed = false;
  private paused = false;
  /** Told whenever one becomes free, whoever gets it then. */
  onFree: () => void = () => {};

  constructor(readonly total: number) {}

  get busy(): number {
    return this.taken;
  }

  get free(): number {
    return Math.max(0, this.total - this.taken - this.kept);
  }

  get waiting(): number {
    return this.line.length;
  }

  /** One of those kept free, or one over and above them all. */
  takeKept(): void {
    this.taken += 1;
  }

  /** Waits for a slot in line; resolves with false when there will be none. */
  take(): Promise<boolean> {
    if (this.closed || this.paused) return Promise.resolve(false);
    if (this.line.length === 0 && this.free > 0) {
      this.taken += 1;
      return Promise.resolve(true);
    }
    return new Promise((resolve) => this.line.push(resolve));
  }

  release(): void {
    this.taken -= 1;
    this.fill();
  }

  /** Keeps so many free for `work` until it has ended. */
  async keepWhile<T>(count: number, work: () => Promise<T>): Promise<T> {
    this.kept += count;
    try {
      return await work();
    } finally {
      this.kept -= count;
      this.fill();
    }
  }

  /** Sends the whole line away, and everyone who comes later. */
  close(): void {
    this.closed = true;
    this.sendAway();
  }

  /** The same until it goes on. */
  setPaused(paused: boolean): void {
    this.paused = paused;
    if (paused) this.sendAway();
  }

  private sendAway(): void {
    for (const tell of this.line.splice(0)) tell(false);
  }

  private fill(): void {
    const isFree = this.free > 0;
    while (this.line.length > 0 && this.free > 0) {
      this.taken += 1;
      this.line.shift()!(true);
    }
    if (isFree) this.onFree();
  }
}
