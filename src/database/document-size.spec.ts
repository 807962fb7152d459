import { describe, expect, it } from '@jest/globals';
import { calculateObjectSize, Long, ObjectId } from 'bson';
import fc from 'fast-check';
import { sizeAtMost } from './document-size.js';

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

describe('sizeAtMost', () => {
  it('is never less than what BSON takes', () => {
    fc.assert(
      fc.property(value, (content) => {
        expect(sizeAtMost({ content })).toBeGreaterThanOrEqual(calculateObjectSize({ content }));
      }),
    );
  });
});
