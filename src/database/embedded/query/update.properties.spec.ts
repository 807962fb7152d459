import { describe, expect, it } from '@jest/globals';
import { deserialize, serialize } from 'bson';
import * as fc from 'fast-check';
import { arbitraryDocument, arbitraryValue } from '../../../../test/support/arbitrary-bson.js';
import { StoreError } from '../store.errors.js';
import { validateDocument } from '../bson/validate-document.js';
import { compileUpdate } from './update.js';

type Fields = Record<string, unknown>;
type Operators = Record<string, Fields>;

const context = { now: new Date(0), upsert: false };

const name = fc.constantFrom('a', 'b', 'c', 'd');
const small = fc.integer({ min: -3, max: 3 });

/** Documents whose fields the model understands: `n…` are numbers, `l…` lists of numbers, `o` is a document. */
const document = fc.record(
  {
    na: small,
    nb: small,
    la: fc.array(small, { maxLength: 4 }),
    lb: fc.array(small, { maxLength: 4 }),
    o: fc.dictionary(name, small, { maxKeys: 3, noNullPrototype: true }),
  },
  { requiredKeys: [] },
);

const change = fc.oneof(
  fc.tuple(fc.constant('$set'), fc.constantFrom('na', 'nb', 'x', 'o.a', 'o.e'), small),
  fc.tuple(fc.constant('$unset'), fc.constantFrom('na', 'la', 'o.b', 'o.z'), small),
  fc.tuple(fc.constant('$inc'), fc.constantFrom('na', 'nb', 'o.c'), small),
  fc.tuple(fc.constant('$mul'), fc.constantFrom('nb', 'nz'), small),
  fc.tuple(fc.constant('$max'), fc.constantFrom('na', 'ny'), small),
  fc.tuple(fc.constant('$push'), fc.constantFrom('la', 'lb', 'lz'), small),
  fc.tuple(fc.constant('$pull'), fc.constantFrom('la', 'lb', 'lz'), small),
  fc.tuple(fc.constant('$addToSet'), fc.constantFrom('la', 'lb', 'lz'), small),
  fc.tuple(fc.constant('$pop'), fc.constantFrom('la', 'lb'), fc.constantFrom(1, -1)),
);

/** Changes to different paths, as the operators of one update. */
const update = fc
  .uniqueArray(change, { minLength: 1, maxLength: 4, selector: ([, path]) => path })
  .map((changes) => {
    const operators: Operators = {};
    for (const [operator, path, value] of changes)
      operators[operator] = { ...operators[operator], [path]: value };
    return operators;
  });

/** What one operator makes of a value; undefined for no value, before and after. */
function modelValue(operator: string, before: unknown, operand: number): unknown {
  const number = before as number | undefined;
  const list = before as number[] | undefined;
  switch (operator) {
    case '$set':
      return operand;
    case '$unset':
      return undefined;
    case '$inc':
      return (number ?? 0) + operand;
    case '$mul':
      return (number ?? 0) * operand + 0;
    case '$max':
      return Math.max(number ?? operand, operand);
    case '$push':
      return [...(list ?? []), operand];
    case '$addToSet':
      return list?.includes(operand) ? list : [...(list ?? []), operand];
    case '$pull':
      return list?.filter((each) => each !== operand);
    default:
      return operand === 1 ? list?.slice(0, -1) : list?.slice(1);
  }
}

function model(doc: Fields, operators: Operators): Fields {
  const changed = structuredClone(doc);
  for (const [operator, fields] of Object.entries(operators)) {
    for (const [path, operand] of Object.entries(fields)) {
      const [first = '', second] = path.split('.');
      const holder = second === undefined ? changed : { ...(changed[first] as Fields | undefined) };
      const field = second ?? first;
      const value = modelValue(operator, holder[field], operand as number);
      if (value === undefined) delete holder[field];
      else holder[field] = value;
      if (second !== undefined && (changed[first] !== undefined || value !== undefined))
        changed[first] = holder;
    }
  }
  return changed;
}

describe('updates of random documents', () => {
  it('do what a model on decoded documents does, applied once and twice', () => {
    fc.assert(
      fc.property(document, update, (doc, operators) => {
        const compiled = compileUpdate(serialize(operators));
        const once = compiled.apply(serialize(doc), context);
        expect(deserialize(once)).toEqual(model(doc, operators));
        const twice = compiled.apply(once, context);
        expect(deserialize(twice)).toEqual(model(model(doc, operators), operators));
      }),
      { numRuns: 2_000 },
    );
  });

  it('give a well-formed document or an error, whatever the types', () => {
    const operator = fc.constantFrom(
      '$set',
      '$unset',
      '$inc',
      '$mul',
      '$min',
      '$max',
      '$push',
      '$addToSet',
      '$pull',
      '$pullAll',
      '$pop',
      '$rename',
      '$bit',
      '$currentDate',
      '$setOnInsert',
    );
    const path = fc.constantFrom('a', 'b', 'c.a', 'a.0', 'a.$[]', 'a.b.c', 'ab.1', '0', 'b.$');
    fc.assert(
      fc.property(arbitraryDocument, operator, path, arbitraryValue, (doc, name_, field, operand) => {
        const before = Buffer.from(doc);
        let after: Uint8Array | undefined;
        try {
          after = compileUpdate(serialize({ [name_]: new Map([[field, operand]]) })).apply(doc, context);
        } catch (error) {
          if (!(error instanceof StoreError)) throw error;
        }
        expect(after === undefined || validateDocument(after) === after.length).toBe(true);
        expect(before.equals(doc)).toBe(true);
      }),
      { numRuns: 3_000 },
    );
  });
});
