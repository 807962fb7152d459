import { ElementCursor } from '../bson/bson-reader.js';
import type { BsonValue } from '../bson/bson-value.js';
import type { FieldPath } from './field-path.js';
import type { FilterNode, PathPredicate } from './filter-node.js';
import { matchPath, MatchRecord, type ElementTest } from './path-matcher.js';

export type DocumentTest = (document: BsonValue, record: MatchRecord | undefined) => boolean;

/** Turns a parsed filter into one function over a document's bytes. */
export function compileNode(node: FilterNode): DocumentTest {
  switch (node.kind) {
    case 'field':
      return compileAnd([node]);
    case 'and':
      return compileAnd(node.children);
    case 'or': {
      const tests = node.children.map((child) => compileNode(child));
      return (document, record) => tests.some((test) => test(document, record));
    }
    case 'nor': {
      const tests = node.children.map((child) => compileNode(child));
      return (document, record) => {
        // What matches under a negation must not be noted.
        const muted = record && new MatchRecord(record.settings);
        return !tests.some((test) => test(document, muted));
      };
    }
    case 'expression':
      return (document, record) => node.matches(document, record?.settings);
  }
}

/** A predicate as a test of the value of a top-level field. */
export interface FieldTest {
  readonly name: string;
  readonly test: ElementTest;
}

/** A filter that is nothing but predicates on fields, all of which must hold; undefined for any other. */
export function compileFieldTests(node: FilterNode): FieldTest[] | undefined {
  const tests: FieldTest[] = [];
  for (const child of flatten([node])) {
    if (child.kind !== 'field') return undefined;
    tests.push({ name: child.path.parts[0]!, test: compilePredicate(child.predicate, child.path) });
  }
  return tests;
}

/** The tests of one top-level field, run when the scan over the document's elements comes by. */
export interface ScannedField {
  readonly name: Uint8Array;
  readonly tests: ElementTest[];
}

/** The scan keeps what it has seen in the bits of one number. */
export const MOST_SCANNED_FIELDS = 30;

function flatten(children: readonly FilterNode[]): FilterNode[] {
  return children.flatMap((child) => (child.kind === 'and' ? flatten(child.children) : [child]));
}

/** Reads the document's elements once for all predicates on its fields, then runs what is left. */
function compileAnd(children: readonly FilterNode[]): DocumentTest {
  const fields = new Map<string, ScannedField>();
  const others: DocumentTest[] = [];
  for (const node of flatten(children)) {
    if (node.kind !== 'field') {
      others.push(compileNode(node));
      continue;
    }
    const [name = ''] = node.path.parts;
    const field = fields.get(name) ?? { name: node.path.names[0]!, tests: [] };
    field.tests.push(compilePredicate(node.predicate, node.path));
    fields.set(name, field);
  }
  const scans = chunks([...fields.values()], MOST_SCANNED_FIELDS).map((chunk) => scanFields(chunk));
  const tests = [...scans, ...others];
  if (tests.length === 1) return tests[0]!;
  return (document, record) => {
    for (const test of tests) if (!test(document, record)) return false;
    return true;
  };
}

function chunks<T>(items: readonly T[], size: number): T[][] {
  const parts: T[][] = [];
  for (let start = 0; start < items.length; start += size) parts.push(items.slice(start, start + size));
  return parts;
}

export function scanFields(fields: readonly ScannedField[]): DocumentTest {
  const count = fields.length;
  const all = 2 ** count - 1;
  return (document, record) => {
    const cursor = new ElementCursor(document.bytes, document.start);
    let seen = 0;
    while (seen !== all && cursor.next()) {
      for (let index = 0; index < count; index += 1) {
        const field = fields[index]!;
        if ((seen & (1 << index)) !== 0 || !cursor.nameIs(field.name)) continue;
        if (!allHold(field.tests, cursor, record)) return false;
        seen |= 1 << index;
        break;
      }
    }
    if (seen === all) return true;
    for (let index = 0; index < count; index += 1) {
      if ((seen & (1 << index)) === 0 && !allHold(fields[index]!.tests, undefined, record)) return false;
    }
    return true;
  };
}

function allHold(
  tests: readonly ElementTest[],
  value: BsonValue | undefined,
  record: MatchRecord | undefined,
): boolean {
  for (const test of tests) if (!test(value, record)) return false;
  return true;
}

/** The predicate as a test of the value of the path's first part. */
export function compilePredicate(predicate: PathPredicate, path: FieldPath): ElementTest {
  if (predicate.kind === 'test') {
    const { test, traverseLeaf } = predicate;
    return (value, record) => matchPath(value, path, 1, traverseLeaf, test, record);
  }
  const tests = predicate.all.map((each) => compilePredicate(each, path));
  return (value) => !allHold(tests, value, undefined);
}
