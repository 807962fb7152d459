import { documentValue } from '../bson/bson-reader.js';
import type { BsonValue } from '../bson/bson-value.js';
import { arrayOf } from '../bson/document-builder.js';
import type { DocumentStream } from '../cursor/document-stream.js';
import { ProjectionRun } from '../query/projection/apply-projection.js';
import { ProjectionTreeBuilder, type ProjectionTree } from '../query/projection/projection-tree.js';
import type { StageSettings } from '../query/pipeline.js';
import type { Lookup, Union } from '../query/stages/join-stages.js';
import { locationError } from '../store.errors.js';

/** Opens a pipeline on a collection of the same database; one that is not there is empty. */
export type OpenPipeline = (
  collection: string,
  stages: readonly BsonValue[],
  settings: StageSettings,
) => DocumentStream;

/** Documents joined in one step, before others have their turn. */
const STEP = 128;
/** All that is joined to one document must fit in one, bytes. */
const MOST_JOINED_BYTES = 16 * 1024 * 1024;

/** `$lookup`: each document of the source with an array of what is joined to it. */
export class LookupStream implements DocumentStream {
  private document: Uint8Array | undefined;
  private inner: DocumentStream | undefined;
  private joined: BsonValue[] = [];
  private joinedBytes = 0;
  private readonly tree: ProjectionTree;

  constructor(
    private readonly source: DocumentStream,
    private readonly lookup: Lookup,
    private readonly settings: StageSettings,
    private readonly open: OpenPipeline,
  ) {
    const tree = new ProjectionTreeBuilder();
    tree.add(lookup.as, { kind: 'compute', expression: () => arrayOf(this.joined) });
    this.tree = tree.build();
  }

  next(): Uint8Array | undefined | false {
    if (!this.document || !this.inner) {
      const document = this.source.next();
      if (!document) return document;
      this.begin(document);
    }
    for (let step = 0; step < STEP; step += 1) {
      const found = this.inner!.next();
      if (found === false) return false;
      if (found === undefined) return this.finish();
      this.add(found);
    }
    return false;
  }

  pause(): void {
    this.source.pause();
    this.inner?.pause();
  }

  private begin(document: Uint8Array): void {
    const { lookup, settings } = this;
    const root = documentValue(document);
    const variables = new Map(settings.variables);
    for (const [name, expression] of lookup.variables) variables.set(name, expression({ root, ...settings }));
    this.document = document;
    this.joined = [];
    this.joinedBytes = 0;
    this.inner = this.open(lookup.from, lookup.stagesFor(root), { ...settings, variables });
  }

  private add(found: Uint8Array): void {
    this.joined.push(documentValue(found));
    this.joinedBytes += found.length;
    if (this.joinedBytes > MOST_JOINED_BYTES) {
      throw locationError(
        4_568,
        `Total size of documents in ${this.lookup.from} matching the $lookup exceeds ${MOST_JOINED_BYTES} bytes`,
      );
    }
  }

  private finish(): Uint8Array {
    const root = documentValue(this.document!);
    this.document = undefined;
    this.inner?.pause();
    this.inner = undefined;
    return new ProjectionRun('add', { root, ...this.settings }, undefined).project(this.tree, root);
  }
}

/** `$unionWith`: the source, then the other collection. */
export class UnionStream implements DocumentStream {
  private other: DocumentStream | undefined;

  constructor(
    private readonly source: DocumentStream,
    private readonly union: Union,
    private readonly settings: StageSettings,
    private readonly open: OpenPipeline,
  ) {}

  next(): Uint8Array | undefined | false {
    if (!this.other) {
      const document = this.source.next();
      if (document !== undefined) return document;
      this.other = this.open(this.union.from, this.union.pipeline, this.settings);
    }
    return this.other.next();
  }

  pause(): void {
    this.source.pause();
    this.other?.pause();
  }
}
