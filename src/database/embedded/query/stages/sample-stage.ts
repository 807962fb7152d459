import { isNumber, toTruncatedInteger } from '../../bson/bson-number.js';
import { elementsOf } from '../../bson/bson-reader.js';
import { BsonType, type BsonValue } from '../../bson/bson-value.js';
import { locationError } from '../../store.errors.js';
import type { Emit, Stage, StageRun } from './stage.js';

/** `$sample`: so many documents at random, in random order. */
export function compileSample(spec: BsonValue): Stage {
  if (spec.type !== BsonType.object) {
    throw locationError(28_745, 'the $sample stage specification must be an object');
  }
  let size: number | undefined;
  for (const { name, value } of elementsOf(spec)) {
    if (name !== 'size') throw locationError(28_748, `unrecognized option to $sample: ${name}`);
    if (!isNumber(value)) throw locationError(28_746, 'size argument to $sample must be a number');
    size = Number(toTruncatedInteger(value) ?? 0n);
    if (size <= 0) throw locationError(28_747, 'size argument to $sample must be a positive integer');
  }
  if (size === undefined) throw locationError(28_749, '$sample stage must specify a size');
  const wanted = size;
  return { start: () => new SampleRun(wanted) };
}

/** Keeps the documents with the least of random numbers drawn for each. */
class SampleRun implements StageRun {
  private held: { order: number; document: BsonValue }[] = [];

  constructor(private readonly size: number) {}

  push(document: BsonValue): void {
    this.held.push({ order: Math.random(), document });
    if (this.held.length >= 2 * this.size + 1_000) this.cut();
  }

  finish(emit: Emit): void {
    this.cut();
    for (const { document } of this.held) emit(document);
  }

  private cut(): void {
    this.held = this.held.toSorted((a, b) => a.order - b.order).slice(0, this.size);
  }
}
