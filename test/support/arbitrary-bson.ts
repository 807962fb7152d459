import * as fc from 'fast-check';
import {
  Binary,
  BSONRegExp,
  BSONSymbol,
  Code,
  Decimal128,
  Double,
  Int32,
  Long,
  MaxKey,
  MinKey,
  ObjectId,
  serialize,
  Timestamp,
} from 'bson';

const fieldName = fc.oneof(
  fc.constantFrom('a', 'b', 'c', 'ab', '0', '1', '2', '', 'é', '__proto__'),
  fc.string({ maxLength: 3 }).map((name) => name.replaceAll('\0', '')),
);

/** Numbers that meet: the same values in several types, and their neighbours. */
const numbers = fc.oneof(
  fc.integer({ min: -3, max: 3 }).map((value) => new Int32(value)),
  fc.integer().map((value) => new Int32(value)),
  fc.integer({ min: -3, max: 3 }).map((value) => new Double(value)),
  fc.double().map((value) => new Double(value)),
  fc
    .constantFrom(0.1, -0, Number.NaN, Infinity, -Infinity, 2 ** 53, 5e-324, 1.7976931348623157e308)
    .map((value) => new Double(value)),
  fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }).map((value) => Long.fromBigInt(value)),
  fc.bigInt({ min: 2n ** 53n - 3n, max: 2n ** 53n + 3n }).map((value) => Long.fromBigInt(value)),
  fc
    .constantFrom('0', '-0', '1', '1.0', '0.1', '-1', 'NaN', 'Infinity', '-Infinity', '9007199254740993')
    .map((value) => Decimal128.fromString(value)),
  fc
    .tuple(
      fc.bigInt({ min: -(10n ** 34n) + 1n, max: 10n ** 34n - 1n }),
      fc.integer({ min: -6176, max: 6111 }),
    )
    .map(([digits, exponent]) => Decimal128.fromString(`${digits}E${exponent}`)),
  fc
    .tuple(fc.bigInt({ min: -100n, max: 100n }), fc.integer({ min: -340, max: 310 }))
    .map(([digits, exponent]) => Decimal128.fromString(`${digits}E${exponent}`)),
  fc
    .constantFrom('0.1000000000000000055511151231257827', '0.1000000000000000055511151231257828', '4.94E-324')
    .map((value) => Decimal128.fromString(value)),
);

const text = fc.oneof(
  fc.constantFrom('', 'a', 'a\0', 'a\0b', 'ab', 'é'),
  fc.string({ unit: 'grapheme', maxLength: 6 }),
);

/** Values of all types that hold no others. */
export const arbitraryScalar: fc.Arbitrary<unknown> = fc.oneof(
  { weight: 5, arbitrary: numbers },
  { weight: 3, arbitrary: text },
  fc.constantFrom(null, true, false, new MinKey(), new MaxKey()),
  text.map((value) => new BSONSymbol(value)),
  fc.uint8Array({ minLength: 12, maxLength: 12 }).map((bytes) => new ObjectId(bytes)),
  fc.date({ noInvalidDate: true }),
  fc
    .tuple(fc.uint8Array({ maxLength: 4 }), fc.constantFrom(0, 1, 5, 128))
    .map(([bytes, subtype]) => new Binary(bytes, subtype)),
  fc.constantFrom(new BSONRegExp('a', 'i'), new BSONRegExp('a', ''), new BSONRegExp('ab', '')),
  fc.tuple(fc.nat(3), fc.nat(3)).map(([t, i]) => new Timestamp({ t, i })),
  fc.constantFrom(new Code('f'), new Code('g'), new Code('f', { a: 1 }), new Code('f', { a: 2 })),
);

/** A JavaScript value (of the bson package's classes) of any BSON type, nested a few levels. */
export const arbitraryValue: fc.Arbitrary<unknown> = fc.letrec<{ value: unknown }>((tie) => ({
  value: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    { weight: 6, arbitrary: arbitraryScalar },
    { weight: 1, arbitrary: fc.array(tie('value'), { maxLength: 3 }) },
    {
      weight: 1,
      arbitrary: fc
        .uniqueArray(fc.tuple(fieldName, tie('value')), { maxLength: 3, selector: ([name]) => name })
        .map((fields) => new Map(fields)),
    },
  ),
})).value;

/** A document with up to five fields of any type. */
export const arbitraryDocument: fc.Arbitrary<Uint8Array> = fc
  .uniqueArray(fc.tuple(fieldName, arbitraryValue), { maxLength: 5, selector: ([name]) => name })
  .map((fields) => serialize(new Map(fields)));
