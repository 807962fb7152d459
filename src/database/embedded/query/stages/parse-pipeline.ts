import { elementsOf } from '../../bson/bson-reader.js';
import { BsonType, type BsonValue } from '../../bson/bson-value.js';
import { locationError, storeErrors } from '../../store.errors.js';

export interface StageSpec {
  readonly name: string;
  readonly spec: BsonValue;
}

/** Stages that MongoDB knows and the store does not: refused by name. */
export const UNSUPPORTED_STAGES: ReadonlySet<string> = new Set([
  '$changeStreamSplitLargeEvent',
  '$collStats',
  '$currentOp',
  '$densify',
  '$fill',
  '$geoNear',
  '$indexStats',
  '$listSampledQueries',
  '$listSearchIndexes',
  '$listSessions',
  '$planCacheStats',
  '$querySettings',
  '$redact',
  '$search',
  '$searchMeta',
  '$setWindowFields',
  '$shardedDataDistribution',
  '$vectorSearch',
]);

/** Stages that give documents of their own: the first of an aggregation on a database. */
export const DATABASE_STAGES: ReadonlySet<string> = new Set(['$documents', '$listLocalSessions']);

/** Supported, but not in every place: within `$facet`, for one. */
const TOP_LEVEL_STAGES: ReadonlySet<string> = new Set([
  '$graphLookup',
  '$lookup',
  '$merge',
  '$out',
  '$unionWith',
]);

/** The stages of a pipeline, each an object of one field. */
export function parsePipeline(stages: readonly BsonValue[]): StageSpec[] {
  return stages.map((stage) => {
    if (stage.type !== BsonType.object) {
      throw storeErrors.TypeMismatch("Each element of the 'pipeline' array must be an object");
    }
    const [field, another] = elementsOf(stage);
    if (field === undefined || another !== undefined) {
      throw locationError(40_323, 'A pipeline stage specification object must contain exactly one field.');
    }
    return { name: field.name, spec: field.value };
  });
}

/** The error for a stage that is not one of those supported where it stands. */
export function unsupportedStage(name: string): Error {
  if (name === '$changeStream') {
    return locationError(40_573, 'The $changeStream stage is only supported on replica sets');
  }
  if (DATABASE_STAGES.has(name)) {
    return locationError(40_602, `${name} is only valid as the first stage in a pipeline`);
  }
  return UNSUPPORTED_STAGES.has(name) || TOP_LEVEL_STAGES.has(name)
    ? storeErrors.NotImplemented(`the aggregation stage ${name} is not supported here by this store`)
    : locationError(40_324, `Unrecognized pipeline stage name: '${name}'`);
}
