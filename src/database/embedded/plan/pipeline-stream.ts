import type { BsonValue } from '../bson/bson-value.js';
import { elementsOf } from '../bson/bson-reader.js';
import type { DocumentStream } from '../cursor/document-stream.js';
import { compilePipeline, type Pipeline, type PipelineRun, type StageSettings } from '../query/pipeline.js';
import { JOIN_STAGES, parseLookup, parseUnion } from '../query/stages/join-stages.js';
import { parseGraphLookup } from '../query/stages/graph-lookup-stage.js';
import { parsePipeline } from '../query/stages/parse-pipeline.js';
import { locationError } from '../store.errors.js';
import { GraphLookupStream } from './graph-lookup-stream.js';
import { LookupStream, UnionStream, type OpenPipeline } from './join-stream.js';

/** Stages that make of each document what they make of it whatever the others are. */
const STATELESS = new Set([
  '$match',
  '$project',
  '$addFields',
  '$set',
  '$unset',
  '$replaceRoot',
  '$replaceWith',
  '$unwind',
]);

/** Documents taken from the source before others have their turn. */
const STEP = 128;

/** What the stages of one pipeline share. */
export interface PipelineScope {
  readonly variables: readonly string[];
  readonly settings: StageSettings;
  /** For the stages that read another collection. */
  readonly open: OpenPipeline;
}

/**
 * Checks a whole pipeline before anything is read, those within it included.
 * @throws StoreError 40324 for an unknown stage, 238 for one that is not supported, and each stage's own errors.
 */
export function checkPipeline(
  stages: readonly BsonValue[],
  variables: readonly string[],
  within?: '$lookup' | '$unionWith',
): void {
  let local: BsonValue[] = [];
  for (const [at, { name, spec }] of parsePipeline(stages).entries()) {
    if (within && (name === '$out' || name === '$merge')) {
      throw locationError(
        within === '$lookup' ? 51_047 : 31_441,
        `${name} is not allowed within a ${within}'s sub-pipeline`,
      );
    }
    if (!JOIN_STAGES.has(name)) {
      local.push(stages[at]!);
      continue;
    }
    compilePipeline(local, variables);
    local = [];
    if (name === '$graphLookup') parseGraphLookup(spec, variables);
    else if (name === '$unionWith') checkPipeline(parseUnion(spec).pipeline, variables, name);
    else {
      const lookup = parseLookup(spec, variables);
      const names = lookup.variables.map(([variable]) => variable);
      checkPipeline(lookup.pipeline, [...variables, ...names], '$lookup');
    }
  }
  compilePipeline(local, variables);
}

/** The results of a pipeline's stages over a stream: as they come where that can be, else after the last document. */
export function streamPipeline(
  source: DocumentStream,
  stages: readonly BsonValue[],
  scope: PipelineScope,
): DocumentStream {
  const specs = parsePipeline(stages);
  const join = specs.findIndex(({ name }) => JOIN_STAGES.has(name));
  if (join < 0) return streamLocal(source, stages, scope);
  const before = streamLocal(source, stages.slice(0, join), scope);
  const { name, spec } = specs[join]!;
  const joined = joinStream(name, spec, before, scope);
  return streamPipeline(joined, stages.slice(join + 1), scope);
}

function joinStream(
  name: string,
  spec: BsonValue,
  before: DocumentStream,
  { variables, settings, open }: PipelineScope,
): DocumentStream {
  if (name === '$lookup') return new LookupStream(before, parseLookup(spec, variables), settings, open);
  if (name === '$unionWith') return new UnionStream(before, parseUnion(spec), settings, open);
  return new GraphLookupStream(before, parseGraphLookup(spec, variables), settings, open);
}

/** Stages that need nothing but the stream. */
function streamLocal(
  source: DocumentStream,
  stages: readonly BsonValue[],
  { variables, settings }: PipelineScope,
): DocumentStream {
  const names = stages.map((stage) => elementsOf(stage)[0]?.name ?? '');
  const firstStateful = names.findIndex((name) => !STATELESS.has(name));
  const split = firstStateful < 0 ? stages.length : firstStateful;
  const head = stages.slice(0, split);
  const rest = stages.slice(split);
  let stream = source;
  if (head.length > 0) {
    stream = new TransformStream(stream, compilePipeline(head, variables), settings);
  }
  return rest.length === 0
    ? stream
    : new CollectStream(stream, compilePipeline(rest, variables).start(settings));
}

class TransformStream implements DocumentStream {
  private results: Uint8Array[] = [];
  private at = 0;

  constructor(
    private readonly source: DocumentStream,
    private readonly pipeline: Pipeline,
    private readonly settings: StageSettings,
  ) {}

  next(): Uint8Array | undefined | false {
    for (let step = 0; step < STEP; step += 1) {
      const result = this.results[this.at];
      if (result) {
        this.at += 1;
        return result;
      }
      const document = this.source.next();
      if (!document) return document;
      this.results = this.pipeline.run([document], this.settings);
      this.at = 0;
    }
    return false;
  }

  pause(): void {
    this.source.pause();
  }
}

class CollectStream implements DocumentStream {
  private results: Uint8Array[] | undefined;
  private at = 0;

  constructor(
    private readonly source: DocumentStream,
    private readonly run: PipelineRun,
  ) {}

  next(): Uint8Array | undefined | false {
    for (let step = 0; this.results === undefined; step += 1) {
      if (step === STEP) return false;
      const document = this.run.isDone ? undefined : this.source.next();
      if (document === false) return false;
      if (document) this.run.push(document);
      else this.results = this.run.finish();
    }
    const result = this.results[this.at];
    this.at += 1;
    return result;
  }

  pause(): void {
    this.source.pause();
  }
}
