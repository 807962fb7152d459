import { DocumentBuilder } from '../bson/document-builder.js';
import { storeErrors } from '../store.errors.js';
import type { CursorRegistry, ServerCursor } from './cursor-registry.js';
import type { DocumentStream } from './document-stream.js';
import { TimeSlice } from './time-slice.js';

/** MongoDB's first batch without a batchSize. */
export const FIRST_BATCH_DOCUMENTS = 101;
/** A batch ends before the document that would take it above the limit of one document; one always goes. */
const MOST_BATCH_BYTES = 16_000_000;

/** Small enough for Node's pool of buffers: most answers hold one document or none. */
const FIRST_CAPACITY = 2_000;

export interface BatchRequest {
  readonly namespace: string;
  readonly stream: DocumentStream;
  readonly field: 'firstBatch' | 'nextBatch';
  readonly most: number;
  /** Close after this batch whatever is left. */
  readonly single: boolean;
  /** The client's `noCursorTimeout`: the cursor stays however long nobody asks for more. */
  readonly neverIdle?: boolean;
  readonly deadlineMs: number;
}

interface Batch {
  readonly builder: DocumentBuilder;
  readonly count: number;
  readonly isLast: boolean;
  readonly pushedBack: Uint8Array | undefined;
}

/** Answers the first batch of a stream and registers a cursor when there is more. */
export async function firstBatchReply(request: BatchRequest, cursors: CursorRegistry): Promise<Buffer> {
  const { builder, isLast, pushedBack } = await fillBatch(request, undefined);
  const keep = !isLast && !request.single;
  request.stream.pause();
  const id = keep
    ? cursors.open(request.namespace, request.stream, pushedBack, request.neverIdle === true).id
    : 0;
  return finish(builder, id, request.namespace);
}

/** A batch of documents at hand, small enough to be one, as the first field of a longer answer. */
export async function fillFirstBatch(
  request: Pick<BatchRequest, 'namespace' | 'stream' | 'deadlineMs'>,
  cursors: CursorRegistry,
): Promise<DocumentBuilder> {
  const { namespace, stream } = request;
  const most = Number.POSITIVE_INFINITY;
  const { builder, isLast, pushedBack } = await fillBatch(
    { ...request, field: 'firstBatch', most, single: false },
    undefined,
  );
  const id = isLast ? 0 : cursors.open(namespace, stream, pushedBack, false).id;
  return builder.close().appendLong('id', BigInt(id)).appendString('ns', namespace).close();
}

export interface NextBatchRequest {
  readonly id: number;
  readonly namespace: string;
  readonly most: number;
  /** The client's `maxTimeMS`: how long to wait for more, for a cursor that does. */
  readonly waitMs: number | undefined;
}

/** How long an empty batch waits for more, when the client doesn't say. */
const WAIT_MS = 1_000;

/** Answers the next batch of an open cursor, and closes it when that was the last. */
export async function nextBatchReply(request: NextBatchRequest, cursors: CursorRegistry): Promise<Buffer> {
  const cursor = cursors.take(request.id, request.namespace);
  const { stream, namespace } = cursor;
  if (request.waitMs !== undefined && stream.tail?.awaitsData !== true) {
    cursors.release(cursor);
    throw storeErrors.BadValue('cannot set maxTimeMS on getMore command for a non-awaitData cursor');
  }
  try {
    const { builder, isLast, pushedBack } = await fillNextBatch(request, cursor);
    cursor.pushedBack = pushedBack;
    stream.pause();
    cursors.release(cursor);
    if (isLast) cursors.close(cursor.id);
    return finish(builder, isLast ? 0 : cursor.id, namespace);
  } catch (error) {
    cursors.close(cursor.id);
    throw error;
  }
}

/** A batch; an empty one of a cursor that awaits data once that was waited for. */
async function fillNextBatch(
  { namespace, most, waitMs }: NextBatchRequest,
  { stream, pushedBack }: ServerCursor,
): Promise<Batch> {
  const request = {
    namespace,
    stream,
    field: 'nextBatch',
    most,
    single: false,
    deadlineMs: Number.POSITIVE_INFINITY,
  } as const;
  const waitUntil = performance.now() + (waitMs || WAIT_MS);
  for (;;) {
    const batch = await fillBatch(request, pushedBack);
    stream.pause();
    const leftMs = waitUntil - performance.now();
    if (batch.count > 0 || batch.isLast || stream.tail?.awaitsData !== true || leftMs <= 0) return batch;
    await stream.tail.more(leftMs);
  }
}

async function fillBatch(request: BatchRequest, pushedBack: Uint8Array | undefined): Promise<Batch> {
  const { stream, most } = request;
  const slice = new TimeSlice(request.deadlineMs, () => stream.pause());
  const builder = new DocumentBuilder(FIRST_CAPACITY);
  builder.openDocument('cursor').openArray(request.field);
  let count = 0;
  let document: Uint8Array | undefined | false = pushedBack;
  for (;;) {
    if (count >= most) {
      const isLast = stream.isExhausted === true && !document;
      return { builder, count, isLast, pushedBack: document || undefined };
    }
    document ||= stream.next();
    if (document === false) {
      await slice.rest();
      continue;
    }
    if (document === undefined) {
      return { builder, count, isLast: stream.tail?.isAlive !== true, pushedBack: undefined };
    }
    if (count > 0 && builder.size + document.length > MOST_BATCH_BYTES) {
      return { builder, count, isLast: false, pushedBack: document };
    }
    builder.appendDocument(count, document);
    count += 1;
    document = undefined;
    if (slice.isOver) await slice.rest();
  }
}

function finish(builder: DocumentBuilder, id: number, namespace: string): Buffer {
  return builder
    .close()
    .appendLong('id', BigInt(id))
    .appendString('ns', namespace)
    .close()
    .appendDouble('ok', 1)
    .finishOwned();
}
