const MOST_SHAPES = 1_000;

/** What was compiled of statements that differ in their values only, by the text of their shape. */
export class ShapeCache<T> {
  private readonly shapes = new Map<string, T>();

  get(text: string): T | undefined {
    return this.shapes.get(text);
  }

  add(text: string, compiled: T): void {
    // A program has few shapes; one that makes a new one for each statement gains nothing from a cache.
    if (this.shapes.size >= MOST_SHAPES) this.shapes.clear();
    this.shapes.set(text, compiled);
  }
}

const MOST_BYTES = 2_048;

/** Writes the text of one shape after the other. */
export class ShapeWriter {
  private readonly bytes = Buffer.allocUnsafe(MOST_BYTES);
  private length = 0;

  reset(): this {
    this.length = 0;
    return this;
  }

  byte(value: number): void {
    if (this.length < MOST_BYTES) this.bytes[this.length] = value;
    this.length += 1;
  }

  /** A name and its NUL. */
  name(from: Uint8Array, start: number, end: number): void {
    for (let at = start; at <= end; at += 1) this.byte(from[at]!);
  }

  /** Undefined for a shape too long to be worth keeping. */
  text(): string | undefined {
    return this.length > MOST_BYTES ? undefined : this.bytes.toString('latin1', 0, this.length);
  }
}
