import { documentValue, elementsOf, valuesOf } from '../../bson/bson-reader.js';
import { identicalValues } from '../../bson/compare.js';
import { storeErrors } from '../../store.errors.js';
import type { BsonValue } from '../../bson/bson-value.js';
import type { Variables } from '../expression/expression.js';
import { parsePipeline, unsupportedStage } from '../stages/parse-pipeline.js';
import type { StageSettings } from '../stages/stage.js';
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

/** What an update by a pipeline makes of a document; the same reference when it changes nothing. */
type PipelineChange = (document: Uint8Array, settings: StageSettings) => Uint8Array;

/**
 * Compiles stages that change a document: `$set`, `$addFields`, `$unset`, `$project`, `$replaceRoot`, `$replaceWith`.
 * `variables` are the names that the settings define.
 * @throws StoreError InvalidOptions (72) for other stages, and each stage's own errors.
 */
export function compilePipelineChange(
  stages: readonly BsonValue[],
  variables: readonly string[],
): PipelineChange {
  const transforms = parsePipeline(stages).map(({ name, spec }) => {
    const transform = compileTransform(name, spec, variables);
    if (transform !== undefined) return transform;
    if (NOT_IN_UPDATES.has(name)) {
      throw storeErrors.InvalidOptions(`${name} is not allowed to be used within an update`);
    }
    throw unsupportedStage(name);
  });
  return (doc, settings) => {
    const before = documentValue(doc);
    let document = before;
    for (const transform of transforms) document = transform(document, settings);
    requireDepth(depthOf(document));
    const changed = keepId(before, document.bytes);
    return identicalValues(documentValue(changed), before) ? doc : changed;
  };
}

/** Compiles an update by a pipeline; `let` is the command's. */
export function compilePipelineUpdate(pipeline: Uint8Array, variables: Uint8Array | undefined): Update {
  const values: Variables = new Map(
    variables === undefined ? [] : elementsOf(variables).map(({ name, value }) => [name, value]),
  );
  const change = compilePipelineChange(valuesOf(pipeline), [...values.keys()]);
  return {
    isReplacement: false,
    touchedPaths: undefined,
    positionalArrayPath: undefined,
    apply: (doc, { now }) => change(doc, { now, variables: values }),
  };
}
