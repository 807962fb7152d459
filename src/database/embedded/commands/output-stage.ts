import { randomUUID } from 'node:crypto';
import { ElementCursor, elementsOf, documentValue, getField, readString } from '../bson/bson-reader.js';
import { BsonType, type BsonValue } from '../bson/bson-value.js';
import { DocumentBuilder } from '../bson/document-builder.js';
import { ArrayStream, type DocumentStream } from '../cursor/document-stream.js';
import { TimeSlice } from '../cursor/time-slice.js';
import { MOST_STAGE_BYTES } from '../query/stages/stage.js';
import { parsePipeline } from '../query/stages/parse-pipeline.js';
import { checkName, NO_OPTIONS, OUTPUT_PREFIX } from '../storage/catalog.js';
import type { Collection } from '../storage/collection.js';
import { locationError, storeErrors } from '../store.errors.js';
import type { StoreContext } from './command.js';
import { prepareInsert } from './write-statement.js';

interface Target {
  readonly database: string;
  readonly name: string;
}

/** What a pipeline's last stage does with the results. */
export type Output =
  | { readonly kind: 'out'; readonly target: Target }
  | {
      readonly kind: 'merge';
      readonly target: Target;
      readonly whenMatched: 'replace' | 'keepExisting' | 'merge' | 'fail';
      readonly whenNotMatched: 'insert' | 'discard' | 'fail';
    };

export const OUTPUT_STAGES: ReadonlySet<string> = new Set(['$out', '$merge']);

/** Documents written in one transaction. */
const CHUNK = 500;

/**
 * Takes `$out` or `$merge` off the end of a pipeline.
 * @throws StoreError 40601 when it stands elsewhere, and each stage's own errors.
 */
export function splitOutput(
  stages: readonly BsonValue[],
  database: string,
): { readonly stages: readonly BsonValue[]; readonly output: Output | undefined } {
  const specs = parsePipeline(stages);
  const at = specs.findIndex(({ name }) => OUTPUT_STAGES.has(name));
  if (at < 0) return { stages, output: undefined };
  const { name, spec } = specs[at]!;
  if (at < specs.length - 1) {
    throw locationError(40_601, `${name} can only be the final stage in the pipeline`);
  }
  return {
    stages: stages.slice(0, -1),
    output: name === '$out' ? parseOut(spec, database) : parseMerge(spec, database),
  };
}

function parseOut(spec: BsonValue, database: string): Output {
  if (spec.type === BsonType.string) return { kind: 'out', target: { database, name: readString(spec) } };
  if (spec.type !== BsonType.object) {
    throw locationError(16_990, '$out only supports a string or object argument');
  }
  if (getField(spec, 'timeseries')) {
    throw storeErrors.NotImplemented('$out to a time series is not supported by this store');
  }
  return { kind: 'out', target: parseTarget(spec, database, '$out', true) };
}

const MATCHED = ['replace', 'keepExisting', 'merge', 'fail'] as const;
const NOT_MATCHED = ['insert', 'discard', 'fail'] as const;

function parseMerge(spec: BsonValue, database: string): Output {
  const defaults = { kind: 'merge', whenMatched: 'merge', whenNotMatched: 'insert' } as const;
  if (spec.type === BsonType.string) return { ...defaults, target: { database, name: readString(spec) } };
  if (spec.type !== BsonType.object) {
    throw locationError(51_182, '$merge requires a string or object argument');
  }
  const given = new Map(elementsOf(spec).map(({ name, value }) => [name, value]));
  for (const name of given.keys()) {
    if (!['into', 'on', 'let', 'whenMatched', 'whenNotMatched'].includes(name)) {
      throw locationError(40_415, `BSON field '$merge.${name}' is an unknown field.`);
    }
  }
  const into = given.get('into');
  if (!into) throw locationError(40_414, "BSON field '$merge.into' is missing but a required field");
  const on = given.get('on');
  if (on && !(on.type === BsonType.string && readString(on) === '_id')) {
    throw storeErrors.NotImplemented("$merge 'on' other fields than _id is not supported by this store");
  }
  if (given.has('let') || given.get('whenMatched')?.type === BsonType.array) {
    throw storeErrors.NotImplemented('$merge with a pipeline is not supported by this store');
  }
  return {
    kind: 'merge',
    target:
      into.type === BsonType.string
        ? { database, name: readString(into) }
        : parseTarget(into, database, '$merge', false),
    whenMatched: oneOf(MATCHED, given.get('whenMatched'), 'whenMatched') ?? defaults.whenMatched,
    whenNotMatched:
      oneOf(NOT_MATCHED, given.get('whenNotMatched'), 'whenNotMatched') ?? defaults.whenNotMatched,
  };
}

function oneOf<T extends string>(
  choices: readonly T[],
  value: BsonValue | undefined,
  name: string,
): T | undefined {
  if (value === undefined) return undefined;
  const text = value.type === BsonType.string ? readString(value) : '';
  const chosen = choices.find((choice) => choice === text);
  if (!chosen) {
    throw storeErrors.BadValue(
      `Enumeration value '${text}' for field '$merge.${name}' is not a valid value.`,
    );
  }
  return chosen;
}

function parseTarget(spec: BsonValue, database: string, stage: string, needsDatabase: boolean): Target {
  if (spec.type !== BsonType.object) {
    throw storeErrors.TypeMismatch(`${stage} must name a collection by a string or {db, coll}`);
  }
  const given = new Map(elementsOf(spec).map(({ name, value }) => [name, value]));
  const text = (name: string): string | undefined => {
    const value = given.get(name);
    return value?.type === BsonType.string ? readString(value) : undefined;
  };
  const unknown = [...given.keys()].find((name) => name !== 'db' && name !== 'coll');
  if (unknown !== undefined) {
    throw locationError(40_415, `BSON field '${stage}.${unknown}' is an unknown field.`);
  }
  const name = text('coll');
  const chosen = text('db') ?? (needsDatabase ? undefined : database);
  if (name === undefined || chosen === undefined) {
    throw locationError(
      40_414,
      `BSON field '${stage}.${name === undefined ? 'coll' : 'db'}' is missing but a required field`,
    );
  }
  return { database: chosen, name };
}

/**
 * Writes all of a stream, in steps; `source` is the namespace it reads. @throws StoreError DuplicateKey (11000), 13113 and what else writing may.
 */
export async function writeOutput(
  output: Output,
  { stream, source }: { readonly stream: DocumentStream; readonly source: string },
  context: StoreContext,
  deadlineMs: number,
): Promise<void> {
  if (output.kind === 'out') await replaceCollection(output.target, stream, context, deadlineMs);
  else {
    const { target } = output;
    // What is merged into the collection that is being read must not be read in its turn.
    const isSource = source === `${target.database}.${target.name}`;
    const safe = isSource ? await readAhead(stream, deadlineMs) : stream;
    await inChunks(safe, deadlineMs, (documents) =>
      context.environment.writes.enqueue(() => {
        const collection = context.catalog.findOrCreate(target.database, target.name);
        for (const document of documents) mergeOne(collection, document, output);
      }),
    );
  }
}

async function readAhead(stream: DocumentStream, deadlineMs: number): Promise<DocumentStream> {
  const documents: Uint8Array[] = [];
  let bytes = 0;
  await inChunks(stream, deadlineMs, (chunk) => {
    for (const document of chunk) bytes += document.length;
    if (bytes > MOST_STAGE_BYTES) {
      throw storeErrors.QueryExceededMemoryLimitNoDiskUseAllowed(
        `$merge into the collection it reads takes at most ${MOST_STAGE_BYTES} bytes in this store`,
      );
    }
    documents.push(...chunk);
    return Promise.resolve();
  });
  return new ArrayStream(documents);
}

async function inChunks(
  stream: DocumentStream,
  deadlineMs: number,
  write: (documents: readonly Uint8Array[]) => Promise<void>,
): Promise<void> {
  const slice = new TimeSlice(deadlineMs, () => stream.pause());
  let chunk: Uint8Array[] = [];
  for (let document = stream.next(); document !== undefined; document = stream.next()) {
    if (document) chunk.push(document);
    if (chunk.length === CHUNK) {
      stream.pause();
      await write(chunk);
      chunk = [];
    }
    if (!document || slice.isOver) await slice.rest();
  }
  stream.pause();
  if (chunk.length > 0) await write(chunk);
}

/** `$out`: into a new collection with the old one's indexes, which then takes the old one's place at once. */
async function replaceCollection(
  { database, name }: Target,
  stream: DocumentStream,
  { environment, catalog, cursors, purger }: StoreContext,
  deadlineMs: number,
): Promise<void> {
  const made = await environment.writes.enqueue(() => {
    const before = catalog.find(database, name);
    // Refuses a name that cannot be before anything is read.
    if (!before) checkName(database, name);
    const collection = catalog.create(database, OUTPUT_PREFIX + randomUUID(), before?.options ?? NO_OPTIONS);
    for (const { spec, isIdIndex } of before?.indexes ?? []) {
      if (!isIdIndex) catalog.addIndex(collection, spec, true);
    }
    return collection;
  });
  try {
    await inChunks(stream, deadlineMs, (documents) =>
      environment.writes.enqueue(() => {
        for (const document of documents) made.insert(prepareInsert(document));
      }),
    );
    await environment.writes.enqueue(() => catalog.rename(made, database, name));
    cursors.closeNamespace(`${database}.${name}`);
  } catch (error) {
    await environment.writes.enqueue(() => catalog.drop(made));
    throw error;
  } finally {
    purger.wake();
  }
}

function mergeOne(
  collection: Collection,
  result: Uint8Array,
  { whenMatched, whenNotMatched }: Extract<Output, { kind: 'merge' }>,
): void {
  const document = prepareInsert(result);
  const recordId = collection.findId(getField(document, '_id')!);
  const before = recordId === undefined ? undefined : collection.read(recordId);
  if (recordId === undefined || before === undefined) {
    if (whenNotMatched === 'insert') collection.insert(document);
    if (whenNotMatched === 'fail') {
      throw storeErrors.MergeStageNoMatchingDocument(
        '$merge could not find a matching document in the target collection',
      );
    }
    return;
  }
  // The conflict tells itself: the same _id is there.
  if (whenMatched === 'fail') collection.insert(document);
  if (whenMatched === 'replace') collection.replace(recordId, before, document, undefined);
  if (whenMatched === 'merge') {
    collection.replace(recordId, before, prepareInsert(overlay(before, document)), undefined);
  }
}

/** A document with the fields of another put over its own. */
function overlay(below: Uint8Array, above: Uint8Array): Uint8Array {
  const builder = new DocumentBuilder(below.length + above.length);
  const cursor = new ElementCursor(below);
  const names = new Set<string>();
  while (cursor.next()) {
    const name = cursor.name();
    names.add(name);
    builder.append(name, getField(above, name) ?? cursor.snapshot());
  }
  for (const { name, value } of elementsOf(documentValue(above)))
    if (!names.has(name)) builder.append(name, value);
  return builder.finish();
}
