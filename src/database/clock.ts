/** The time, as something that can be injected: the database's clock in the program, a hand-moved one in tests. */
export abstract class Clock {
  /** Ms since the epoch. */
  abstract now(): number;

  date(offsetMs = 0): Date {
    return new Date(this.now() + offsetMs);
  }
}
