import { isNumber } from '../bson/bson-number.js';
import type { BsonValue } from '../bson/bson-value.js';
import { encodeKeyPrefix } from '../index/index-key-codec.js';
import { afterPrefix } from '../storage/key-space.js';
import type { IndexBounds, Interval } from './index-bounds.js';

/** Keys from `start` (inclusive) to `end` (exclusive). */
export interface KeyRange {
  readonly start: Buffer;
  readonly end: Buffer;
}

/** The keys of some values. */
export interface ValueRange extends KeyRange {
  /** False when a bound was too long to be kept whole: keys of other values then stand in the range as well. */
  readonly isExact: boolean;
}

/** What keys are made of: the bytes they all start with, then their fields. */
export interface KeyShape {
  readonly prefix: Uint8Array;
  readonly directions: readonly (1 | -1)[];
}

/** Kinds of numbers share one bracket: any number compares with any other, but for NaN (kind 7), which is below none. */
const NUMBER_BRACKET = { low: 8, high: 15 };

/** The ranges of keys these bounds leave, ascending and disjoint. */
export function toRanges(shape: KeyShape, bounds: IndexBounds): ValueRange[] {
  const ranges = combinations(bounds.equal).map((values) => toRange(shape, values, bounds.interval));
  if (ranges.length < 2) return ranges.filter(isNotEmpty);
  return mergeOverlaps(ranges.filter(isNotEmpty).toSorted((a, b) => Buffer.compare(a.start, b.start)));
}

function isNotEmpty(range: KeyRange): boolean {
  return Buffer.compare(range.start, range.end) < 0;
}

/** Every choice of one value from each list. */
export function combinations(lists: readonly (readonly BsonValue[])[]): BsonValue[][] {
  let all: BsonValue[][] = [[]];
  for (const list of lists) all = all.flatMap((head) => list.map((value) => head.concat(value)));
  return all;
}

function mergeOverlaps(sorted: readonly ValueRange[]): ValueRange[] {
  const merged: ValueRange[] = [];
  for (const range of sorted) {
    const last = merged.at(-1);
    if (last && Buffer.compare(range.start, last.end) < 0) {
      const end = Buffer.compare(range.end, last.end) > 0 ? range.end : last.end;
      merged[merged.length - 1] = { start: last.start, end, isExact: last.isExact && range.isExact };
    } else {
      merged.push(range);
    }
  }
  return merged;
}

function toRange(shape: KeyShape, values: readonly BsonValue[], interval: Interval | undefined): ValueRange {
  const head = encodeKeyPrefix(shape.prefix, [...values], shape.directions);
  if (interval === undefined || head.cut) {
    return { start: head.bytes, end: afterPrefix(head.bytes), isExact: !head.cut };
  }
  const descending = shape.directions[values.length] === -1;
  const bracketAt = (bound: { value: BsonValue }): KeyRange =>
    bracketOf(shape, values, bound.value, head.bytes.length, descending);
  const bracket = bracketAt((interval.low ?? interval.high)!);
  // Bounds of two types hold for no value: between them in key order are only values that neither compares with.
  if (interval.high && !bracket.start.equals(bracketAt(interval.high).start)) {
    return { start: head.bytes, end: head.bytes, isExact: true };
  }
  const [first, last] = descending ? [interval.high, interval.low] : [interval.low, interval.high];
  const edge = (bound: { value: BsonValue }): { bytes: Buffer; cut: boolean } =>
    encodeKeyPrefix(shape.prefix, [...values, bound.value], shape.directions);
  let { start, end } = bracket;
  let isExact = true;
  if (first) {
    const { bytes, cut } = edge(first);
    start = first.inclusive || cut ? bytes : afterPrefix(bytes);
    isExact = !cut;
  }
  if (last) {
    const { bytes, cut } = edge(last);
    end = last.inclusive || cut ? afterPrefix(bytes) : bytes;
    isExact &&= !cut;
  }
  return { start, end, isExact };
}

/** Comparisons match values of the operand's type only: the keys of that type below `head`. */
function bracketOf(
  shape: KeyShape,
  values: readonly BsonValue[],
  operand: BsonValue,
  headLength: number,
  descending: boolean,
): KeyRange {
  const { bytes } = encodeKeyPrefix(shape.prefix, [...values, operand], shape.directions);
  const head = bytes.subarray(0, headLength);
  const first = bytes[headLength];
  if (first === undefined) return { start: head, end: afterPrefix(head) };
  let low = first;
  let high = first + 1;
  if (isNumber(operand)) {
    low = descending ? 0x100 - NUMBER_BRACKET.high : NUMBER_BRACKET.low;
    high = descending ? 0x100 - NUMBER_BRACKET.low : NUMBER_BRACKET.high;
  }
  return {
    start: Buffer.concat([head, Buffer.from([low])]),
    end: high > 0xff ? afterPrefix(head) : Buffer.concat([head, Buffer.from([high])]),
  };
}
