import { documentValue } from '../bson/bson-reader.js';
import { int32Value, longValue } from '../bson/bson-convert.js';
import { BsonType, type BsonValue } from '../bson/bson-value.js';
import { documentOf } from '../bson/document-builder.js';
import type { DocumentStream } from '../cursor/document-stream.js';
import { checkPipeline } from '../plan/pipeline-stream.js';
import type { View } from '../storage/view-catalog.js';
import { storeErrors } from '../store.errors.js';
import type { Arguments } from './arguments.js';
import type { CommandRequest, StoreContext } from './command.js';
import { isGiven } from './compiled.js';
import { openPipeline } from './open-pipeline.js';
import { readLet } from './variables.js';

/** What a query asks of a view; what is left out is not asked for. */
export interface ViewQuery {
  readonly filter?: Uint8Array | undefined;
  readonly sort?: Uint8Array | undefined;
  readonly skip?: number | undefined;
  /** 0: no limit. */
  readonly limit?: number | undefined;
  readonly projection?: Uint8Array | undefined;
}

/** Options of `find` that have no meaning for what stages make. */
const NOT_FOR_VIEWS = ['min', 'max', 'returnKey', 'showRecordId', 'tailable', 'awaitData'];

/** @throws StoreError InvalidPipelineOperator (168). */
export function refuseOnView(args: Arguments): void {
  for (const name of NOT_FOR_VIEWS) {
    const value = args.value(name);
    if (value === undefined || (value.type === BsonType.bool && !args.boolean(name))) continue;
    throw storeErrors.InvalidPipelineOperator(`Option ${name} not supported in aggregation.`);
  }
}

/** What a query finds in a view: the query's parts as stages after the view's own, as MongoDB reads views. */
export function openView(
  view: View,
  query: ViewQuery,
  request: CommandRequest,
  context: StoreContext,
): Promise<DocumentStream> {
  const settings = readLet(request.args, context.now());
  const stages = stagesOf(query);
  checkPipeline(stages, [...settings.variables.keys()]);
  return openPipeline({ name: view.name, stages }, settings, request, context);
}

function stagesOf({ filter, sort, skip = 0, limit = 0, projection }: ViewQuery): BsonValue[] {
  const stages: BsonValue[] = [];
  const add = (name: string, value: BsonValue): unknown => stages.push(documentOf([[name, value]]));
  if (isGiven(filter)) add('$match', documentValue(filter));
  if (isGiven(sort)) add('$sort', documentValue(sort));
  if (skip > 0) add('$skip', numberValue(skip));
  if (limit > 0) add('$limit', numberValue(limit));
  if (isGiven(projection)) add('$project', documentValue(projection));
  return stages;
}

function numberValue(value: number): BsonValue {
  return value < 2 ** 31 ? int32Value(value) : longValue(BigInt(value));
}
