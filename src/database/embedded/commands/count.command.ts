import { DocumentBuilder } from '../bson/document-builder.js';
import { readHint } from '../plan/query.js';
import type { Command } from './command.js';
import { readFilter, refuseCollation } from './compiled.js';
import { countMatches, countStream } from './count-matches.js';
import { openView } from './view-query.js';

export const countCommand: Command = {
  name: 'count',
  fields: ['query', 'limit', 'skip', 'hint', 'collation', 'fields'],
  async run(request, context) {
    const { args, database, deadlineMs } = request;
    const { catalog, environment } = context;
    refuseCollation(args);
    const filter = readFilter(args, 'query');
    const limit = Math.abs(args.integer('limit') ?? 0);
    const skip = args.count('skip') ?? 0;
    const name = args.requiredString('count');
    let count = 0;
    const view = catalog.views.find(database, name);
    const collection = view ? undefined : catalog.find(database, name);
    if (view) {
      const asked = { filter: args.document('query'), skip, limit };
      count = await countStream(await openView(view, asked, request, context), deadlineMs);
    } else if (collection) {
      const hint = readHint(args, collection);
      count = await countMatches(
        { environment, catalog },
        collection,
        { filter, hint, skip, limit },
        deadlineMs,
      );
    }
    return new DocumentBuilder(64).appendInt32('n', count).appendDouble('ok', 1).finish();
  },
};
