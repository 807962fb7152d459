export interface UpdateContext {
  readonly now: Date;
  /** What the filter's `matchedIndex(doc, update.positionalArrayPath)` said, for positional `$`. */
  readonly matchedIndex?: number;
  /** True when the document is about to be inserted: `$setOnInsert` applies. */
  readonly upsert: boolean;
}

export interface UpdateOptions {
  readonly arrayFilters?: readonly Uint8Array[];
  /** True when `update` is the bytes of an array of stages. */
  readonly isPipeline?: boolean;
  /** Variables for a pipeline's expressions (the command's `let`), a document of constants. */
  readonly variables?: Uint8Array;
}

export interface Update {
  /**
   * The new document, or `doc` itself (the same reference) when nothing changes.
   * @throws StoreError when the update does not fit the document; `_id` is never changed (66 ImmutableField).
   */
  apply(doc: Uint8Array, context: UpdateContext): Uint8Array;
  readonly isReplacement: boolean;
  /** Paths that may change, with `$`, `$[]` and `$[id]` as written; undefined when any may (replacement, pipeline). */
  readonly touchedPaths: readonly string[] | undefined;
  /** The array whose matched index positional `$` wants; undefined when the update has no `$`. */
  readonly positionalArrayPath: string | undefined;
}
