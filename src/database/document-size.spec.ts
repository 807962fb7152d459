import { describe, expect, it } from '@jest/globals';
import { calculateObjectSize, Long, ObjectId } from 'bson';
import fc from 'fast-check';
import { chunksBySize } from './document-size.js';

const value = fc.letrec((tie) => ({
  any: fc.oneof(
    { maxDepth: 4 },
    fc.string({ unit: 'binary' }),
    fc.double(),
    fc.boolean(),
    fc.constant(null),
    fc.date({ noInvalidDate: true }),
    fc.uint8Array({ maxLength: 40 }).map((bytes) => Buffer.from(bytes)),
    fc.constant(new ObjectId()),
    fc.constant(Long.MAX_VALUE),
    fc.array(tie('any'), { maxLength: 5 }),
    fc.dictionary(
      fc.string({ maxLength: 8 }).map((key) => `k${key.replaceAll('\0', '')}`),
      tie('any'),
      {
        maxKeys: 5,
        noNullPrototype: true,
      },
    ),
  ),
})).any;
const documents = fc.array(fc.record({ value }), { maxLength: 12 });

describe('chunksBySize', () => {
  it('keeps all items in order, and each run of several below the limit', () => {
    fc.assert(
      fc.property(documents, fc.integer({ min: 1, max: 3000 }), (items, maxBytes) => {
        const chunks = chunksBySize(items, maxBytes);
        expect(chunks.flatMap((chunk) => chunk.items)).toEqual(items);
        for (const { start, items: run } of chunks) {
          expect(run[0]).toBe(items[start]);
          const bytes = run.reduce((sum, each) => sum + calculateObjectSize(each), 0);
          expect(run.length === 1 || bytes <= maxBytes).toBe(true);
        }
      }),
    );
  });

  it('gives what fits in one run, and none for nothing', () => {
    expect(chunksBySize([{ a: 1 }, { b: 'x' }], 1000)).toEqual([{ start: 0, items: [{ a: 1 }, { b: 'x' }] }]);
    expect(chunksBySize([], 1000)).toEqual([]);
  });
});
