import { getField, readString } from '../bson/bson-reader.js';
import { BsonType, type BsonValue } from '../bson/bson-value.js';
import { parsePipeline } from '../query/stages/parse-pipeline.js';
import { locationError, storeErrors } from '../store.errors.js';
import { parseMerge, type Merge } from './merge-spec.js';
import { parseTarget, type OutputTarget } from './output-target.js';

/** What a pipeline's last stage does with the results. */
export type Output = { readonly kind: 'out'; readonly target: OutputTarget } | Merge;

export const OUTPUT_STAGES: ReadonlySet<string> = new Set(['$out', '$merge']);

/**
 * Takes `$out` or `$merge` off the end of a pipeline.
 * @throws StoreError 40601 when it stands elsewhere, and each stage's own errors.
 */
export function splitOutput(
  stages: readonly BsonValue[],
  database: string,
  variables: readonly string[] = [],
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
    output: name === '$out' ? parseOut(spec, database) : parseMerge(spec, database, variables),
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
