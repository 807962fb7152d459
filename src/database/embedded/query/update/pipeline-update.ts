import { documentValue, elementsOf, valuesOf } from '../../bson/bson-reader.js';
import { identicalValues } from '../../bson/compare.js';
import { storeErrors } from '../../store.errors.js';
import type { Variables } from '../expression/expression.js';
import { parsePipeline, unsupportedStage } from '../stages/parse-pipeline.js';
import { compileTransform } from '../stages/transform-stages.js';
import type { Update } from './compiled-update.js';
import { depthOf, requireDepth } from './document-depth.js';
import { keepId } from './immutable-id.js';

/** Stages of aggregations that an update may not hold. */
const NOT_IN_UPDATES = new Set([
  '$match',
  '$sort',
  '$limit',
  '$skip',
  '$group',
  '$count',
  '$unwind',
  '$sortByCount',
]);

/** Compiles an update by a pipeline of `$set`, `$addFields`, `$unset`, `$project`, `$replaceRoot`, `$replaceWith`. */
export function compilePipelineUpdate(pipeline: Uint8Array, variables: Uint8Array | undefined): Update {
  const values: Variables = new Map(
    variables === undefined ? [] : elementsOf(variables).map(({ name, value }) => [name, value]),
  );
  const names = [...values.keys()];
  const transforms = parsePipeline(valuesOf(pipeline)).map(({ name, spec }) => {
    const transform = compileTransform(name, spec, names);
    if (transform !== undefined) return transform;
    if (NOT_IN_UPDATES.has(name)) {
      throw storeErrors.InvalidOptions(`${name} is not allowed to be used within an update`);
    }
    throw unsupportedStage(name);
  });
  return {
    isReplacement: false,
    touchedPaths: undefined,
    positionalArrayPath: undefined,
    apply: (doc, { now }) => {
      const before = documentValue(doc);
      let document = before;
      for (const transform of transforms) document = transform(document, { now, variables: values });
      requireDepth(depthOf(document));
      const changed = keepId(before, document.bytes);
      return identicalValues(documentValue(changed), before) ? doc : changed;
    },
  };
}
