import { BsonType, type BsonValue } from '../../bson/bson-value.js';
import { keyText } from '../../bson/key-text.js';
import type { ElementTest } from '../path-matcher.js';
import { comparisonTest } from './comparison.js';

const MOST_COMPARED = 6;

/** True for a value equal to one of `values` or passing one of `patterns`; above a few values by their keys in a set. */
export function inTest(values: readonly BsonValue[], patterns: readonly ElementTest[]): ElementTest {
  const equal = values.length > MOST_COMPARED ? setTest(values) : compareTest(values);
  if (patterns.length === 0) return equal;
  return (value) => equal(value) || patterns.some((pattern) => pattern(value));
}

function compareTest(values: readonly BsonValue[]): ElementTest {
  const tests = values.map((value) => comparisonTest('eq', value));
  return (value) => {
    for (const test of tests) if (test(value)) return true;
    return false;
  };
}

function setTest(values: readonly BsonValue[]): ElementTest {
  const matchesMissing = values.some((value) => value.type === BsonType.null);
  const keys = new Set(values.map((value) => keyText(value)));
  return (value) => (value === undefined ? matchesMissing : keys.has(keyText(value)));
}
