import { describe, expect, it } from '@jest/globals';
import { deserialize, serialize } from 'bson';
import * as fc from 'fast-check';
import { arbitraryDocument } from '../../../../test/support/arbitrary-bson.js';
import { StoreError } from '../store.errors.js';
import { validateDocument } from './validate-document.js';

function isValid(bytes: Uint8Array): boolean {
  try {
    return validateDocument(bytes, 0) === bytes.length;
  } catch (error) {
    if (error instanceof StoreError && (error.codeName === 'InvalidBSON' || error.codeName === 'Overflow'))
      return false;
    throw error;
  }
}

function isDecoded(bytes: Uint8Array): boolean {
  try {
    deserialize(bytes, { bsonRegExp: true });
    return true;
  } catch {
    return false;
  }
}

function nested(levels: number): Uint8Array {
  let document: object = {};
  for (let level = 1; level < levels; level += 1) document = { a: document };
  return serialize(document);
}

describe('validateDocument', () => {
  it('accepts what the bson package writes', () => {
    fc.assert(fc.property(arbitraryDocument, (document) => expect(isValid(document)).toBe(true)));
  });

  it('accepts no truncated or damaged document that the bson package refuses', () => {
    const damage = fc.array(fc.tuple(fc.nat(), fc.nat(255)), { minLength: 1, maxLength: 4 });
    fc.assert(
      fc.property(arbitraryDocument, damage, fc.nat(), (document, changes, cut) => {
        const damaged = Buffer.from(document);
        for (const [place, byte] of changes) damaged[place % damaged.length] = byte;
        expect(isValid(damaged) && !isDecoded(damaged)).toBe(false);
        const cutLength = cut % document.length;
        expect(isValid(document.subarray(0, cutLength))).toBe(false);
      }),
      { numRuns: 5_000 },
    );
  });

  it('limits nesting to 200 levels', () => {
    expect(isValid(nested(200))).toBe(true);
    expect(isValid(nested(201))).toBe(false);
  });

  it('refuses text that is not UTF-8', () => {
    const document = Buffer.from(serialize({ a: 'xx' }));
    document[document.indexOf('xx')] = 0xff;
    expect(isValid(document)).toBe(false);
  });
});
