import { describe, expect, it } from '@jest/globals';
import { deserialize, Long } from 'bson';
import * as fc from 'fast-check';
import { arbitraryDocument } from '../../../../test/support/arbitrary-bson.js';
import { toBson } from './bson-convert.js';
import { documentValue, elementsOf, valuesOf } from './bson-reader.js';
import { arrayOf, DocumentBuilder, documentOf } from './document-builder.js';

describe('DocumentBuilder', () => {
  it('writes what the bson package reads', () => {
    const bytes = new DocumentBuilder(8)
      .appendInt32('i', -1)
      .appendDouble('d', 0.5)
      .appendLong('l', 2n ** 60n)
      .appendBoolean('b', true)
      .appendNull('n')
      .appendString('é', 'ü'.repeat(300))
      .appendDate('t', new Date(5))
      .openDocument('o')
      .openArray('a')
      .appendInt32(0, 1)
      .close()
      .close()
      .appendJs('js', { x: [1] })
      .finish();
    expect(deserialize(bytes)).toEqual({
      i: -1,
      d: 0.5,
      l: Long.fromBigInt(2n ** 60n),
      b: true,
      n: null,
      é: 'ü'.repeat(300),
      t: new Date(5),
      o: { a: [1] },
      js: { x: [1] },
    });
  });

  it('builds one document after another', () => {
    const builder = new DocumentBuilder();
    const first = builder.appendInt32('a', 1).finish();
    const second = builder.appendInt32('b', 2).finish();
    expect([first, second].map((bytes) => deserialize(bytes))).toEqual([{ a: 1 }, { b: 2 }]);
  });

  it('copies documents element by element to the same bytes', () => {
    fc.assert(
      fc.property(arbitraryDocument, (document) => {
        const fields = elementsOf(document).map(({ name, value }) => [name, value] as const);
        expect(Buffer.from(documentOf(fields).bytes).equals(document)).toBe(true);
        expect(
          Buffer.from(new DocumentBuilder().copyElements(documentValue(document)).finish()).equals(document),
        ).toBe(true);
      }),
    );
  });

  it('names the elements of long arrays by their indexes', () => {
    const values = Array.from({ length: 1_200 }, (_, index) => index);
    const array = arrayOf(valuesOf(toBson(values)));
    expect(Object.keys(deserialize(array.bytes))).toEqual(values.map(String));
  });
});
