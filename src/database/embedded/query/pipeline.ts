import { documentValue, elementsOf, payload, valuesOf } from '../bson/bson-reader.js';
import { BsonType, type BsonValue } from '../bson/bson-value.js';
import { arrayOf, documentOf } from '../bson/document-builder.js';
import { locationError } from '../store.errors.js';
import {
  compileCount,
  compileLimit,
  compileMatch,
  compileSkip,
  compileSortStage,
  sortByCountSpecs,
} from './stages/flow-stages.js';
import { bucketSpecs } from './stages/bucket-stage.js';
import { compileBucketAuto } from './stages/bucket-auto-stage.js';
import { compileSample } from './stages/sample-stage.js';
import { compileGroup } from './stages/group-stage.js';
import { parsePipeline, unsupportedStage, type StageSpec } from './stages/parse-pipeline.js';
import type { Emit, Stage, StageRun, StageSettings } from './stages/stage.js';
import { compileTransform, type Transform } from './stages/transform-stages.js';
import { compileUnwind } from './stages/unwind-stage.js';

export type { StageSettings } from './stages/stage.js';

/** The stages that pipelines of aggregations may hold. */
export const SUPPORTED_STAGES: readonly string[] = [
  '$addFields',
  '$bucket',
  '$bucketAuto',
  '$count',
  '$facet',
  '$group',
  '$limit',
  '$match',
  '$project',
  '$replaceRoot',
  '$replaceWith',
  '$sample',
  '$set',
  '$skip',
  '$sort',
  '$sortByCount',
  '$unset',
  '$unwind',
];

/** MongoDB's own rule, for stages of this store and others. */
const NOT_IN_FACETS = new Set([
  '$facet',
  '$out',
  '$merge',
  '$geoNear',
  '$indexStats',
  '$collStats',
  '$search',
]);

export interface Pipeline {
  /** Begins one run, into which documents are pushed as they are read. */
  start(settings: StageSettings): PipelineRun;
  /** Runs over documents at hand. */
  run(documents: Iterable<Uint8Array>, settings: StageSettings): Uint8Array[];
}

export interface PipelineRun {
  /** The bytes must stay as they are until the results were used: stages keep views of them. */
  push(document: Uint8Array): void;
  /** True when no further document can change the outcome. */
  readonly isDone: boolean;
  /** Answers all results; call it once, after the last document. */
  finish(): Uint8Array[];
}

/**
 * Compiles the stages of an aggregation, or the rest of them that a planner did not serve. `variables` are names that
 * the settings of a run define.
 * @throws StoreError 40324 for an unknown stage, 238 for one that is not supported, and each stage's own errors.
 */
export function compilePipeline(stages: readonly BsonValue[], variables: readonly string[] = []): Pipeline {
  const compiled = compileStages(parsePipeline(stages), variables);
  const start = (settings: StageSettings): PipelineRun => new Run(compiled, settings);
  return {
    start,
    run: (documents, settings) => {
      const run = start(settings);
      for (const document of documents) {
        if (run.isDone) break;
        run.push(document);
      }
      return run.finish();
    },
  };
}

function compileStages(specs: readonly StageSpec[], variables: readonly string[], isFacet = false): Stage[] {
  return specs.flatMap((stage) => {
    if (isFacet && NOT_IN_FACETS.has(stage.name)) {
      throw locationError(40_600, `${stage.name} is not allowed to be used within a $facet stage`);
    }
    return compileStage(stage, variables);
  });
}

function compileStage({ name, spec }: StageSpec, variables: readonly string[]): Stage[] {
  const transform = compileTransform(name, spec, variables);
  if (transform !== undefined) return [transformStage(transform)];
  switch (name) {
    case '$match':
      return [compileMatch(spec, variables)];
    case '$sort':
      return [compileSortStage(spec)];
    case '$limit':
      return [compileLimit(spec)];
    case '$skip':
      return [compileSkip(spec)];
    case '$count':
      return [compileCount(spec)];
    case '$group':
      return [compileGroup(spec, variables)];
    case '$sortByCount': {
      const { group, sort } = sortByCountSpecs(spec);
      return [compileGroup(group, variables), compileSortStage(sort)];
    }
    case '$bucket': {
      const { group, sort } = bucketSpecs(spec);
      return [compileGroup(group, variables), compileSortStage(sort)];
    }
    case '$bucketAuto':
      return [compileBucketAuto(spec, variables)];
    case '$sample':
      return [compileSample(spec)];
    case '$unwind':
      return [compileUnwind(spec)];
    case '$facet':
      return [compileFacet(spec, variables)];
    default:
      throw unsupportedStage(name);
  }
}

function transformStage(transform: Transform): Stage {
  return {
    start: (settings) => ({ push: (document, emit) => emit(transform(document, settings)) }),
  };
}

/** Stages one after the other. */
class Chain {
  private readonly runs: readonly StageRun[];

  constructor(
    stages: readonly Stage[],
    settings: StageSettings,
    private readonly emit: Emit,
  ) {
    this.runs = stages.map((stage) => stage.start(settings));
  }

  get isDone(): boolean {
    return this.runs.some((run) => run.isDone);
  }

  push(document: BsonValue, from = 0): void {
    const run = this.runs[from];
    if (run === undefined) this.emit(document);
    else run.push(document, (result) => this.push(result, from + 1));
  }

  finish(): void {
    for (const [index, run] of this.runs.entries()) run.finish?.((result) => this.push(result, index + 1));
  }
}

class Run implements PipelineRun {
  private readonly results: Uint8Array[] = [];
  private readonly chain: Chain;

  constructor(stages: readonly Stage[], settings: StageSettings) {
    this.chain = new Chain(stages, settings, (document) => this.results.push(payload(document)));
  }

  get isDone(): boolean {
    return this.chain.isDone;
  }

  push(document: Uint8Array): void {
    this.chain.push(documentValue(document));
  }

  finish(): Uint8Array[] {
    this.chain.finish();
    return this.results;
  }
}

/** `$facet`: several pipelines over the same documents, their results as arrays of one document. */
function compileFacet(spec: BsonValue, variables: readonly string[]): Stage {
  const facets = spec.type === BsonType.object ? elementsOf(spec) : [];
  if (facets.length === 0) throw locationError(40_169, 'the $facet specification must be a non-empty object');
  const compiled = facets.map(({ name, value }) => {
    if (value.type !== BsonType.array) {
      throw locationError(40_170, `arguments to $facet must be arrays, ${name} is not`);
    }
    return { name, stages: compileStages(parsePipeline(valuesOf(value)), variables, true) };
  });
  return {
    start: (settings) => {
      const runs = compiled.map(({ name, stages }) => {
        const results: BsonValue[] = [];
        return { name, results, chain: new Chain(stages, settings, (document) => results.push(document)) };
      });
      return {
        push(document) {
          for (const { chain } of runs) if (!chain.isDone) chain.push(document);
        },
        finish(emit) {
          for (const { chain } of runs) chain.finish();
          emit(documentOf(runs.map(({ name, results }) => [name, arrayOf(results)] as const)));
        },
      };
    },
  };
}
