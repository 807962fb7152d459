import { describe, expect, it } from '@jest/globals';
import { Binary, Decimal128, Long, MaxKey, MinKey, ObjectId, Timestamp, UUID } from 'bson';
import fc from 'fast-check';
import { toBson } from '../bson/bson-convert.js';
import { encodeKey } from '../bson/key-encoding.js';
import { KeyWriter } from '../bson/key-writer.js';
import { fieldEnd } from './key-fields.js';

const anyValue = fc.oneof(
  fc.integer(),
  fc.double(),
  fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }).map((number) => Long.fromBigInt(number)),
  fc
    .tuple(fc.integer(), fc.integer({ min: -400, max: 400 }))
    .map(([digits, exponent]) => Decimal128.fromString(`${digits}E${exponent}`)),
  fc.string(),
  fc.constant('a\0b\0'),
  fc.constant(null),
  fc.boolean(),
  fc.date({ noInvalidDate: true }),
  fc.uint8Array({ maxLength: 20 }).map((bytes) => new Binary(bytes)),
  fc.constantFrom<unknown>(new ObjectId(), new UUID(), new MinKey(), new MaxKey(), new Timestamp(5n), /a/),
  fc.array(fc.integer(), { maxLength: 2 }),
  fc.record({ x: fc.string() }),
);

function encode(values: unknown[], directions: (1 | -1)[]): Buffer {
  const writer = new KeyWriter();
  encodeKey(
    values.map((value) => toBson(value)),
    directions,
    writer,
  );
  return writer.finish();
}

describe('the end of a field in an index key', () => {
  it('is where the key of the values before it ends, or is not told', () => {
    fc.assert(
      fc.property(
        anyValue,
        anyValue,
        fc.constantFrom(1 as const, -1 as const),
        (first, second, direction) => {
          const key = encode([first, second], [direction, 1]);
          const end = fieldEnd(key, 0, direction === -1);
          expect([-1, encode([first], [direction]).length]).toContain(end);
        },
      ),
      { numRuns: 2_000 },
    );
  });

  it.each([['text'], [5], [-2.5], [null], [true], [new Date(1)], [new ObjectId()]])(
    'is told of %p',
    (value) => {
      for (const direction of [1, -1] as const) {
        const key = encode([value, 'after'], [direction, 1]);
        expect(fieldEnd(key, 0, direction === -1)).toBe(encode([value], [direction]).length);
      }
    },
  );
});
