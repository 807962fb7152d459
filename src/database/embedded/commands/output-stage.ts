import { randomUUID } from 'node:crypto';
import { ArrayStream, type DocumentStream } from '../cursor/document-stream.js';
import { TimeSlice } from '../cursor/time-slice.js';
import { MOST_STAGE_BYTES } from '../query/stages/stage.js';
import { NO_OPTIONS, OUTPUT_PREFIX } from '../storage/catalog.js';
import { checkName } from '../storage/collection-name.js';
import { locationError, storeErrors } from '../store.errors.js';
import type { StoreContext } from './command.js';
import { mergeDocument, mergeIndex } from './merge-document.js';
import type { Merge } from './merge-spec.js';
import type { Output } from './output-spec.js';
import type { OutputTarget } from './output-target.js';
import type { CommandSettings } from './variables.js';
import { checkValid, prepareInsert, type WriteOptions } from './write-statement.js';

/** Documents written in one transaction. */
const CHUNK = 500;

/** The results of a pipeline, and what writing them needs to know. */
export interface OutputRun {
  readonly stream: DocumentStream;
  /** The namespace that the pipeline reads. */
  readonly source: string;
  readonly settings: CommandSettings;
  readonly bypassValidation: boolean;
  readonly deadlineMs: number;
}

/** Writes all of a stream, in steps. @throws StoreError DuplicateKey (11000), 13113 and what else writing may. */
export async function writeOutput(output: Output, run: OutputRun, context: StoreContext): Promise<void> {
  const { stream, source, settings, deadlineMs } = run;
  const options = { now: settings.now, bypassValidation: run.bypassValidation };
  if (output.kind === 'out') await replaceCollection(output.target, run, options, context);
  else {
    const { target } = output;
    if (output.on) checkOn(output, context);
    // What is merged into the collection that is being read must not be read in its turn.
    const isSource = source === `${target.database}.${target.name}`;
    const safe = isSource ? await readAhead(stream, deadlineMs) : stream;
    await inChunks(safe, deadlineMs, (documents) =>
      context.environment.writes.enqueue(() => {
        const collection = context.catalog.findOrCreate(target.database, target.name);
        for (const document of documents) {
          mergeDocument(collection, document, { merge: output, settings, options });
        }
      }),
    );
  }
}

/** Before anything is read. A target that is not there has no index but on `_id`. */
function checkOn(merge: Merge, { catalog }: StoreContext): void {
  const { database, name } = merge.target;
  const collection = catalog.find(database, name);
  if (collection) mergeIndex(collection, merge);
  else if (merge.on!.length > 1 || merge.on![0] !== '_id') {
    throw locationError(51_183, 'Cannot find index to verify that join fields will be unique');
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
  { database, name }: OutputTarget,
  { stream, deadlineMs }: OutputRun,
  options: WriteOptions,
  { environment, catalog, cursors, purger }: StoreContext,
): Promise<void> {
  const made = await environment.writes.enqueue(() => {
    const before = catalog.find(database, name);
    if (before?.rules.capped) {
      throw locationError(17_152, `namespace '${before.namespace}' is capped so it can't be used for $out`);
    }
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
        for (const document of documents) {
          const prepared = prepareInsert(document);
          if (!options.bypassValidation) checkValid(made, prepared);
          made.insert(prepared);
        }
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
