import { NULL_VALUE } from '../../bson/bson-convert.js';
import { elementsOf } from '../../bson/bson-reader.js';
import { BsonType, type BsonValue } from '../../bson/bson-value.js';
import { documentOf } from '../../bson/document-builder.js';
import { locationError, storeErrors } from '../../store.errors.js';
import { compileExpression } from '../expression/compile-expression.js';
import type { Expression } from '../expression/expression.js';
import { keyText } from '../../bson/key-text.js';
import type { Accumulator } from './accumulators.js';
import { beginGroup, parseGroupField, type GroupField } from './group-fields.js';
import { MOST_STAGE_BYTES, type Emit, type Stage, type StageRun, type StageSettings } from './stage.js';

/** `$group`: one document for each distinct `_id`, in the order in which they first occur. */
export function compileGroup(spec: BsonValue, variables: readonly string[]): Stage {
  if (spec.type !== BsonType.object) {
    throw locationError(15_947, "a group's fields must be specified in an object");
  }
  let id: Expression | undefined;
  const fields: GroupField[] = [];
  for (const { name, value } of elementsOf(spec)) {
    if (name === '_id') {
      if (id !== undefined) throw locationError(15_948, "a group's _id may only be specified once");
      id = compileExpression(value, variables);
    } else {
      fields.push(parseGroupField(name, value, variables));
    }
  }
  if (id === undefined) throw locationError(15_955, 'a group specification must include an _id');
  const readId = id;
  return { start: (settings) => new GroupRun(readId, fields, settings) };
}

interface Group {
  readonly id: BsonValue;
  readonly accumulators: readonly Accumulator[];
}

class GroupRun implements StageRun {
  private readonly groups = new Map<string, Group>();
  private bytes = 0;

  constructor(
    private readonly id: Expression,
    private readonly fields: readonly GroupField[],
    private readonly settings: StageSettings,
  ) {}

  push(document: BsonValue): void {
    const context = { root: document, ...this.settings };
    const id = this.id(context) ?? NULL_VALUE;
    const key = keyText(id);
    let group = this.groups.get(key);
    if (group === undefined) {
      group = { id, accumulators: beginGroup(this.fields, id, this.settings) };
      this.groups.set(key, group);
      this.bytes += key.length + id.end - id.start + 64;
    }
    for (const [index, accumulator] of group.accumulators.entries()) {
      const before = accumulator.bytes ?? 0;
      accumulator.add(this.fields[index]!.input(context), context);
      this.bytes += (accumulator.bytes ?? 0) - before;
    }
    if (this.bytes > MOST_STAGE_BYTES) {
      throw storeErrors.QueryExceededMemoryLimitNoDiskUseAllowed(
        'Exceeded memory limit for $group, but did not allow external sort.',
      );
    }
  }

  finish(emit: Emit): void {
    for (const { id, accumulators } of this.groups.values()) {
      const fields: [string, BsonValue][] = [['_id', id]];
      for (const [index, accumulator] of accumulators.entries()) {
        fields.push([this.fields[index]!.name, accumulator.result()]);
      }
      emit(documentOf(fields));
    }
  }
}
