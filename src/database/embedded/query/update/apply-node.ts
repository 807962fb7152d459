import { NULL_VALUE } from '../../bson/bson-convert.js';
import { ElementCursor, encodeName, isIndexName, readInt32 } from '../../bson/bson-reader.js';
import { BsonType, typeAlias, type BsonValue } from '../../bson/bson-value.js';
import { DocumentBuilder, documentOf } from '../../bson/document-builder.js';
import { storeErrors } from '../../store.errors.js';
import { branchNode, mergeNodes, type BranchNode, type UpdateNode, type UpdateRun } from './update-node.js';

/** MongoDB fills at most so many array elements with null to reach an index. */
const MOST_PADDING = 1_500_000;

/** The changed value, `value` itself (the same reference) when nothing changes, undefined when it is to be removed. */
export function applyNode(
  node: UpdateNode,
  value: BsonValue,
  path: string,
  run: UpdateRun,
): BsonValue | undefined {
  if (node.kind === 'leaf') {
    return node.modifier.insertOnly && !run.inserting ? value : node.modifier.update(value, path, run);
  }
  if (node.kind === 'elements') return applyToElements(node.byIdentifier, value, path, run);
  const branch = resolvePositional(node, path, run);
  if (value.type === BsonType.object) return applyToObject(branch, value, path, run);
  if (value.type === BsonType.array) return applyToArray(branch, value, path, run);
  for (const { name, node: child } of branch.ordered) requireViable(child, name, path, value, run);
  return value;
}

/** The value of a field that is absent, or undefined when it stays so. */
function createNode(node: UpdateNode, path: string, run: UpdateRun): BsonValue | undefined {
  if (node.kind === 'leaf') {
    return node.modifier.insertOnly && !run.inserting ? undefined : node.modifier.create(path, run);
  }
  if (node.kind === 'elements') {
    throw storeErrors.BadValue(
      `The path '${path}' must exist in the document in order to apply array updates.`,
    );
  }
  const created: [string, BsonValue][] = [];
  for (const { name, node: child } of resolvePositional(node, path, run).ordered) {
    const value = createNode(child, join(path, name), run);
    if (value !== undefined) created.push([name, value]);
  }
  if (created.length === 0) return undefined;
  return documentOf(created);
}

function join(path: string, name: string): string {
  return path === '' ? name : `${path}.${name}`;
}

function resolvePositional(node: BranchNode, path: string, run: UpdateRun): BranchNode {
  if (node.positional === undefined) return node;
  if (run.matchedIndex === undefined) {
    throw storeErrors.BadValue('The positional operator did not find the match needed from the query.');
  }
  const resolved = branchNode(new Map([[String(run.matchedIndex), node.positional]]));
  const merged = mergeNodes(branchNode(node.fields), resolved, path);
  return merged.kind === 'branch' ? merged : node;
}

interface Edit {
  /** The element replaced: from its type byte to its end. */
  readonly start: number;
  readonly end: number;
  readonly name: Uint8Array;
  /** Undefined: removed. */
  readonly value: BsonValue | undefined;
}

function applyToObject(node: BranchNode, object: BsonValue, path: string, run: UpdateRun): BsonValue {
  const { ordered } = node;
  const edits: Edit[] = [];
  const seen: boolean[] = [];
  let unseen = ordered.length;
  const cursor = ElementCursor.over(object);
  while (unseen > 0 && cursor.next()) {
    for (let index = 0; index < ordered.length; index += 1) {
      const { name, bytes, node: child } = ordered[index]!;
      if (seen[index] || !cursor.nameIs(bytes)) continue;
      seen[index] = true;
      unseen -= 1;
      const value = applyNode(child, cursor, join(path, name), run);
      if (value !== cursor) edits.push({ start: cursor.elementStart, end: cursor.end, name: bytes, value });
      break;
    }
  }
  const added: Addition[] = [];
  for (let index = 0; index < ordered.length; index += 1) {
    if (seen[index]) continue;
    const { name, bytes, node: child } = ordered[index]!;
    const value = createNode(child, join(path, name), run);
    if (value !== undefined) added.push({ name: bytes, value });
  }
  return edits.length + added.length === 0 ? object : rebuild(object, edits, added);
}

interface Addition {
  readonly name: Uint8Array;
  readonly value: BsonValue;
}

/** Copies what lies between the edits as it is, into a buffer of the exact size. */
function rebuild(object: BsonValue, edits: readonly Edit[], added: readonly Addition[]): BsonValue {
  const { bytes, start } = object;
  const end = start + readInt32(bytes, start) - 1;
  const builder = new DocumentBuilder(rebuiltSize(end + 1 - start, edits, added));
  let from = start + 4;
  for (const edit of edits) {
    builder.copyRange(bytes, from, edit.start);
    if (edit.value !== undefined) builder.append(edit.name, edit.value);
    from = edit.end;
  }
  builder.copyRange(bytes, from, end);
  for (const { name, value } of added) builder.append(name, value);
  return finished(object.type, builder);
}

function rebuiltSize(before: number, edits: readonly Edit[], added: readonly Addition[]): number {
  let size = before;
  for (const { start, end, name, value } of edits) {
    size -= end - start;
    if (value !== undefined) size += elementSize(name, value);
  }
  for (const { name, value } of added) size += elementSize(name, value);
  return size;
}

function elementSize(name: Uint8Array, value: BsonValue): number {
  return 2 + name.length + value.end - value.start;
}

function finished(type: number, builder: DocumentBuilder): BsonValue {
  const bytes = builder.finishOwned();
  return { type, bytes, start: 0, end: bytes.length };
}

function applyToArray(node: BranchNode, array: BsonValue, path: string, run: UpdateRun): BsonValue {
  for (const { name, node: child } of node.ordered) {
    if (!isIndexName(name)) requireViable(child, name, path, array, run);
  }
  const edits: Edit[] = [];
  const cursor = ElementCursor.over(array);
  let length = 0;
  for (; cursor.next(); length += 1) {
    const child = node.fields.get(String(length));
    if (child === undefined) continue;
    const value = applyNode(child, cursor, join(path, String(length)), run);
    if (value === cursor) continue;
    const name = cursor.bytes.subarray(cursor.nameStart, cursor.nameEnd);
    edits.push({ start: cursor.elementStart, end: cursor.end, name, value: value ?? NULL_VALUE });
  }
  const added = addedElements(node, length, path, run);
  return edits.length + added.length === 0 ? array : rebuild(array, edits, added);
}

function addedElements(node: BranchNode, length: number, path: string, run: UpdateRun): Addition[] {
  const added: Addition[] = [];
  for (const { name, node: child } of node.ordered) {
    const index = isIndexName(name) ? Number(name) : -1;
    if (index < length) continue;
    const value = createNode(child, join(path, name), run);
    if (value === undefined) continue;
    if (index - length > MOST_PADDING) {
      throw storeErrors.CannotBackfillArray(`can't backfill more than ${MOST_PADDING} elements`);
    }
    for (let gap = length + added.length; gap < index; gap += 1) {
      added.push({ name: encodeName(String(gap)), value: NULL_VALUE });
    }
    added.push({ name: encodeName(name), value });
  }
  return added;
}

function applyToElements(
  byIdentifier: ReadonlyMap<string, UpdateNode>,
  array: BsonValue,
  path: string,
  run: UpdateRun,
): BsonValue {
  if (array.type !== BsonType.array) {
    throw storeErrors.BadValue(
      `Cannot apply array updates to non-array element ${path} of type ${typeAlias(array.type)}`,
    );
  }
  const edits: Edit[] = [];
  const cursor = ElementCursor.over(array);
  for (let index = 0; cursor.next(); index += 1) {
    const elementPath = join(path, String(index));
    const node = nodeForElement(byIdentifier, cursor, elementPath, run);
    if (node === undefined) continue;
    const value = applyNode(node, cursor, elementPath, run);
    if (value === cursor) continue;
    const name = cursor.bytes.subarray(cursor.nameStart, cursor.nameEnd);
    edits.push({ start: cursor.elementStart, end: cursor.end, name, value: value ?? NULL_VALUE });
  }
  return edits.length === 0 ? array : rebuild(array, edits, []);
}

function nodeForElement(
  byIdentifier: ReadonlyMap<string, UpdateNode>,
  element: BsonValue,
  path: string,
  run: UpdateRun,
): UpdateNode | undefined {
  let joined: UpdateNode | undefined;
  for (const [identifier, node] of byIdentifier) {
    if (identifier !== '' && !run.arrayFilters.get(identifier)?.(element)) continue;
    joined = joined === undefined ? node : mergeNodes(joined, node, path);
  }
  return joined;
}

/** Fails when something below must be created in a value that can't hold it. */
function requireViable(
  node: UpdateNode,
  name: string,
  path: string,
  holder: BsonValue,
  run: UpdateRun,
): void {
  if (node.kind === 'branch') {
    const below = resolvePositional(node, join(path, name), run).ordered;
    for (const child of below) requireViable(child.node, name, path, holder, run);
    return;
  }
  if (node.kind === 'leaf') {
    const { modifier } = node;
    if (modifier.ignoresUnviablePaths || (modifier.insertOnly && !run.inserting)) return;
  } else {
    throw storeErrors.BadValue(
      `The path '${join(path, name)}' must exist in the document in order to apply array updates.`,
    );
  }
  throw storeErrors.PathNotViable(
    `Cannot create field '${name}' in element '${path}' of type ${typeAlias(holder.type)}`,
  );
}
