import { documentValue, ElementCursor } from '../bson/bson-reader.js';
import { storeErrors } from '../store.errors.js';
import type { Update, UpdateOptions } from './update/compiled-update.js';
import { compileByShape } from './update/update-shape.js';
import { compilePipelineUpdate } from './update/pipeline-update.js';
import { compileOperatorUpdate } from './update/operator-update.js';
import { compileReplacement } from './update/replacement-update.js';

export type { Update, UpdateContext, UpdateOptions } from './update/compiled-update.js';

/** Compiles an update: operators, a replacement, or with `isPipeline` an array of aggregation stages. */
export function compileUpdate(update: Uint8Array, options: UpdateOptions = {}): Update {
  const { arrayFilters = [], isPipeline = false, variables } = options;
  if (isPipeline) {
    if (arrayFilters.length > 0) {
      throw storeErrors.FailedToParse('arrayFilters may not be specified for pipeline-style updates');
    }
    return compilePipelineUpdate(update, variables);
  }
  const document = documentValue(update);
  const cursor = ElementCursor.over(document);
  if (cursor.next() && cursor.name().startsWith('$')) {
    return arrayFilters.length === 0
      ? compileByShape(document)
      : compileOperatorUpdate(document, arrayFilters);
  }
  if (arrayFilters.length > 0) {
    throw storeErrors.FailedToParse('arrayFilters may not be specified for replacement-style updates');
  }
  return compileReplacement(document);
}
