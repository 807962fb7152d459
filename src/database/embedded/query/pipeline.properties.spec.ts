import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import { arbitraryDocument, arbitraryValue } from '../../../../test/support/arbitrary-bson.js';
import { toBson } from '../bson/bson-convert.js';
import { documentValue, payload, valuesOf } from '../bson/bson-reader.js';
import { documentOf } from '../bson/document-builder.js';
import { validateDocument } from '../bson/validate-document.js';
import { StoreError } from '../store.errors.js';
import { compileExpression, SUPPORTED_EXPRESSIONS } from './expression/compile-expression.js';
import { compilePipeline, SUPPORTED_STAGES } from './pipeline.js';
import { compileProjection } from './projection.js';

const settings = { now: new Date(0), variables: new Map() };

const NAMES =
  'input as in cond initialValue vars if else branches default to onError date format timezone unit amount startDate ' +
  'endDate field value regex find';

const operand = fc.constantFrom(...NAMES.split(' '));

/** Expressions of all operators over operands that mostly don't fit. */
const expression: fc.Arbitrary<unknown> = fc.letrec<{ any: unknown }>((tie) => ({
  any: fc.oneof(
    { depthSize: 'small' },
    {
      weight: 3,
      arbitrary: fc.constantFrom('$a', '$b', '$a.b', '$$ROOT', '$$NOW', '$nothing', 'day', 'int'),
    },
    { weight: 3, arbitrary: arbitraryValue },
    {
      weight: 5,
      arbitrary: fc
        .tuple(
          fc.constantFrom(...SUPPORTED_EXPRESSIONS),
          fc.oneof(
            tie('any'),
            fc.array(tie('any'), { maxLength: 4 }),
            fc.dictionary(operand, tie('any'), { maxKeys: 4, noNullPrototype: true }),
          ),
        )
        .map(([name, value]) => ({ [name]: value })),
    },
  ),
})).any;

const spec = fc.oneof(
  expression,
  fc.constantFrom<unknown>('$a', 'n', 1, { a: 1 }, { a: 0 }, { _id: '$a', n: { $sum: '$b' } }, { size: 1 }),
  fc.constantFrom<unknown>(
    { path: '$a', preserveNullAndEmptyArrays: true, includeArrayIndex: 'b.c' },
    { _id: null, all: { $push: '$$ROOT' }, set: { $addToSet: '$a' }, avg: { $avg: '$a' } },
  ),
  fc.dictionary(fc.constantFrom('a', 'b', 'a.b', '_id'), expression, { maxKeys: 3, noNullPrototype: true }),
);

const stage = fc
  .tuple(fc.constantFrom(...SUPPORTED_STAGES), spec)
  .map(([name, value]) => ({ [name]: value }));

/** What the work answers; nothing when the store refuses it. */
function results(work: () => Uint8Array[]): Uint8Array[] {
  try {
    return work();
  } catch (error) {
    if (error instanceof StoreError) return [];
    throw error;
  }
}

const isWellFormed = (bytes: Uint8Array): boolean => validateDocument(bytes) === bytes.length;

describe('random expressions, projections and pipelines', () => {
  it('give well-formed values or a refusal', () => {
    fc.assert(
      fc.property(arbitraryDocument, expression, (doc, random) => {
        const values = results(() => {
          const value = compileExpression(toBson(random))({ root: documentValue(doc), ...settings });
          return value === undefined ? [] : [payload(documentOf([['value', value]]))];
        });
        expect(values.every(isWellFormed)).toBe(true);
      }),
      { numRuns: 2_000 },
    );
  });

  it('give well-formed documents or a refusal', () => {
    const fields = fc.dictionary(
      fc.constantFrom('a', 'b', 'a.b', '_id', 'a.$'),
      fc.oneof(fc.constantFrom<unknown>(0, 1, { $slice: 1 }, { $elemMatch: { $gt: 1 } }), expression),
      { minKeys: 1, maxKeys: 3, noNullPrototype: true },
    );
    fc.assert(
      fc.property(arbitraryDocument, fields, fc.array(stage, { maxLength: 3 }), (doc, projected, stages) => {
        const found = results(() => {
          const projection = compileProjection(payload(toBson(projected)));
          return projection === undefined ? [] : [projection.project(doc, { matchedIndex: 0 })];
        });
        const made = results(() => compilePipeline(valuesOf(toBson(stages))).run([doc, doc], settings));
        expect([...found, ...made].every(isWellFormed)).toBe(true);
      }),
      { numRuns: 2_000 },
    );
  });
});
