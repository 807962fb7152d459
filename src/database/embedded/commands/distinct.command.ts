import { documentValue } from '../bson/bson-reader.js';
import { BsonType, type BsonValue } from '../bson/bson-value.js';
import { DocumentBuilder } from '../bson/document-builder.js';
import { encodeKey } from '../bson/key-encoding.js';
import { KeyWriter } from '../bson/key-writer.js';
import { TimeSlice } from '../cursor/time-slice.js';
import { eachIndexKey } from '../index/index-keys.js';
import { readHint, streamQuery } from '../plan/query.js';
import { parseFieldPath } from '../query/field-path.js';
import type { Command } from './command.js';
import { readFilter, refuseCollation } from './compiled.js';
import { openView } from './view-query.js';

export const distinctCommand: Command = {
  name: 'distinct',
  fields: ['key', 'query', 'collation', 'hint'],
  async run(request, context) {
    const { args, database, deadlineMs } = request;
    const { catalog, environment } = context;
    refuseCollation(args);
    const path = parseFieldPath(args.requiredString('key'));
    const filter = readFilter(args, 'query');
    const name = args.requiredString('distinct');
    const view = catalog.views.find(database, name);
    const collection = view ? undefined : catalog.find(database, name);
    const stream = view
      ? await openView(view, { filter: args.document('query') }, request, context)
      : collection && streamQuery(environment, collection, { filter, hint: readHint(args, collection) });
    const values = new DistinctValues();
    if (stream) {
      const slice = new TimeSlice(deadlineMs, () => stream.pause());
      for (let document = stream.next(); document !== undefined; document = stream.next()) {
        if (document) {
          eachIndexKey(
            [path],
            documentValue(document),
            ([value]) => values.add(value),
            () => undefined,
          );
        }
        if (!document || slice.isOver) await slice.rest();
      }
      stream.pause();
    }
    return values.reply();
  },
};

/** Each value once, `5` and `5.0` being the same, in the order they were met. */
class DistinctValues {
  private readonly seen = new Set<string>();
  private readonly writer = new KeyWriter();
  private readonly builder = new DocumentBuilder().openArray('values');

  add(value: BsonValue | undefined): void {
    if (value === undefined || isEmptyArrayMark(value)) return;
    encodeKey([value], [1], this.writer.reset());
    const key = this.writer.view().toString('latin1');
    if (this.seen.has(key)) return;
    this.builder.append(this.seen.size, value);
    this.seen.add(key);
  }

  reply(): Buffer {
    return this.builder.close().appendDouble('ok', 1).finish();
  }
}

/** An index keeps an empty array as undefined; it has no distinct values. */
function isEmptyArrayMark(value: BsonValue): boolean {
  return value.type === BsonType.undefined;
}
