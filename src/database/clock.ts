/** The time, as something that can be injected: the database's clock in the program, a hand-moved one in tests. */
export abstract class Clock {
  /** Ms since the epoch. */
  abstract now(): number;

  date(offsetMs = 0): Date {
    return new Date(this.now() + offsetMs);
  }

  /** True while the machine may have stood still since the time was last looked up: {@link now} may be behind. */
  get isInDoubt(): boolean {
    return false;
  }

  /** The latest time that it can be: {@link now}, and what the machine may have stood still. */
  latest(): number {
    return this.now();
  }

  /**
   * Looks the time up again if it is in doubt.
   *
   * @throws when it can't be, or not within seconds: it is still in doubt then
   */
  async assure(): Promise<void> {}
}
