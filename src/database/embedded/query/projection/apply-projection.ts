import { ElementCursor, valuesOf } from '../../bson/bson-reader.js';
import { BsonType, type BsonValue } from '../../bson/bson-value.js';
import { DocumentBuilder } from '../../bson/document-builder.js';
import { locationError } from '../../store.errors.js';
import type { EvaluationContext } from '../expression/expression.js';
import type { FieldAction, ProjectedField, ProjectionTree } from './projection-tree.js';

/**
 * What becomes of fields the projection does not name: `include` drops them, `exclude` and `add` keep them. `add` (of
 * `$addFields`) puts computed fields where they stood; `include` puts them after the fields that are kept.
 */
export type ProjectionMode = 'include' | 'exclude' | 'add';

type Name = Uint8Array | number;

/** Runs one projection over one document. */
export class ProjectionRun {
  private readonly builder: DocumentBuilder;
  private positionalIsTaken = false;

  constructor(
    private readonly mode: ProjectionMode,
    private readonly context: EvaluationContext,
    private readonly matchedIndex: number | undefined,
  ) {
    this.builder = new DocumentBuilder(mode === 'include' ? 128 : 1_024);
  }

  project(tree: ProjectionTree, document: BsonValue): Buffer {
    this.writeFields(tree, document);
    return this.builder.finishOwned();
  }

  private writeFields(tree: ProjectionTree, object: BsonValue | undefined): void {
    const { fields } = tree;
    const written: boolean[] = [];
    const cursor = object && ElementCursor.over(object);
    while (cursor?.next()) {
      const index = fieldOf(fields, cursor);
      if (index >= 0) written[index] = this.writeExisting(fields[index]!, cursor);
      else if (this.mode !== 'include') this.copy(cursor);
    }
    if (!tree.computes) return;
    for (const [index, field] of fields.entries()) {
      if (!written[index]) this.writeComputed(field.bytes, field.action);
    }
  }

  private copy(cursor: ElementCursor): void {
    this.builder.copyRange(cursor.bytes, cursor.elementStart, cursor.end);
  }

  /** Answers false when the field is still to be written, after those that are kept. */
  private writeExisting(field: ProjectedField, cursor: ElementCursor): boolean {
    const { action, bytes } = field;
    switch (action.kind) {
      case 'keep':
        if (field.positional && cursor.type === BsonType.array)
          this.writePositional(bytes, cursor, undefined);
        else this.copy(cursor);
        return true;
      case 'drop':
        return true;
      case 'slice':
        this.writeSlice(bytes, cursor, action);
        return true;
      case 'compute':
        if (this.mode === 'include') return false;
        this.writeComputed(bytes, action);
        return true;
      case 'nested':
        if (field.positional && cursor.type === BsonType.array && !this.positionalIsTaken) {
          this.writePositional(bytes, cursor, action.tree);
        } else {
          this.writeNested(bytes, cursor, action.tree);
        }
        return true;
    }
  }

  private writeNested(name: Name, value: BsonValue, tree: ProjectionTree): void {
    if (value.type === BsonType.object) {
      this.builder.openDocument(name);
      this.writeFields(tree, value);
      this.builder.close();
    } else if (value.type === BsonType.array) {
      this.builder.openArray(name);
      this.writeElements(valuesOf(value), tree);
      this.builder.close();
    } else if (tree.computes) {
      this.builder.openDocument(name);
      this.writeFields(tree, undefined);
      this.builder.close();
    } else if (this.mode !== 'include') {
      this.builder.append(name, value);
    }
  }

  /** Elements that an inclusion leaves nothing of disappear; the others move up. */
  private writeElements(elements: readonly BsonValue[], tree: ProjectionTree): void {
    let index = 0;
    for (const element of elements) {
      const holds = element.type === BsonType.object || element.type === BsonType.array;
      if (!holds && this.mode === 'include' && !tree.computes) continue;
      this.writeNested(index, element, tree);
      index += 1;
    }
  }

  private writePositional(name: Name, array: BsonValue, tree: ProjectionTree | undefined): void {
    this.positionalIsTaken = true;
    if (this.matchedIndex === undefined) {
      throw locationError(
        51_246,
        "Executor error during find command :: caused by :: positional operator '.$' couldn't find a matching element in the array",
      );
    }
    const element = valuesOf(array)[this.matchedIndex];
    if (element === undefined) {
      throw locationError(51_247, "positional operator '.$' element mismatch: the array is too short");
    }
    this.builder.openArray(name);
    if (tree === undefined) this.builder.append(0, element);
    else this.writeElements([element], tree);
    this.builder.close();
  }

  private writeSlice(name: Name, value: BsonValue, slice: Extract<FieldAction, { kind: 'slice' }>): void {
    if (value.type !== BsonType.array) {
      this.builder.append(name, value);
      return;
    }
    this.builder.openArray(name);
    for (const [index, element] of sliceValues(valuesOf(value), slice).entries()) {
      this.builder.append(index, element);
    }
    this.builder.close();
  }

  private writeComputed(name: Name, action: FieldAction): void {
    if (action.kind === 'compute') {
      const value = action.expression(this.context);
      if (value !== undefined) this.builder.append(name, value);
    } else if (action.kind === 'nested' && action.tree.computes) {
      this.builder.openDocument(name);
      this.writeFields(action.tree, undefined);
      this.builder.close();
    }
  }
}

function fieldOf(fields: readonly ProjectedField[], cursor: ElementCursor): number {
  for (let index = 0; index < fields.length; index += 1) {
    if (cursor.nameIs(fields[index]!.bytes)) return index;
  }
  return -1;
}

function sliceValues(
  values: readonly BsonValue[],
  { skip, limit }: { readonly skip: number | undefined; readonly limit: number },
): readonly BsonValue[] {
  if (skip === undefined) return limit >= 0 ? values.slice(0, limit) : values.slice(limit);
  const start = skip >= 0 ? skip : Math.max(0, values.length + skip);
  return values.slice(start, start + limit);
}
