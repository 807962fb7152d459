import { compareNumbers } from './bson-number.js';
import { cstringEnd, ElementCursor, readInt32, readInt64 } from './bson-reader.js';
import { BsonType, type BsonValue } from './bson-value.js';

/**
 * The rank of a type in BSON's comparison order, equal for types that compare with each other (the numbers; string and
 * symbol). From MongoDB's manual, "Comparison/Sort Order"; undefined stands before null.
 */
export function typeRank(type: number): number {
  return RANKS[type] ?? UNKNOWN_RANK;
}

const UNKNOWN_RANK = 126;

const RANKS: Uint8Array = (() => {
  const ranks = new Uint8Array(256).fill(UNKNOWN_RANK);
  const order: [number, number[]][] = [
    [0, [BsonType.minKey]],
    [3, [BsonType.undefined]],
    [5, [BsonType.null]],
    [10, [BsonType.int, BsonType.long, BsonType.double, BsonType.decimal]],
    [15, [BsonType.string, BsonType.symbol]],
    [20, [BsonType.object]],
    [25, [BsonType.array]],
    [30, [BsonType.binary]],
    [35, [BsonType.objectId]],
    [40, [BsonType.bool]],
    [45, [BsonType.date]],
    [47, [BsonType.timestamp]],
    [50, [BsonType.regex]],
    [55, [BsonType.dbPointer]],
    [60, [BsonType.javascript]],
    [65, [BsonType.javascriptWithScope]],
    [127, [BsonType.maxKey]],
  ];
  for (const [rank, types] of order) for (const type of types) ranks[type] = rank;
  return ranks;
})();

/** BSON's comparison order over all types: a total order. Field names of array elements do not count. */
export function compareValues(a: BsonValue, b: BsonValue): number {
  const rank = typeRank(a.type);
  const difference = rank - typeRank(b.type);
  if (difference !== 0) return difference;
  return compareSameRank(a, b);
}

function compareSameRank(a: BsonValue, b: BsonValue): number {
  switch (a.type) {
    case BsonType.int:
    case BsonType.long:
    case BsonType.double:
    case BsonType.decimal:
      return compareNumbers(a, b);
    case BsonType.string:
    case BsonType.symbol:
    case BsonType.javascript:
      return compareBytes(a, a.start + 4, a.end - 1, b, b.start + 4, b.end - 1);
    case BsonType.object:
      return compareElements(ElementCursor.over(a), ElementCursor.over(b), true);
    case BsonType.array:
      return compareElements(ElementCursor.over(a), ElementCursor.over(b), false);
    case BsonType.binary:
      return compareBinary(a, b);
    case BsonType.objectId:
    case BsonType.bool:
      return compareBytes(a, a.start, a.end, b, b.start, b.end);
    case BsonType.date:
      return compareLongs(readInt64(a.bytes, a.start), readInt64(b.bytes, b.start));
    case BsonType.timestamp:
      return compareLongs(
        BigInt.asUintN(64, readInt64(a.bytes, a.start)),
        BigInt.asUintN(64, readInt64(b.bytes, b.start)),
      );
    case BsonType.regex:
      return compareRegexes(a, b);
    case BsonType.dbPointer:
      return a.end - a.start - (b.end - b.start) || compareBytes(a, a.start, a.end, b, b.start, b.end);
    case BsonType.javascriptWithScope:
      return compareCodeWithScope(a, b);
    default:
      return 0;
  }
}

/** True when the two are equal in BSON's comparison order: `5` and `5.0` are, `{a, b}` and `{b, a}` are not. */
export function equalValues(a: BsonValue, b: BsonValue): boolean {
  return compareValues(a, b) === 0;
}

/** True when type and payload bytes are the same: `5` and `5.0` are not. */
export function identicalValues(a: BsonValue, b: BsonValue): boolean {
  return (
    a.type === b.type &&
    a.end - a.start === b.end - b.start &&
    compareBytes(a, a.start, a.end, b, b.start, b.end) === 0
  );
}

function compareBytes(
  a: BsonValue,
  startA: number,
  endA: number,
  b: BsonValue,
  startB: number,
  endB: number,
): number {
  const left = a.bytes;
  const right = b.bytes;
  const common = Math.min(endA - startA, endB - startB);
  for (let index = 0; index < common; index += 1) {
    const difference = left[startA + index]! - right[startB + index]!;
    if (difference !== 0) return difference;
  }
  return endA - startA - (endB - startB);
}

function compareLongs(a: bigint, b: bigint): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

function compareElements(a: ElementCursor, b: ElementCursor, withNames: boolean): number {
  for (;;) {
    const moreA = a.next();
    const moreB = b.next();
    if (!moreA || !moreB) return Number(moreA) - Number(moreB);
    const ranks = typeRank(a.type) - typeRank(b.type);
    if (ranks !== 0) return ranks;
    if (withNames) {
      const names = compareBytes(a, a.nameStart, a.nameEnd, b, b.nameStart, b.nameEnd);
      if (names !== 0) return names;
    }
    const values = compareSameRank(a, b);
    if (values !== 0) return values;
  }
}

/** Binary data: by length, then subtype, then bytes. */
function compareBinary(a: BsonValue, b: BsonValue): number {
  const lengths = readInt32(a.bytes, a.start) - readInt32(b.bytes, b.start);
  return lengths || compareBytes(a, a.start + 4, a.end, b, b.start + 4, b.end);
}

function compareRegexes(a: BsonValue, b: BsonValue): number {
  const patternA = cstringEnd(a.bytes, a.start);
  const patternB = cstringEnd(b.bytes, b.start);
  return (
    compareBytes(a, a.start, patternA, b, b.start, patternB) ||
    compareBytes(a, patternA + 1, a.end, b, patternB + 1, b.end)
  );
}

function compareCodeWithScope(a: BsonValue, b: BsonValue): number {
  const codeA = a.start + 8 + readInt32(a.bytes, a.start + 4);
  const codeB = b.start + 8 + readInt32(b.bytes, b.start + 4);
  return (
    compareBytes(a, a.start + 8, codeA - 1, b, b.start + 8, codeB - 1) ||
    compareElements(new ElementCursor(a.bytes, codeA), new ElementCursor(b.bytes, codeB), true)
  );
}
