import { longValue } from '../bson/bson-convert.js';
import { documentValue, getField, valuesOf } from '../bson/bson-reader.js';
import { BsonType, type BsonValue } from '../bson/bson-value.js';
import { arrayOf } from '../bson/document-builder.js';
import { keyText } from '../bson/key-text.js';
import type { DocumentStream } from '../cursor/document-stream.js';
import { parseFieldPath } from '../query/field-path.js';
import type { StageSettings } from '../query/pipeline.js';
import { ProjectionRun } from '../query/projection/apply-projection.js';
import { ProjectionTreeBuilder } from '../query/projection/projection-tree.js';
import type { GraphLookup } from '../query/stages/graph-lookup-stage.js';
import { eachValueAt, matchAny } from '../query/stages/join-stages.js';
import { MOST_STAGE_BYTES } from '../query/stages/stage.js';
import { locationError } from '../store.errors.js';
import type { OpenPipeline } from './join-stream.js';

/** Documents found in one step, before others have their turn. */
const STEP = 128;

/** The search for one document: breadth first, each document of the other collection found once. */
interface Search {
  readonly document: Uint8Array;
  readonly found: Map<string, BsonValue>;
  /** Values that were looked for already. */
  readonly seen: Set<string>;
  frontier: BsonValue[];
  depth: number;
  bytes: number;
}

/** `$graphLookup`: each document of the source with an array of what can be reached from it. */
export class GraphLookupStream implements DocumentStream {
  private search: Search | undefined;
  private inner: DocumentStream | undefined;

  constructor(
    private readonly source: DocumentStream,
    private readonly lookup: GraphLookup,
    private readonly settings: StageSettings,
    private readonly open: OpenPipeline,
  ) {}

  next(): Uint8Array | undefined | false {
    if (!this.search) {
      const document = this.source.next();
      if (!document) return document;
      this.search = this.begin(document);
    }
    for (let step = 0; step < STEP; step += 1) {
      if (!this.inner && !this.openLevel(this.search)) return this.finish(this.search);
      const found = this.inner!.next();
      if (found === false) return false;
      if (found) this.add(this.search, found);
      else this.closeLevel(this.search);
    }
    return false;
  }

  pause(): void {
    this.source.pause();
    this.inner?.pause();
  }

  private begin(document: Uint8Array): Search {
    const start = this.lookup.startWith({ root: documentValue(document), ...this.settings });
    const search = { document, found: new Map(), seen: new Set<string>(), frontier: [], depth: 0, bytes: 0 };
    for (const value of start?.type === BsonType.array ? valuesOf(start) : [start]) {
      if (value) extend(search, value);
    }
    return search;
  }

  /** @returns false when there is nothing further to look for. */
  private openLevel(search: Search): boolean {
    const { lookup, settings } = this;
    if (search.frontier.length === 0 || search.depth > lookup.maxDepth) return false;
    const match = matchAny(lookup.connectTo, search.frontier);
    search.frontier = [];
    const stages = lookup.restriction ? [match, lookup.restriction] : [match];
    this.inner = this.open(lookup.from, stages, settings);
    return true;
  }

  private closeLevel(search: Search): void {
    this.inner?.pause();
    this.inner = undefined;
    search.depth += 1;
  }

  private add(search: Search, found: Uint8Array): void {
    const document = documentValue(found);
    const key = keyText(getField(document, '_id') ?? document);
    if (search.found.has(key)) return;
    search.found.set(key, this.withDepth(document, search.depth));
    search.bytes += found.length + key.length;
    if (search.bytes > MOST_STAGE_BYTES) {
      throw locationError(40_099, '$graphLookup reached maximum memory consumption');
    }
    eachValueAt(parseFieldPath(this.lookup.connectFrom), document, (value) => extend(search, value));
  }

  private withDepth(document: BsonValue, depth: number): BsonValue {
    const { depthField } = this.lookup;
    return depthField ? this.withField(document, depthField, longValue(BigInt(depth))) : document;
  }

  private withField(document: BsonValue, path: readonly string[], value: BsonValue): BsonValue {
    const tree = new ProjectionTreeBuilder();
    tree.add(path, { kind: 'compute', expression: () => value });
    const run = new ProjectionRun('add', { root: document, ...this.settings }, undefined);
    return documentValue(run.project(tree.build(), document));
  }

  private finish(search: Search): Uint8Array {
    this.search = undefined;
    const found = arrayOf([...search.found.values()]);
    return this.withField(documentValue(search.document), this.lookup.as, found).bytes;
  }
}

function extend(search: Search, value: BsonValue): void {
  const key = keyText(value);
  if (search.seen.has(key)) return;
  search.seen.add(key);
  search.frontier.push(value);
}
