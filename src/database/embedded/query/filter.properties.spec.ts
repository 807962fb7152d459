import { describe, expect, it } from '@jest/globals';
import { serialize } from 'bson';
import * as fc from 'fast-check';
import { arbitraryDocument, arbitraryValue } from '../../../../test/support/arbitrary-bson.js';
import { StoreError } from '../store.errors.js';
import { compileFilter, type Filter } from './filter.js';

const path = fc.constantFrom('a', 'b', 'a.b', 'a.0', 'ab', 'c.a', '0');

const comparison = fc.constantFrom('$eq', '$gt', '$gte', '$lt', '$lte');

function compiled(filter: unknown): Filter | undefined {
  try {
    return compileFilter(serialize(filter as Map<string, unknown>));
  } catch (error) {
    if (error instanceof StoreError) return undefined;
    throw error;
  }
}

describe('filters of random values', () => {
  it('a filter and its negations are opposites', () => {
    fc.assert(
      fc.property(path, comparison, arbitraryValue, arbitraryDocument, (field, operator, operand, doc) => {
        const predicate = new Map([[operator, operand]]);
        const plain = compiled(new Map([[field, predicate]]));
        fc.pre(plain !== undefined);
        const matches = plain.matches(doc);
        expect(compiled(new Map([[field, new Map([['$not', predicate]])]]))?.matches(doc)).toBe(!matches);
        expect(compiled({ $nor: [new Map([[field, predicate]])] })?.matches(doc)).toBe(!matches);
      }),
      { numRuns: 2_000 },
    );
  });

  it('$in is the $or of equalities, short or long', () => {
    fc.assert(
      fc.property(
        path,
        fc.array(arbitraryValue, { maxLength: 12 }),
        arbitraryDocument,
        (field, values, doc) => {
          const filter = compiled(new Map([[field, { $in: values }]]));
          const each = values.map((value) => compiled(new Map([[field, { $in: [value] }]])));
          fc.pre(filter !== undefined && each.every((one) => one !== undefined));
          expect(filter.matches(doc)).toBe(each.some((one) => one?.matches(doc)));
        },
      ),
      { numRuns: 2_000 },
    );
  });

  it('$gte is $gt or $eq for operands that are not null', () => {
    fc.assert(
      fc.property(path, arbitraryValue, arbitraryDocument, (field, operand, doc) => {
        const [gte, gt, eq] = ['$gte', '$gt', '$eq'].map((operator) =>
          compiled(new Map([[field, new Map([[operator, operand]])]])),
        );
        fc.pre(gte !== undefined && gt !== undefined && eq !== undefined);
        expect(gte.matches(doc)).toBe(gt.matches(doc) || eq.matches(doc));
      }),
      { numRuns: 2_000 },
    );
  });

  it('matches every document by the value of its own field', () => {
    fc.assert(
      fc.property(path, arbitraryValue, (field, value) => {
        const filter = compiled(new Map([[field, new Map([['$eq', value]])]]));
        fc.pre(filter !== undefined && !field.includes('.'));
        expect(filter.matches(serialize(new Map([[field, value]])))).toBe(true);
      }),
      { numRuns: 1_000 },
    );
  });
});
